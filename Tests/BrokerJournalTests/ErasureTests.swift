import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

/// Texts that are erased leave the journal's files, and nothing else changes.
@Suite("Erasure")
struct ErasureTests {
    private let directory = TemporaryDirectory()

    @Test(
        "Nothing of an erased text is in any file, whatever its length and neighbours",
        arguments: [1, 40, 1_500, 4_000, 9_000])
    func gone(bytes: Int) throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 60, textBytes: bytes)
        let before = try rows()
        let erased = (1...60).filter { $0 % 3 == 1 }.map { Self.text($0, bytes: bytes) }
        try journal.erase(erased)
        _ = try journal.append(Self.fact(erased, after: journal.position))
        let files = try directory.files()
        for text in erased {
            #expect(!Self.holds(files, saltOf: text.seq), "batch \(text.seq)")
        }
        for seq in [2, 3, 60] as [UInt64] { #expect(Self.holds(files, saltOf: seq)) }
        #expect(try rows().dropLast() == before[...])
        try journal.close()

        let found = try JournalVerification.run(directory.data)
        #expect(found.isIntact && found.erasedTexts == 20 && found.unfinishedErasures.isEmpty)
        // A start looks at what SQLite keeps about its pages: none was freed.
        let again = try SQLiteJournal.open(directory)
        try again.appendSamples(through: 70, textBytes: bytes)
        try again.close()
        #expect(try JournalVerification.run(directory.data).isIntact)
    }

    @Test("A journal of an older version gives up the copies that SQLite left in its first page")
    func oldCopies() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.withDatabase { try $0.execute(sql: "PRAGMA secure_delete = OFF") }
        try journal.appendSamples(through: 60)
        try journal.close()
        let text = Self.text(1)
        let copies = Self.count(try directory.files(), saltOf: 1)
        try #require(copies > 1, "SQLite leaves no copies any more: the test shows nothing")
        let again = try SQLiteJournal.open(directory)
        try again.erase([text])
        #expect(!Self.holds(try directory.files(), saltOf: 1))
        _ = try again.append(Self.fact([text], after: again.position))
        try again.close()
        try SQLiteJournal.open(directory).close()
        #expect(try JournalVerification.run(directory.data).isIntact)
    }

    @Test("A stop after the file was written anew, and before that is in the file, costs nothing")
    func stoppedWhileWrittenAnew() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.withDatabase { try $0.execute(sql: "PRAGMA secure_delete = OFF") }
        for bytes in [10, 900, 3_000, 40, 5_000] {
            try journal.appendSamples(through: journal.position.seq + 80, textBytes: bytes)
        }
        try journal.close()
        let again = try SQLiteJournal.open(directory)
        try again.withDatabase {
            try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0; VACUUM")
        }
        let crashed = try directory.copy()
        let opened = try SQLiteJournal.open(crashed)
        try opened.appendSamples(through: 410)
        try opened.close()
        #expect(try JournalVerification.run(crashed.data).isIntact)
    }

    @Test("Without room to write the file anew the texts are erased and the copies are told of")
    func noRoom() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.withDatabase { try $0.execute(sql: "PRAGMA secure_delete = OFF") }
        try journal.appendSamples(through: 60)
        try journal.close()
        let text = Self.text(1)
        let again = try SQLiteJournal.open(directory)
        #expect(try !again.erase([text], freeBytes: 0))
        #expect(Self.count(try directory.files(), saltOf: 1) > 0)
        _ = try again.append(Self.fact([text], after: again.position))
        try again.close()
        #expect(try JournalVerification.run(directory.data).erasedTexts == 1)
        let third = try SQLiteJournal.open(directory)
        #expect(try third.erase([text]))
        #expect(!Self.holds(try directory.files(), saltOf: 1))
    }

    @Test("While somebody reads an older state the log stays, and is emptied afterwards")
    func reader() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 5)
        let queue = try DatabaseQueue(path: directory.data.journal)
        try queue.read { database in
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM batch")
            try journal.erase([Self.text(2)])
            #expect(journal.wantsTruncation)
            #expect(Self.holds(try directory.files(), saltOf: 2))
        }
        try journal.truncateLogIfDue()
        #expect(!journal.wantsTruncation)
        #expect(!Self.holds(try directory.files(), saltOf: 2))
    }

    @Test("Erasing again changes nothing, and what is another text is left alone")
    func repeated() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 5)
        try journal.erase([Self.text(2)])
        var other = Self.text(3)
        other.place.digest = Digest(hashing: [1])
        let files = try directory.files()["journal.sqlite"]
        try journal.erase([Self.text(2), other, Self.text(9)])
        #expect(try directory.files()["journal.sqlite"] == files)
        let reader = try JournalReader(directory.data)
        let texts = try reader.texts(ofCall: 3, filedAt: SampleBatch.time, upTo: 5)
        #expect(texts == [Self.text(3)])
        #expect(try reader.texts(ofCall: 2, filedAt: SampleBatch.time, upTo: 5).isEmpty)
        #expect(try reader.known([Self.text(2)], ofCall: 2) == [Self.text(2)])
        #expect(try reader.known([Self.text(2)], ofCall: 3).isEmpty)
    }

    @Test("A call's texts are found from its filing on, wherever that lies")
    func found() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 40)
        let reader = try JournalReader(directory.data)
        for serial in [1, 2, 17, 40] as [UInt64] {
            let filedAt = SampleBatch.time.advanced(byMilliseconds: Int64(serial))
            #expect(
                try reader.texts(ofCall: serial, filedAt: filedAt, upTo: 40)
                    == [Self.text(serial)])
            #expect(
                try reader.texts(ofCall: serial, filedAt: filedAt, upTo: serial - 1).isEmpty)
        }
    }

    @Test("An erasure without a fact, and a fact without its erasure, are told apart")
    func verification() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 5)
        try journal.erase([Self.text(2)])
        _ = try journal.append(Self.fact([Self.text(4)], after: journal.position))
        let found = try JournalVerification.run(directory.data)
        #expect(found.unexplainedErasures.map(\.seq) == [2] && !found.isIntact)
        #expect(found.unfinishedErasures.map(\.seq) == [4])
    }

    @Test("The list beside the secret keeps each journal's erasures, once, over any stop")
    func list() throws {
        let secret = directory.path + "/secret"
        let (one, other) = (UniqueID(high: 1, low: 2), UniqueID(high: 3, low: 4))
        let list = ErasureList(besideSecret: secret, journal: one)
        #expect(try list.entries().isEmpty)
        let entries = (1...3).map { serial in
            ErasureList.Entry(
                call: CallID(high: 7, low: serial), serial: serial, actor: "值班 “二”",
                requestedBy: "duty", texts: [Self.text(serial)])
        }
        try list.add([entries[0]])
        try list.add([entries[0], entries[1]])
        try ErasureList(besideSecret: secret, journal: other).add([entries[2]])
        #expect(try list.entries() == [entries[0], entries[1]])
        let whole = try Data(contentsOf: URL(fileURLWithPath: list.path))
        #expect(!String(decoding: whole, as: UTF8.self).contains("aaaa"))
        // A stop in the middle of a line: that erasure never began.
        for cut in [whole.count - 1, whole.count - 30] {
            try whole.prefix(cut).write(to: URL(fileURLWithPath: list.path))
            #expect(try list.entries().count == 2)
            try list.add([entries[2]])
            #expect(try list.entries() == entries)
        }
        try Data("nonsense\n".utf8).write(to: URL(fileURLWithPath: list.path))
        #expect(throws: JournalError.self) { try list.entries() }
    }

    private func rows() throws -> [Data] {
        try DatabaseQueue(path: directory.data.journal).read { database in
            try Data.fetchAll(database, sql: "SELECT facts || chain FROM batch ORDER BY seq")
        }
    }

    /// The only text of a sample batch.
    private static func text(_ seq: UInt64, bytes: Int = 40) -> ErasedText {
        let place = SampleBatch.make(seq, textBytes: bytes).facts.lazy.compactMap(\.textPlace).first
        return ErasedText(seq: seq, place: place!)
    }

    private static func fact(_ texts: [ErasedText], after position: Position) -> Batch {
        Batch(
            seq: position.seq + 1, epoch: 1,
            at: SampleBatch.time.advanced(byMilliseconds: Int64(position.seq + 1)),
            facts: [
                .personalDataErased(
                    PersonalDataErased(
                        serial: 1, actor: 0, requestedBy: 0, texts: texts, reason: nil))
            ])
    }

    private static func holds(_ files: [String: Data], saltOf seq: UInt64) -> Bool {
        count(files, saltOf: seq) > 0
    }

    private static func count(_ files: [String: Data], saltOf seq: UInt64) -> Int {
        let salted = Data(SampleBatch.salted("a", seq: seq))
        return files.values.reduce(0) { sum, data in
            var (count, rest) = (0, data[...])
            while let range = rest.range(of: salted) {
                count += 1
                rest = rest[range.upperBound...]
            }
            return sum + count
        }
    }
}
