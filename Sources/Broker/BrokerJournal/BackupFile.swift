import BrokerEngine
import Foundation
import GRDB
package import GridModel

/// A backup: one SQLite file with the tables of a journal and one row that says where it ends.
///
/// It has an application id of its own, so that no broker takes it for a journal to go on with: a
/// restore must begin a new epoch first. Secret, keys and catalogue file lie elsewhere and are not
/// in it; views, search and archive are built again.
///
/// Behind what SQLite reads lies a seal, the digest of all bytes before it: SQLite's pages have
/// room where a flipped bit changes nothing, but a file that changed at all is not to be trusted.
package struct BackupFile: Sendable {
    /// `GCBK`, so that `file` and other tools know it.
    static let applicationID = 0x4743_424B

    /// Where it lies.
    package let path: String
    /// The last batch in it.
    package let end: Position
    /// When it was made, by the clock of the machine that made it.
    package let madeAt: Timestamp
    let meta: JournalMeta

    /// Reads what the backup at `path` says about itself; `verify` looks at the rest.
    ///
    /// Throws `BackupError.unsound` if it is none, `JournalError.failed` if it cannot be read.
    package init(path: String) throws {
        try Self.checkHeader(of: path)
        let (meta, end, madeAt) = try Self.sound(path) {
            try Self.open(path).read { database in
                let meta = try JournalSchema.meta(
                    database, path: path, applicationID: Self.applicationID)
                let (end, madeAt) = try Self.end(database, meta)
                return (meta, end, madeAt)
            }
        }
        self.path = path
        self.end = end
        self.madeAt = madeAt
        self.meta = meta
    }

    /// Examines all of it: chain, the digest of every text, and that nothing is missing at its end.
    ///
    /// Throws `BackupError.unsound` unless it is as it was made; damaged texts are let pass if
    /// `acceptingDamagedTexts`, since no state depends on them and the journal may have them too.
    package func verify(
        acceptingDamagedTexts: Bool = false,
        progress: (JournalVerification) -> Void = { _ in }
    ) throws -> JournalVerification {
        guard try BackupSeal.isWhole(path) else {
            throw BackupError.unsound(path: path, reason: "it is not as it was written")
        }
        return try Self.sound(path) {
            let verification = try JournalVerification.run(
                Self.open(path), path, applicationID: Self.applicationID, headAt: path,
                progress, head: { .position(end) })
            if let failure = verification.failure {
                // What the words of a journal call the head is the backup's own end.
                if case .belowHead(let last, _) = failure {
                    throw JournalError.damaged(seq: last.seq + 1, reason: "it is missing")
                }
                throw failure
            }
            if let text = verification.damagedTexts.first, !acceptingDamagedTexts {
                throw JournalError.damaged(
                    seq: text.seq, reason: "a text is not the one that its fact tells of")
            }
            if let text = verification.unexplainedErasures.first {
                throw JournalError.damaged(
                    seq: text.seq, reason: "a text is gone, and no fact says that it was erased")
            }
            guard verification.intact == end else {
                throw JournalError.damaged(seq: end.seq + 1, reason: "it does not belong there")
            }
            return verification
        }
    }

    /// Copies the batches to a new journal at `journal`, which is complete when this returns, and
    /// durable when the caller has synchronised it.
    func copy(to journal: String) throws {
        try JournalCopy.write(
            Self.open(path), through: end, to: journal, meta: meta,
            applicationID: JournalSchema.applicationID)
        let queue = try DatabaseQueue(path: journal)
        try queue.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }

    /// Adds to a copy of a journal where it ends, which makes it a backup.
    static func writeEnd(
        _ end: Position, madeAt: Timestamp, _ meta: JournalMeta, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                CREATE TABLE backup (
                    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, epoch INTEGER NOT NULL,
                    chain BLOB NOT NULL, made_at INTEGER NOT NULL, checksum BLOB NOT NULL
                ) STRICT
                """)
        try database.execute(
            sql: "INSERT INTO backup VALUES (1, ?, ?, ?, ?, ?)",
            arguments: [
                Int64(bitPattern: end.seq), Int64(end.epoch), Data(end.chain.bytes),
                madeAt.milliseconds, Data(checksum(end, madeAt, meta).bytes),
            ])
    }

    private static func end(
        _ database: Database, _ meta: JournalMeta
    ) throws -> (Position, Timestamp) {
        let row = try Row.fetchOne(
            database, sql: "SELECT seq, epoch, chain, made_at, checksum FROM backup WHERE id = 1")
        guard let row, let seq = Int64.fromDatabaseValue(row[0]),
            let epoch = Int64.fromDatabaseValue(row[1]).flatMap(UInt32.init(exactly:)),
            let chain = Data.fromDatabaseValue(row[2]).flatMap({ Digest(bytes: $0) }),
            let milliseconds = Int64.fromDatabaseValue(row[3])
        else { throw JournalError.notAJournal(path: "it", reason: "its end is damaged") }
        let end = Position(epoch: epoch, seq: UInt64(bitPattern: seq), chain: chain)
        let madeAt = Timestamp(milliseconds: milliseconds)
        guard Data.fromDatabaseValue(row[4]) == Data(checksum(end, madeAt, meta).bytes) else {
            throw JournalError.notAJournal(path: "it", reason: "its end is damaged")
        }
        return (end, madeAt)
    }

    private static func checksum(
        _ end: Position, _ madeAt: Timestamp, _ meta: JournalMeta
    ) -> Digest {
        var bytes = Array("GCBACKUP".utf8) + meta.id.bytes
        for word in [end.seq, UInt64(end.epoch), UInt64(bitPattern: madeAt.milliseconds)] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return Digest(hashing: bytes + end.chain.bytes)
    }

    /// A header that claims a WAL would make SQLite write beside the backup while it reads it.
    private static func checkHeader(of path: String) throws {
        let header = try PosixFile(opening: path, flags: O_RDONLY).read(count: 100, at: 0)
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)),
            header[18] == 1, header[19] == 1
        else { throw BackupError.unsound(path: path, reason: "its header is another file's") }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Whatever is found wrong with the file says so in one way.
    private static func sound<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
    {
        do {
            return try body()
        } catch let error as JournalError {
            throw BackupError.unsound(path: path, reason: "\(error)")
        } catch let error as DatabaseError {
            throw BackupError.unsound(path: path, reason: "\(error)")
        }
    }
}
