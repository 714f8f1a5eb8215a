import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct SQLiteJournalTests {
    private let directory = TemporaryDirectory()

    @Test("What was appended is there after closing, in order and complete")
    func appendAndReopen() throws {
        let batches = (1...20).map { SampleBatch.make($0, epoch: $0 < 10 ? 1 : 2) }
        let journal = try SQLiteJournal.open(directory)
        #expect(journal.position == .start)
        for batch in batches {
            let position = try journal.append(batch)
            #expect(position == journal.position)
            #expect(position.seq == batch.seq && position.epoch == batch.epoch)
        }
        let last = journal.position
        try journal.close()
        #expect(try reopened(directory) == batches)
        #expect(try SQLiteJournal.open(directory).position == last)
    }

    @Test("What was appended is there after a crash, which closes nothing")
    func crash() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 7)
        let crashed = try directory.copy()
        #expect(try reopened(crashed) == (1...7).map { SampleBatch.make($0) })
        let next = try SQLiteJournal.open(crashed)
        _ = try next.append(SampleBatch.make(8))
        #expect(next.position.seq == 8)
    }

    @Test("A batch of 4,000 facts and 2 MB of texts is one row")
    func largeBatch() throws {
        var batch = SampleBatch.make(1, textBytes: 2_000_000)
        batch.facts += (0..<1_000).flatMap { _ in SampleBatch.make(1).facts }
        let journal = try SQLiteJournal.open(directory)
        _ = try journal.append(batch)
        try journal.close()
        #expect(try reopened(directory) == [batch])
    }

    @Test("Replay begins after the batch that is asked for")
    func replayAfter() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 5)
        var seen: [UInt64] = []
        try journal.replay(after: 3) { seen.append($0.seq) }
        #expect(seen == [4, 5])
        #expect(throws: JournalError.damaged(seq: 9, reason: "it is missing")) {
            try journal.replay(after: 9) { _ in }
        }
    }

    @Test("A batch that does not follow the last one is refused and changes nothing")
    func outOfOrder() throws {
        let journal = try SQLiteJournal.open(directory)
        _ = try journal.append(SampleBatch.make(1, epoch: 2))
        var empty = SampleBatch.make(2, epoch: 2)
        empty.facts = []
        let wrong = [SampleBatch.make(1), SampleBatch.make(3), SampleBatch.make(2), empty]
        for batch in wrong {
            #expect(throws: JournalError.self) { try journal.append(batch) }
        }
        #expect(try journal.append(SampleBatch.make(2, epoch: 2)).seq == 2)
    }

    @Test("Every commit waits for the disk, in a WAL that is never shortened")
    func pragmas() throws {
        let journal = try SQLiteJournal.open(directory)
        #expect(try journal.pragma("synchronous") == "2")
        #expect(try journal.pragma("journal_mode") == "wal")
        #expect(try journal.pragma("journal_size_limit") == "-1")
        #expect(try journal.pragma("wal_autocheckpoint") == "0")
        try journal.appendSamples(through: 3)
        #expect(try journal.pragma("synchronous") == "2")
    }

    @Test("After a failed append nothing is accepted any more, and what was confirmed stays")
    func failsClosed() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 3)
        try journal.limitPages()
        let failing = SampleBatch.make(4, textBytes: 100_000)
        let error = #expect(throws: JournalError.self) { try journal.append(failing) }
        #expect("\(error!)".contains("SQLite error 13"), "\(error!)")
        let later = #expect(throws: JournalError.self) {
            try journal.append(SampleBatch.make(4))
        }
        guard case .stopped(let reason) = later else {
            Issue.record("\(later!)")
            return
        }
        #expect(reason.contains("full"))
        #expect(journal.position.seq == 3)
        try journal.close()
        #expect(try reopened(directory).map(\.seq) == [1, 2, 3])
    }

    @Test("A second broker on the same directory is refused and told who has it")
    func secondOpener() throws {
        let journal = try SQLiteJournal.open(directory)
        let expected = JournalError.locked(
            directory: directory.data.path, holder: ProcessInfo.processInfo.processIdentifier)
        #expect(throws: expected) { try SQLiteJournal.open(directory) }
        try journal.appendSamples(through: 2)
        try journal.close()
    }

    @Test("The chain is the one docs/journal.md describes")
    func chain() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 2)
        let first = SampleBatch.make(1)
        var input = [UInt8](repeating: 0, count: 32)
        input += [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
        withUnsafeBytes(of: first.at.milliseconds.bigEndian) { input += Array($0) }
        input += [0, 0, 0, 4]
        input += try FactCodec.encode(first.facts)
        let chain = try journal.blob("SELECT chain FROM batch WHERE seq = 1")
        #expect(chain == Data(Digest(hashing: input).bytes))
    }

    @Test("Id and digest key are made once and differ between journals")
    func identity() throws {
        let journal = try SQLiteJournal.open(directory)
        let other = try SQLiteJournal.open(TemporaryDirectory())
        let (id, key) = (journal.id, journal.digestKey)
        #expect(key.count == 32 && id != other.id && key != other.digestKey)
        try journal.close()
        let again = try SQLiteJournal.open(directory)
        #expect(again.id == id && again.digestKey == key)
    }

    @Test("The WAL is overwritten, not lengthened, once it is full")
    func walKeepsItsSize() throws {
        let journal = try SQLiteJournal.open(directory)
        var sizes: [Int] = []
        for round in 1...3 {
            for batch in round * 40 - 39...round * 40 {
                try journal.appendSamples(through: UInt64(batch), textBytes: 1_000_000)
                journal.tidy()
            }
            let log = URL(fileURLWithPath: directory.data.journalLog)
            sizes.append(try Data(contentsOf: log).count)
        }
        #expect(sizes.allSatisfy { $0 < 12 << 20 }, "\(sizes)")
        #expect(sizes[2] >= 8 << 20, "\(sizes)")
    }

    @Test("What must not wait is written where the journal is free, and else left to others")
    func free() throws {
        let journal = try SQLiteJournal.open(directory)
        #expect(try journal.appendIfFree(SampleBatch.make(1))?.seq == 1)
        #expect(journal.wantsTidying, "there is no room yet")
        journal.tidy()
        #expect(!journal.wantsTidying)
        #expect(throws: JournalError.self) { try journal.appendIfFree(SampleBatch.make(3)) }
        // Another thread has the files; here the same one, in the middle of something.
        try journal.guarded("look") {
            let position = try journal.appendIfFree(SampleBatch.make(2))
            #expect(position == nil && !journal.wantsTidying)
        }
        #expect(try journal.appendIfFree(SampleBatch.make(2))?.seq == 2)
    }

    @Test("A long WAL is nothing for whoever must not wait")
    func freeBesideLongLog() throws {
        let journal = try SQLiteJournal.open(directory)
        try JournalReader(directory.data).read { reading in
            _ = try StoredBatch.position(reading, at: nil)
            try journal.appendSamples(through: 20, textBytes: 1_000_000)
            journal.tidy()
            #expect(try journal.appendIfFree(SampleBatch.make(21)) == nil)
        }
        journal.shortenLog()
        #expect(try journal.appendIfFree(SampleBatch.make(21))?.seq == 21)
    }

    @Test("A WAL that grew while a reader kept it is emptied when there is time, another is not")
    func longLog() throws {
        let journal = try SQLiteJournal.open(directory)
        func logBytes() throws -> Int {
            try Data(contentsOf: URL(fileURLWithPath: directory.data.journalLog)).count
        }
        func append(through seq: UInt64) throws {
            try journal.appendSamples(through: seq, textBytes: 1_000_000)
            journal.tidy()
        }
        try append(through: 6)
        let short = try logBytes()
        journal.shortenLog()
        #expect(try logBytes() == short)
        try JournalReader(directory.data).read { reading in
            _ = try StoredBatch.position(reading, at: nil)
            try append(through: 30)
            journal.shortenLog()
            #expect(try logBytes() > 24 << 20)
        }
        journal.shortenLog()
        #expect(try logBytes() == 0)
        try append(through: 36)
        #expect(try logBytes() > 6 << 20)
        try journal.close()
        #expect(try SQLiteJournal.open(directory).position.seq == 36)
    }
}

extension SQLiteJournal {
    /// The value of a pragma of the writing connection.
    func pragma(_ name: String) throws -> String {
        try withDatabase { database in
            let value = try DatabaseValue.fetchOne(database, sql: "PRAGMA \(name)")
            return value.map { String.fromDatabaseValue($0) ?? "\($0)" } ?? ""
        }
    }

    /// A blob of the writing connection.
    func blob(_ sql: String) throws -> Data {
        try withDatabase { try Data.fetchOne($0, sql: sql) ?? Data() }
    }

    /// Lets SQLite find the disk full with the next page.
    func limitPages() throws {
        try withDatabase { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)")
        }
    }
}
