import Foundation
import GRDB

/// The file of pieces by which texts are found; owned by one thread.
///
/// An FTS5 table without contents: what it holds are lists of serials, one for each piece, in the
/// order of filing. It only proposes calls; the text of each is compared before it is shown, so
/// that an index that is behind an erasure shows nothing that was erased. Everything in it comes
/// from the views, so a file that is damaged or of another form is deleted and filled anew.
final class TextIndex {
    /// Counts changes of the table and of what the pieces of a text are.
    static let version = 2

    /// The last call in the index, with its id, which tells one history from another.
    struct Position: Equatable {
        var serial: Int64
        var idHigh: Int64
        var idLow: Int64

        static let start = Position(serial: 0, idHigh: 0, idLow: 0)
    }

    /// A call to be indexed.
    struct Entry {
        var position: Position
        var texts: Data
    }

    private let queue: DatabaseQueue
    private(set) var position: Position
    /// How many erasures the views showed when the last calls were added: with more of them the
    /// lists may hold pieces of what is gone.
    private(set) var erasures: Int64

    /// Opens the file, or makes a new one where there is none or none that can be used.
    ///
    /// Throws `DatabaseError` when the file can be neither used nor made.
    init(path: String) throws {
        do {
            (queue, position, erasures) = try Self.open(path)
        } catch let error where Self.isUseless(error) {
            try ViewStore.remove(path)
            (queue, position, erasures) = try Self.open(path)
        }
    }

    /// Adds calls, which follow `position` in the order of filing, in one transaction; the views
    /// showed so many `erasures` before they were read.
    func add(_ entries: [Entry], erasures: Int64 = 0) throws {
        guard let last = entries.last?.position else { return }
        try queue.inDatabase { database in
            try database.inTransaction(.immediate) {
                let insert = try database.cachedStatement(
                    sql: "INSERT INTO piece (rowid, list) VALUES (?, ?)")
                try Self.forEachText(of: entries) { serial, pieces in
                    try insert.execute(arguments: [serial, pieces])
                }
                try Self.write(last, erasures, database)
                return .commit
            }
        }
        position = last
        self.erasures = erasures
    }

    /// Removes calls from the index; `entries` holds their texts as they were when added.
    ///
    /// Afterwards the file holds no piece of them: FTS5 alone would only mark them as gone until
    /// it merges, so its lists are written anew, which takes seconds for a million calls.
    func remove(_ entries: [Entry]) throws {
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.inTransaction(.immediate) {
                let delete = try database.cachedStatement(
                    sql: "INSERT INTO piece (piece, rowid, list) VALUES ('delete', ?, ?)")
                try Self.forEachText(of: entries) { serial, pieces in
                    try delete.execute(arguments: [serial, pieces])
                }
                try database.execute(sql: "INSERT INTO piece (piece) VALUES ('optimize')")
                return .commit
            }
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Closes the file; nothing may be added afterwards.
    func close() throws { try queue.close() }

    private static func forEachText(
        of entries: [Entry], _ body: (Int64, String) throws -> Void
    ) throws {
        var folded = FoldedText()
        var pieces = IndexPieces()
        for entry in entries {
            folded.removeAll()
            pieces.removeAll()
            entry.texts.withUnsafeBytes { SearchedText.append($0, to: &folded) }
            pieces.append(folded)
            if !pieces.bytes.isEmpty { try body(entry.position.serial, pieces.text) }
        }
    }

    /// The file has tables of another version.
    private struct WrongVersion: Error {}

    private static func isUseless(_ error: any Error) -> Bool {
        error is WrongVersion || ViewStore.isDamage(error, beyond: [.SQLITE_ERROR])
    }

    private static func open(_ path: String) throws -> (DatabaseQueue, Position, Int64) {
        var configuration = Configuration()
        configuration.label = "search"
        configuration.journalMode = .wal
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let (position, erasures) = try queue.inDatabase { database in
            try prepare(database)
            return (
                try readPosition(database),
                try Int64.fetchOne(database, sql: "SELECT erasures FROM position") ?? 0
            )
        }
        return (queue, position, erasures)
    }

    private static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if found == version { return }
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        guard found == 0, isEmpty else { throw WrongVersion() }
        try database.inTransaction(.immediate) {
            try database.execute(sql: tables)
            try database.execute(sql: "PRAGMA user_version = \(version)")
            return .commit
        }
    }

    /// `detail = none` keeps no places within a text, `columnsize = 0` no lengths: neither is
    /// asked for. More memory for a transaction means fewer lists to merge later.
    private static let tables = """
        CREATE VIRTUAL TABLE piece USING fts5 (
            list, content = '', columnsize = 0, detail = none,
            tokenize = "ascii tokenchars '_'");
        INSERT INTO piece (piece, rank) VALUES ('hashsize', 8388608);
        CREATE TABLE position (
            key INTEGER PRIMARY KEY CHECK (key = 0),
            serial INTEGER NOT NULL, id_high INTEGER NOT NULL, id_low INTEGER NOT NULL,
            erasures INTEGER NOT NULL);
        """

    private static func write(
        _ position: Position, _ erasures: Int64, _ database: Database
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO position VALUES (0, ?, ?, ?, ?)",
            arguments: [position.serial, position.idHigh, position.idLow, erasures])
    }

    private static func readPosition(_ database: Database) throws -> Position {
        let row = try Row.fetchOne(database, sql: "SELECT serial, id_high, id_low FROM position")
        return row.map { Position(serial: $0[0], idHigh: $0[1], idLow: $0[2]) } ?? .start
    }
}
