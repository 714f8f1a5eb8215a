import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct OpeningTests {
    private let directory = TemporaryDirectory()

    @Test("A newer schema is refused and named, the files left as they were")
    func newerSchema() throws {
        try close(after: 3)
        try change("PRAGMA user_version = 2")
        try expectRefusal { $0 == .newerSchema(found: 2, supported: 1) }
    }

    @Test("A file that is no journal is refused and left as it was")
    func notAJournal() throws {
        try close(after: 1)
        try change("PRAGMA application_id = 7")
        try expectRefusal { if case .notAJournal = $0 { true } else { false } }
        try Data("not a database at all, but long enough to look at".utf8)
            .write(to: URL(fileURLWithPath: directory.data.journal))
        try expectRefusal { if case .notAJournal = $0 { true } else { false } }
    }

    @Test(
        "A journal is refused for what it holds, and tried again where the machine fails",
        arguments: [
            (ResultCode.SQLITE_IOERR, true), (.SQLITE_IOERR_READ, true), (.SQLITE_FULL, true),
            (.SQLITE_CANTOPEN, true), (.SQLITE_NOMEM, true), (.SQLITE_BUSY, true),
            (.SQLITE_READONLY, true), (.SQLITE_CORRUPT, false), (.SQLITE_NOTADB, false),
            (.SQLITE_ERROR, false),
        ])
    func machineOrContent(code: ResultCode, isOfTheMachine: Bool) {
        #expect(DatabaseError(resultCode: code).isOfTheMachine == isOfTheMachine)
    }

    @Test("A journal that cannot be opened just now is no damaged one")
    func unreadableJournal() throws {
        try close(after: 2)
        let journal = directory.data.journal
        try FileManager.default.moveItem(atPath: journal, toPath: journal + ".kept")
        try FileManager.default.createDirectory(
            atPath: journal, withIntermediateDirectories: false)
        let error = #expect(throws: JournalError.self) { try SQLiteJournal.open(directory) }
        guard case .failed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A journal older than what was confirmed is refused and left as it was")
    func olderJournal() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 3)
        let older = try directory.files()
        try journal.appendSamples(through: 5)
        let head = try directory.files()["head"]
        try journal.close()
        try directory.restore(older.merging(["head": head!]) { $1 })
        try expectRefusal {
            guard case .belowHead(let journal, let head) = $0 else { return false }
            return journal.seq == 3 && head.seq == 5
        }
    }

    @Test("A WAL that lost its end is refused and left as it was")
    func shortenedLog() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 5)
        var files = try directory.files()
        try journal.close()
        files["journal.sqlite-wal"]?.removeLast(1)
        try directory.restore(files)
        try expectRefusal {
            guard case .belowHead(let journal, let head) = $0 else { return false }
            return journal.seq == 4 && head.seq == 5
        }
    }

    @Test("Another batch under the same number is refused and left as it was")
    func otherHistory() throws {
        try close(after: 4)
        let head = try directory.files()["head"]
        try FileManager.default.removeItem(atPath: directory.data.path)
        let journal = try SQLiteJournal.open(directory)
        while journal.position.seq < 4 {
            _ = try journal.append(SampleBatch.make(journal.position.seq + 1, textBytes: 9))
        }
        try journal.close()
        try head?.write(to: URL(fileURLWithPath: directory.data.head))
        try expectRefusal { $0 == .differsFromHead(seq: 4) }
    }

    @Test("A journal ahead of its head is accepted: the crash came between the two")
    func aheadOfHead() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 3)
        let head = try directory.files()["head"]
        try journal.appendSamples(through: 5)
        var files = try directory.files()
        try journal.close()
        files["head"] = head
        try directory.restore(files)
        #expect(try reopened(directory).count == 5)
    }

    @Test("A lost head is refused until an operator names the very position")
    func lostHead() throws {
        try close(after: 3)
        for damage in [nil, Data(repeating: 0, count: 600)] {
            try? FileManager.default.removeItem(atPath: directory.data.head)
            try damage?.write(to: URL(fileURLWithPath: directory.data.head))
            try expectRefusal { if case .headLost = $0 { true } else { false } }
            let accept = URL(fileURLWithPath: directory.data.head + ".accept")
            try Data("1 2\n".utf8).write(to: accept)
            try expectRefusal { "\($0)".contains("\"1 3\"") }
            try Data("1 3\n".utf8).write(to: accept)
            #expect(try reopened(directory).count == 3)
            #expect(!FileManager.default.fileExists(atPath: accept.path))
            #expect(try reopened(directory).count == 3)
        }
    }

    @Test("A missing journal beside a head or a WAL is refused, not begun anew")
    func missingJournal() throws {
        try close(after: 3)
        try FileManager.default.removeItem(atPath: directory.data.journal)
        try expectRefusal { if case .journalMissing = $0 { true } else { false } }
    }

    @Test("A batch changed behind the head is refused by number and left as it was")
    func changedBatch() throws {
        try close(after: 9)
        for sql in [
            "UPDATE batch SET facts = zeroblob(length(facts)) WHERE seq = 4",
            "UPDATE batch SET at = at + 1 WHERE seq = 4",
            "UPDATE batch SET count = count - 1 WHERE seq = 4",
            "UPDATE batch SET epoch = 7 WHERE seq = 4",
            "UPDATE batch SET epoch = -1 WHERE seq = 4",
            "UPDATE batch SET chain = zeroblob(31) WHERE seq = 4",
            "UPDATE batch SET chain = zeroblob(32) WHERE seq = 4",
            "DELETE FROM batch WHERE seq = 4",
        ] {
            let before = try directory.files()
            try change(sql)
            try expectRefusal { if case .damaged(seq: 4, _) = $0 { true } else { false } }
            try directory.restore(before)
        }
        #expect(try reopened(directory).count == 9)
    }

    @Test("A batch with facts of a newer version is refused by number")
    func newerFacts() throws {
        try close(after: 2)
        let facts: [UInt8] = [10, 5, 0xCA, 2, 2, 8, 1]
        let position = facts.withUnsafeBytes { bytes in
            Position.start.advanced(
                seq: 1, epoch: 1, at: SampleBatch.time, count: 1, facts: bytes)
        }
        try change("DELETE FROM batch")
        try DatabaseQueue(path: directory.data.journal).write { database in
            try database.execute(
                sql: "INSERT INTO batch VALUES (1, 1, ?, 1, ?, NULL, ?)",
                arguments: [
                    SampleBatch.time.milliseconds, Data(facts), Data(position.chain.bytes),
                ])
        }
        _ = try HeadFile(path: directory.data.head, position: position)
        try expectRefusal { $0 == .unknownFact(seq: 1) }
    }

    @Test("A replay that its reader refuses leaves the files as they were")
    func readerRefuses() throws {
        struct Refused: Error {}
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 3)
        let files = try directory.files()
        try journal.close()
        try directory.restore(files)
        #expect(throws: Refused.self) {
            try SQLiteJournal.open(directory.data) { _ in throw Refused() }
        }
        #expect(try directory.files() == files)
    }

    @Test("A creation that was cut short is begun again")
    func halfCreated() throws {
        try directory.data.create()
        let new = URL(fileURLWithPath: directory.data.journal + ".new")
        try Data("half".utf8).write(to: new)
        let journal = try SQLiteJournal.open(directory)
        #expect(journal.position == .start)
        #expect(!FileManager.default.fileExists(atPath: new.path))
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

    /// Opening throws the expected error and changes no file but the lock.
    private func expectRefusal(
        _ isExpected: (JournalError) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try directory.files()
        let error = #expect(throws: JournalError.self, sourceLocation: sourceLocation) {
            try SQLiteJournal.open(directory)
        }
        if let error { #expect(isExpected(error), "\(error)", sourceLocation: sourceLocation) }
        #expect(try directory.files() == before, sourceLocation: sourceLocation)
    }
}
