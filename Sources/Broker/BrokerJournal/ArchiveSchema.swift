import BrokerEngine
import Foundation
import GRDB
import GridModel

/// The tables of the archive and their statements.
///
/// Ids lie in two integers, so that binding them allocates nothing. The index holds only the high
/// one: ids of an import are as good as random, and the smaller the index, the fewer of its pages
/// a bulk of them touches. What is only given back lies in one column (`EndedCall.content`): each
/// column of a row costs time.
enum ArchiveSchema {
    private static let version = 2
    /// `GCAR`.
    private static let applicationID = 0x4743_4152

    static func create(at path: String, journalID: UniqueID) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            try database.inTransaction {
                try createTables(database, journalID)
                return .commit
            }
        }
        try queue.close()
    }

    private static func createTables(_ database: Database, _ journalID: UniqueID) throws {
        try database.execute(
            sql: """
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                CREATE TABLE old_call (
                    serial INTEGER PRIMARY KEY, id_high INTEGER NOT NULL, id_low INTEGER NOT NULL,
                    content BLOB NOT NULL
                ) STRICT;
                CREATE INDEX old_call_id ON old_call (id_high, id_low);
                CREATE TABLE old_command (
                    id_high INTEGER NOT NULL, id_low INTEGER NOT NULL,
                    digest_high INTEGER NOT NULL, digest_low INTEGER NOT NULL,
                    serial INTEGER NOT NULL, revision INTEGER NOT NULL,
                    PRIMARY KEY (id_high, id_low)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE meta (
                    position INTEGER NOT NULL, journal_high INTEGER NOT NULL,
                    journal_low INTEGER NOT NULL
                ) STRICT;
                """)
        try database.execute(
            sql: "INSERT INTO meta VALUES (0, ?, ?)",
            arguments: [Int64(bitPattern: journalID.high), Int64(bitPattern: journalID.low)])
    }

    /// The position; throws if the file is not the archive of this journal.
    static func position(_ database: Database, journalID: UniqueID) throws -> UInt64 {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version")
        let position = try Int64.fetchOne(
            database,
            sql: "SELECT position FROM meta WHERE journal_high = ? AND journal_low = ?",
            arguments: [Int64(bitPattern: journalID.high), Int64(bitPattern: journalID.low)])
        guard application == applicationID, found == version, let position else {
            throw JournalError.notAJournal(path: "archive", reason: "it is another archive")
        }
        return UInt64(bitPattern: position)
    }

    /// About how many ids are in the file, without counting them: the highest serial, since nearly
    /// all are of calls.
    static func expectedIDs(_ database: Database) throws -> Int {
        Int(clamping: try Int64.fetchOne(database, sql: "SELECT max(serial) FROM old_call") ?? 0)
    }

    /// Gives every id in the file to `body` until that returns false; whether all were given.
    ///
    /// Reads the tables and counts the rows of the index, so that a page of either that is damaged
    /// is found now and not by a call that is filed twice.
    static func forEachID(_ database: Database, _ body: (UniqueID) throws -> Bool) throws -> Bool {
        let counts = try Int.fetchAll(
            database,
            sql: """
                SELECT count(*) FROM old_call INDEXED BY old_call_id WHERE id_high IS NOT NULL
                UNION ALL SELECT count(*) FROM old_command
                """)
        var given = 0
        for source in ["old_call NOT INDEXED", "old_command"] {
            let rows = try Row.fetchCursor(database, sql: "SELECT id_high, id_low FROM \(source)")
            while let row = try rows.next() {
                guard try body(try id(row, 0)) else { return false }
                given += 1
            }
        }
        guard given == counts.reduce(0, +) else { throw damaged }
        return true
    }

    static func insert(_ calls: [EndedCall], _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO old_call VALUES (?, ?, ?, ?)")
        for call in calls {
            var row = StatementWriter(statement)
            row.add(call.serial)
            row.add(call.id.high)
            row.add(call.id.low)
            row.add(bytes: call.content)
            try row.execute()
        }
    }

    static func insert(_ commands: [CommandDecided], _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO old_command VALUES (?, ?, ?, ?, ?, ?)")
        for command in commands {
            var row = StatementWriter(statement)
            row.add(command.id.high)
            row.add(command.id.low)
            row.add(command.contentDigest.high)
            row.add(command.contentDigest.low)
            row.add(command.serial)
            row.add(command.revision)
            try row.execute()
        }
    }

    private static let callColumns = "serial, id_high, id_low, content"

    static func call(_ database: Database, id: CallID) throws -> EndedCall? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(callColumns) FROM old_call WHERE id_high = ? AND id_low = ?")
        return try call(
            statement, [Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
    }

    static func call(_ database: Database, serial: UInt64) throws -> EndedCall? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(callColumns) FROM old_call WHERE serial = ?")
        return try call(statement, [Int64(bitPattern: serial)])
    }

    private static func call(
        _ statement: Statement, _ arguments: StatementArguments
    ) throws -> EndedCall? {
        guard let row = try Row.fetchOne(statement, arguments: arguments) else { return nil }
        let serial = UInt64(bitPattern: try integer(row, 0))
        let content: DatabaseValue = row[3]
        guard
            let call = EndedCall(
                serial: serial, id: try id(row, 1),
                content: [UInt8](Data.fromDatabaseValue(content) ?? Data()))
        else { throw damaged }
        return call
    }

    static func command(_ database: Database, id: CommandID) throws -> CommandDecided? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id_high, id_low, digest_high, digest_low, serial, revision
                FROM old_command WHERE id_high = ? AND id_low = ?
                """)
        let row = try Row.fetchOne(
            statement, arguments: [Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
        guard let row else { return nil }
        guard let revision = UInt32(exactly: try integer(row, 5)) else { throw damaged }
        return CommandDecided(
            id: try self.id(row, 0), contentDigest: try self.id(row, 2),
            serial: UInt64(bitPattern: try integer(row, 4)), revision: revision)
    }

    private static func id(_ row: Row, _ index: Int) throws -> UniqueID {
        UniqueID(
            high: UInt64(bitPattern: try integer(row, index)),
            low: UInt64(bitPattern: try integer(row, index + 1)))
    }

    private static func integer(_ row: Row, _ index: Int) throws -> Int64 {
        let value: DatabaseValue = row[index]
        guard let integer = Int64.fromDatabaseValue(value) else { throw damaged }
        return integer
    }

    /// A row that this version cannot have written.
    private static var damaged: JournalError {
        .failed(action: "read the archive", reason: "a row is damaged: delete it to rebuild it")
    }
}
