import BrokerEngine
import Foundation
import GRDB

extension SQLiteJournal {
    /// Opens the journal of `directory`, makes it if there is none, and gives its batches: all of
    /// them, or those after the batch that `known` answers with.
    ///
    /// The order matters. (1) The lock. (2) On a checkout, so that a refused journal is left byte
    /// for byte as it was: the schema, the comparison with the head, and the replay, which
    /// verifies the chain, and SQLite's own check of its pages; `body` may refuse by throwing.
    /// (3) Only then is the file opened for writing, `synchronous = FULL` set and read back, and
    /// what was read made durable anew by a checkpoint: after a failed fsync the cache may show
    /// what the disk does not hold. (4) The head is written anew. Throws `JournalError` or what
    /// `body` throws.
    package static func open(
        _ directory: DataDirectory, after known: (JournalLinks) throws -> UInt64 = { _ in 0 },
        replaying body: (Batch) throws -> Void
    ) throws -> SQLiteJournal {
        try directory.create()
        let lock = try DirectoryLock(directory)
        try createIfMissing(directory)
        let (meta, position) = try check(directory, known, body)
        let queue = try openForWriting(directory, expecting: position)
        let head = try HeadFile(path: directory.head, position: position)
        try? FileManager.default.removeItem(atPath: directory.head + ".accept")
        return SQLiteJournal(
            directory: directory, lock: lock, meta: meta, queue: queue, position: position,
            head: head)
    }

    private static func createIfMissing(_ directory: DataDirectory) throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: directory.journal) else { return }
        for rest in [directory.head, directory.journalLog] where files.fileExists(atPath: rest) {
            throw JournalError.journalMissing(path: directory.journal, found: rest)
        }
        try JournalSchema.create(at: directory.journal)
    }

    private static func check(
        _ directory: DataDirectory, _ known: (JournalLinks) throws -> UInt64,
        _ body: (Batch) throws -> Void
    ) throws -> (JournalMeta, Position) {
        do {
            let checkout = try JournalCheckout(directory)
            return try checkout.queue.read { database in
                let meta = try JournalSchema.meta(database, path: directory.journal)
                try compareWithHead(directory, database)
                let seq = try known(JournalLinks(id: meta.id, database: database))
                let position = try JournalReplay.run(database, after: seq, body)
                try JournalSchema.checkStructure(
                    database, path: directory.journal, isWhole: seq == 0)
                return (meta, position)
            }
        } catch let error as DatabaseError where error.isOfTheMachine {
            throw JournalError.failed(action: "read \(directory.journal)", reason: "\(error)")
        } catch let error as DatabaseError {
            throw JournalError.notAJournal(path: directory.journal, reason: "\(error)")
        }
    }

    private static func compareWithHead(_ directory: DataDirectory, _ database: Database) throws {
        let last = try StoredBatch.position(database, at: nil) ?? .start
        switch try HeadFile.content(of: directory.head) {
        case .position(let head):
            guard last >= head else { throw JournalError.belowHead(journal: last, head: head) }
            guard head.seq > 0 else { return }
            guard try StoredBatch.position(database, at: head.seq) == head else {
                throw JournalError.differsFromHead(seq: head.seq)
            }
        case .missing: try requireAcceptance(directory, of: last, reason: "is missing")
        case .unreadable: try requireAcceptance(directory, of: last, reason: "is damaged")
        }
    }

    /// An operator may vouch for a journal whose head is lost, by naming its very position.
    private static func requireAcceptance(
        _ directory: DataDirectory, of last: Position, reason: String
    ) throws {
        guard last.seq > 0 else { return }
        let words = (try? String(contentsOfFile: directory.head + ".accept", encoding: .utf8))?
            .split(whereSeparator: \.isWhitespace).map { UInt64($0) }
        guard words == [UInt64(last.epoch), last.seq] else {
            throw JournalError.headLost(path: directory.head, journal: last, reason: reason)
        }
    }

    /// GRDB and SQLite choose `synchronous` for themselves when they open a file, so it is set
    /// afterwards and read back.
    private static func openForWriting(
        _ directory: DataDirectory, expecting position: Position
    ) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "journal"
        do {
            let queue = try DatabaseQueue(path: directory.journal, configuration: configuration)
            try queue.writeWithoutTransaction { try prepare($0, directory, position) }
            return queue
        } catch let error as DatabaseError {
            throw JournalError.failed(action: "open \(directory.journal)", reason: "\(error)")
        }
    }

    private static func prepare(
        _ database: Database, _ directory: DataDirectory, _ position: Position
    ) throws {
        try configure(database)
        guard try StoredBatch.position(database, at: nil) ?? Position.start == position else {
            throw JournalError.damaged(
                seq: position.seq, reason: "it changed while the journal was opened")
        }
        let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(RESTART)")
        guard let row, row[0] == 0, (row[1] as Int) == (row[2] as Int) else {
            throw JournalError.failed(
                action: "make \(directory.journal) durable anew",
                reason: "another process reads it")
        }
    }

    /// SQLite does not shorten the WAL: overwriting it costs half of what growing it does. Only
    /// `shortenLog` does, when it is far longer than that needs.
    private static func configure(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA cell_size_check = ON")
        // What an erasure overwrites must not stay where SQLite moves it from.
        try database.execute(sql: "PRAGMA secure_delete = ON")
        for (pragma, expected) in [
            ("journal_mode = WAL", "wal"), ("synchronous", "2"),
            ("journal_size_limit = -1", "-1"),
            ("wal_autocheckpoint = 0", "0"),
        ] {
            let value = try DatabaseValue.fetchOne(database, sql: "PRAGMA \(pragma)")
            let found = value.map { String.fromDatabaseValue($0) ?? "\($0)" } ?? "nothing"
            guard found == expected else {
                throw JournalError.failed(
                    action: "open the journal safely",
                    reason: "SQLite answers \(found) to PRAGMA \(pragma), not \(expected)")
            }
        }
    }

    /// 8 MiB of WAL, after which `tidy` copies it: rare enough to cost little, small enough that
    /// the disk is held up for some milliseconds.
    static var checkpointPages: Int { (8 << 20) / JournalSchema.pageBytes }
}
