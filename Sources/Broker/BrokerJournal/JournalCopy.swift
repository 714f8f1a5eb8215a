import BrokerEngine
import Foundation
import GRDB
import GridModel

/// Writes the batches of one journal into another file, row by row, each compared with the chain.
///
/// Rows and not pages: a page copy would carry damage along that no batch shows, and a reader that
/// lingers in one transaction keeps a running broker from beginning its WAL anew. So the source is
/// read in steps, each a short transaction of its own. They give one state all the same: batches
/// are only ever appended, and the last one was named before the first was read.
enum JournalCopy {
    /// One step ends when it has copied so many bytes.
    private static let stepBytes = 4 << 20

    /// Makes the file at `path` with the tables of a journal, fills it with the batches of `source`
    /// up to `end`, and lets `finish` add to it within the same transaction.
    ///
    /// Nothing is durable before the caller synchronises the file. Throws `JournalError` or what
    /// SQLite says; then the file is not to be used.
    static func write(
        _ source: DatabaseQueue, through end: Position, to path: String, meta: JournalMeta,
        applicationID: Int, finish: (Database) throws -> Void = { _ in }
    ) throws {
        let target = try DatabaseQueue(path: path)
        try target.writeWithoutTransaction { database in
            // A file that is incomplete is thrown away: nothing in it needs to survive a stop.
            try database.execute(
                sql: "PRAGMA page_size = \(JournalSchema.pageBytes); PRAGMA synchronous = OFF")
            try database.inTransaction {
                try JournalSchema.createTables(database, meta, applicationID: applicationID)
                try copy(source, through: end, to: database)
                try finish(database)
                return .commit
            }
        }
        try target.close()
    }

    private static func copy(
        _ source: DatabaseQueue, through end: Position, to target: Database
    ) throws {
        var position = Position.start
        while position.seq < end.seq {
            let before = position
            try source.read { database in
                var bytes = 0
                try StoredBatch.forEach(database, after: before.seq) { row in
                    position = try row.verified(after: position)
                    try row.insert(into: target)
                    bytes += row.facts.count + row.texts.count
                    return bytes < stepBytes && position.seq < end.seq
                }
            }
            guard position.seq > before.seq else {
                throw JournalError.damaged(seq: before.seq + 1, reason: "it is missing")
            }
        }
        guard position == end else { throw JournalError.differsFromHead(seq: end.seq) }
    }
}

extension StoredBatch {
    /// Writes the row as it is into another journal.
    fileprivate func insert(into database: Database) throws {
        let insert = try database.cachedStatement(
            sql: "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)")
        try insert.execute(arguments: [
            Int64(bitPattern: seq), Int64(epoch), at.milliseconds, Int64(count), Data(facts),
            texts.isEmpty ? nil : Data(texts), Data(chain.bytes),
        ])
    }
}
