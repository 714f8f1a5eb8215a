import GRDB
import Monotonic

/// Reads the text index through a connection of its own; used by one thread.
final class TextIndexReader {
    private let path: String
    private let progress: TextIndexProgress
    private var connection: (queue: DatabaseQueue, generation: Int)?

    /// A reader of the file at `path`; it is opened with the first search.
    init(path: String, progress: TextIndexProgress) {
        self.path = path
        self.progress = progress
    }

    /// Calls `body` with the index as it stands, all of one moment; with none if there is no
    /// index that can be used. Throws `UnreadableTextIndex`, and what `body` throws.
    func read<Result>(_ body: (TextIndexSnapshot?) throws -> Result) throws -> Result {
        guard let generation = progress.usableGeneration else { return try body(nil) }
        do {
            return try open(generation).inDatabase { database in
                var result: Result?
                try database.inTransaction(.deferred) {
                    result = try body(try TextIndexSnapshot(database))
                    return .commit
                }
                guard let result else { preconditionFailure("a transaction that did not run") }
                return result
            }
        } catch is UnreadableTextIndex {
            connection = nil
            progress.reportDamage(generation: generation)
            throw UnreadableTextIndex()
        }
    }

    /// Waits until the index has reached the call `serial`; false after `deadline`.
    func wait(for serial: Int64, until deadline: MonotonicTime) -> Bool {
        progress.wait(for: serial, until: deadline)
    }

    private func open(_ generation: Int) throws -> DatabaseQueue {
        if let connection, connection.generation == generation { return connection.queue }
        connection = nil
        var configuration = Configuration()
        configuration.label = "search.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        let queue = try UnreadableTextIndex.replacing {
            try DatabaseQueue(path: path, configuration: configuration)
        }
        connection = (queue, generation)
        return queue
    }
}

/// The text index cannot be read and must be made again; the views are not to blame.
struct UnreadableTextIndex: Error {
    /// Throws this instead of what SQLite throws.
    static func replacing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch is DatabaseError { throw UnreadableTextIndex() }
    }
}

/// The text index at one moment.
struct TextIndexSnapshot {
    private let database: Database
    /// The last call in it; later ones must be looked through one by one.
    let reached: Int64

    /// The index in the transaction that is open.
    init(_ database: Database) throws {
        self.database = database
        reached = try UnreadableTextIndex.replacing {
            try Int64.fetchOne(database, sql: "SELECT serial FROM position") ?? 0
        }
    }

    /// Serials that the index proposes for a question, within `range`: the newest first if
    /// `isDescending`, else in the order of filing.
    func serials(
        for query: TextQuery, in range: Range<Int64>, isDescending: Bool
    ) throws -> TextProposals {
        try UnreadableTextIndex.replacing {
            let statement = try database.cachedStatement(
                sql: """
                    SELECT rowid FROM piece WHERE piece MATCH ? AND rowid >= ? AND rowid < ?
                    ORDER BY rowid \(isDescending ? "DESC" : "ASC")
                    """)
            return TextProposals(
                cursor: try Int64.fetchCursor(
                    statement,
                    arguments: [query.expression, range.lowerBound, range.upperBound]))
        }
    }
}

/// Serials, one after the other.
struct TextProposals {
    fileprivate let cursor: FastDatabaseValueCursor<Int64>

    /// The next serial; throws `UnreadableTextIndex`.
    func next() throws -> Int64? { try UnreadableTextIndex.replacing { try cursor.next() } }
}
