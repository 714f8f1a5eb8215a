import BrokerEngine
import Foundation
import GRDB
import GridModel

/// The tables of a journal and what it says about itself.
enum JournalSchema {
    /// The schema this version writes; also covers the payloads of `journal.proto`.
    static let version = 1
    /// `GCJL`, so that `file` and other tools know it.
    static let applicationID = 0x4743_4A4C
    /// SQLite's default, the size of a page of memory and of most disks.
    static let pageBytes = 4_096

    /// Makes the file at `path` complete or not at all: a crash leaves only the temporary one.
    static func create(at path: String) throws {
        let temporary = path + ".new"
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(temporary + suffix) }
        let queue = try DatabaseQueue(path: temporary)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA page_size = \(pageBytes); PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = ON;
                    """)
            try database.inTransaction {
                try createTables(database, .random(), applicationID: applicationID)
                return .commit
            }
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
        try PosixFile(opening: temporary, flags: O_RDWR).synchronize()
        guard rename(temporary, path) == 0 else { throw PosixFile.failure("make \(path)") }
        try PosixFile.synchronizeDirectory((path as NSString).deletingLastPathComponent)
    }

    /// Makes the tables of a journal that is named by `meta`, within the caller's transaction.
    static func createTables(
        _ database: Database, _ meta: JournalMeta, applicationID: Int
    ) throws {
        try database.execute(
            sql: """
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                CREATE TABLE batch (
                    seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
                    count INTEGER NOT NULL, facts BLOB NOT NULL, texts BLOB, chain BLOB NOT NULL
                ) STRICT;
                CREATE TABLE meta (
                    id INTEGER PRIMARY KEY, journal_id BLOB NOT NULL, digest_key BLOB NOT NULL,
                    checksum BLOB NOT NULL
                ) STRICT;
                """)
        try database.execute(
            sql: "INSERT INTO meta VALUES (1, ?, ?, ?)",
            arguments: [
                Data(meta.id.bytes), Data(meta.digestKey), Data(meta.checksum.bytes),
            ])
    }

    /// Reads what the file says about itself; throws if it is not a journal this version knows.
    static func meta(
        _ database: Database, path: String, applicationID: Int = applicationID
    ) throws -> JournalMeta {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            throw JournalError.notAJournal(path: path, reason: "it has another application id")
        }
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw JournalError.newerSchema(found: found, supported: version)
        }
        guard found == version,
            let row = try Row.fetchOne(
                database, sql: "SELECT journal_id, digest_key, checksum FROM meta WHERE id = 1"),
            let id = UniqueID(bytes: bytes(row, 0))
        else { throw JournalError.notAJournal(path: path, reason: "its first pages are damaged") }
        let meta = JournalMeta(id: id, digestKey: bytes(row, 1))
        guard meta.checksum.bytes == bytes(row, 2) else {
            throw JournalError.notAJournal(path: path, reason: "its id or key is damaged")
        }
        return meta
    }

    /// Throws unless SQLite could go on writing: reading alone would not notice damage to the
    /// numbers it uses to find room, and the next batch would then overwrite an older one.
    static func checkStructure(_ database: Database, path: String, isWhole: Bool) throws {
        let file = try PosixFile(opening: path, flags: O_RDONLY)
        let header = try file.read(count: 100, at: 0)
        // Sections 1.2 to 1.3 of SQLite's file format: page size and WAL versions, then fields
        // that stay zero in a file that nothing was ever deleted from: freelist and vacuum.
        let fixed: [UInt8] = [16, 0, 2, 2, 0, 64, 32, 32]
        let zeros = [32..<40, 52..<56, 64..<68]
        guard header.count == 100, Array(header[16..<24]) == fixed,
            zeros.allSatisfy({ header[$0].allSatisfy { $0 == 0 } })
        else { throw JournalError.notAJournal(path: path, reason: "its header is damaged") }
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        guard try file.count() <= pages * pageBytes else {
            throw JournalError.notAJournal(path: path, reason: "it has more pages than it counts")
        }
        guard isWhole else { return }
        let answer = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard answer == "ok" else { throw JournalError.notAJournal(path: path, reason: answer) }
    }

    private static func bytes(_ row: Row, _ index: Int) -> [UInt8] {
        let value: DatabaseValue = row[index]
        return Data.fromDatabaseValue(value).map { [UInt8]($0) } ?? []
    }
}

/// What a journal says about itself.
struct JournalMeta: Hashable, Sendable {
    /// Names the journal for ever; part of every tag.
    let id: UniqueID
    /// The key of content digests, so that they tell nobody what a text was.
    let digestKey: [UInt8]

    /// The name and key of a new journal.
    static func random() -> JournalMeta {
        JournalMeta(
            id: UniqueID(bytes: randomBytes(16)) ?? UniqueID(high: 1, low: 1),
            digestKey: randomBytes(32))
    }

    /// Finds a damaged id or key.
    var checksum: Digest { Digest(hashing: id.bytes + digestKey) }
}
