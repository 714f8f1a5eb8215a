import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct JournalReaderTests {
    private let directory = TemporaryDirectory()

    @Test("A reader tails the journal while it is written, within its limit")
    func tails() throws {
        let journal = try SQLiteJournal.open(directory)
        let reader = try JournalReader(directory.data)
        #expect(try reader.batches(after: 0) == [])
        #expect(try reader.position() == .start)
        try journal.appendSamples(through: 10, textBytes: 1_000)
        #expect(try reader.batches(after: 0, limit: 1) == [SampleBatch.make(1, textBytes: 1_000)])
        #expect(try reader.batches(after: 4, limit: 2_500).map(\.seq) == [5, 6, 7])
        #expect(try reader.batches(after: 7).map(\.seq) == [8, 9, 10])
        #expect(try reader.batches(after: 10) == [])
        #expect(try reader.position() == journal.position)
    }

    @Test("A text is read by its place and compared with its digest")
    func text() throws {
        let journal = try SQLiteJournal.open(directory)
        let salted = SampleBatch.salted("占道经营", seq: 1)
        let other = SampleBatch.salted("other", seq: 2)
        var batch = SampleBatch.make(1)
        batch.texts = salted + other
        _ = try journal.append(batch)
        let reader = try JournalReader(directory.data)
        let place = TextPlace(
            offset: UInt32(salted.count), length: UInt32(other.count),
            digest: Digest(hashing: other))
        #expect(try reader.text(seq: 1, place: place) == Array("other".utf8))
        #expect(
            try reader.text(seq: 1, offset: 0, length: salted.count) == Array("占道经营".utf8))
        var wrong = place
        wrong.digest = Digest(hashing: salted)
        #expect(throws: JournalError.self) { try reader.text(seq: 1, place: wrong) }
        wrong = place
        wrong.length += 1
        #expect(throws: JournalError.self) { try reader.text(seq: 1, place: wrong) }
    }

    @Test("An erased text is nil, whether zeroed or gone with its batch's texts")
    func erased() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 2)
        try journal.withDatabase { database in
            try database.execute(
                sql: """
                    UPDATE batch SET texts = zeroblob(length(texts)) WHERE seq = 1;
                    UPDATE batch SET texts = NULL WHERE seq = 2;
                    """)
        }
        let reader = try JournalReader(directory.data)
        for seq in UInt64(1)...2 {
            #expect(try reader.text(seq: seq, offset: 0, length: 56) == nil)
        }
    }

    @Test("A text that is not what was written is left out, the texts of other batches stay")
    func soundTexts() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 2)
        let reader = try JournalReader(directory.data)
        let written = try reader.texts(seq: 1)
        #expect(try reader.soundTexts(seq: 1).texts == written)
        try journal.withDatabase { database in
            try database.execute(
                sql: """
                    UPDATE batch SET texts = CAST(x'00' || substr(texts, 2) AS BLOB) WHERE seq = 1
                    """)
        }
        let changed = try reader.soundTexts(seq: 1)
        #expect(changed.damaged == 1 && changed.texts.count == written.count)
        #expect(changed.texts.allSatisfy { $0 == 0 })
        let other = try reader.soundTexts(seq: 2)
        #expect(try other.damaged == 0 && other.texts == reader.texts(seq: 2))
    }
}

@Suite struct JournalVerificationTests {
    private let directory = TemporaryDirectory()

    @Test(
        "An intact journal is examined to its end, beside its broker and without",
        arguments: [true, false])
    func intact(isRunning: Bool) throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 6)
        if !isRunning { try journal.close() }
        var seen: [UInt64] = []
        let result = try JournalVerification.run(directory.data) { seen.append($0.batches) }
        #expect(result.isIntact)
        #expect(result.intact == journal.position)
        #expect(result.batches == 6 && result.facts == 24 && result.texts == 6)
        #expect(seen == [1, 2, 3, 4, 5, 6])
        #expect(result.erasedTexts == 0)
    }

    @Test("The first bad batch is named and nothing is changed")
    func firstBadBatch() throws {
        try close(after: 6)
        try change("UPDATE batch SET at = at + 1 WHERE seq IN (3, 5)")
        let before = try directory.files()
        let result = try JournalVerification.run(directory.data)
        guard case .damaged(seq: 3, _) = result.failure else {
            Issue.record("\(String(describing: result.failure))")
            return
        }
        #expect(result.intact.seq == 2 && !result.isIntact)
        #expect(try directory.files() == before)
    }

    @Test("A history made anew from the middle on is found by the head")
    func rewritten() throws {
        try close(after: 3)
        let head = try Data(contentsOf: URL(fileURLWithPath: directory.data.head))
        try FileManager.default.removeItem(atPath: directory.data.path)
        let journal = try SQLiteJournal.open(directory)
        while journal.position.seq < 3 {
            _ = try journal.append(SampleBatch.make(journal.position.seq + 1, textBytes: 9))
        }
        try journal.close()
        try head.write(to: URL(fileURLWithPath: directory.data.head))
        let result = try JournalVerification.run(directory.data)
        #expect(result.failure == .differsFromHead(seq: 3))
    }

    @Test("A changed text is named with its fact, and so is one that is gone without one")
    func texts() throws {
        try close(after: 4)
        try change("UPDATE batch SET texts = zeroblob(length(texts)) WHERE seq = 1")
        try change("UPDATE batch SET texts = NULL WHERE seq = 2")
        let erased = try JournalVerification.run(directory.data)
        #expect(erased.unexplainedErasures.map(\.seq) == [1, 2] && !erased.isIntact)
        #expect(erased.complaint?.contains("in batch 1 at 0") == true)
        try change(
            "UPDATE batch SET texts = CAST(x'00' || substr(texts, 2) AS BLOB) WHERE seq = 3")
        try change("UPDATE batch SET texts = substr(texts, 2) WHERE seq = 4")
        let result = try JournalVerification.run(directory.data)
        #expect(result.erasedTexts == 2 && result.texts == 4 && result.failure == nil)
        #expect(result.damagedTexts.map(\.seq) == [3, 4] && !result.isIntact)
        #expect(result.complaint?.contains("in batch 3 at 0, the text of fact 2") == true)
    }

    @Test("The recipe in docs/journal.md verifies a journal without our software")
    func recipe() throws {
        let page = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../../docs/journal.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let start = try #require(text.range(of: "```python\n"))
        let rest = text[start.upperBound...]
        let recipe = rest[..<(try #require(rest.range(of: "```"))).lowerBound]
        try close(after: 5)
        #expect(try python(String(recipe), directory.data.journal) == "5 batches, intact\n")
        try change("UPDATE batch SET at = at + 1 WHERE seq = 3")
        #expect(try python(String(recipe), directory.data.journal) == "batch 3 is damaged\n")
    }

    private func close(after last: UInt64) throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: last)
        try journal.close()
    }

    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: directory.data.journal)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func python(_ program: String, _ argument: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, argument]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
