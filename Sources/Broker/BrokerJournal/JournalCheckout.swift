import Foundation
import GRDB

/// A look at a journal that nobody has open, which changes not one byte of it.
///
/// SQLite recovers a WAL when it opens a database and moves it into the database when it closes
/// it, and drops the end of a damaged one for good with the next write. A refused journal must stay
/// as it was, for whoever examines it. So the look is taken through a directory of its own, with a
/// hard link to the database, opened for reading only, and a copy of the WAL.
final class JournalCheckout {
    /// Reads the journal as a broker that opened it would find it.
    let queue: DatabaseQueue
    private let directory: String

    /// Makes the directory in the data directory; throws `JournalError.failed` or what SQLite says.
    init(_ data: DataDirectory) throws {
        directory = data.path + "/checkout"
        let files = FileManager.default
        do {
            if files.fileExists(atPath: directory) { try files.removeItem(atPath: directory) }
            try files.createDirectory(atPath: directory, withIntermediateDirectories: false)
            let database = directory + "/journal.sqlite"
            if link(data.journal, database) != 0 {
                try files.copyItem(atPath: data.journal, toPath: database)
            }
            if files.fileExists(atPath: data.journalLog) {
                try files.copyItem(atPath: data.journalLog, toPath: database + "-wal")
            }
        } catch {
            try? files.removeItem(atPath: directory)
            throw JournalError.failed(
                action: "look at \(data.journal)", reason: error.localizedDescription)
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        do {
            queue = try DatabaseQueue(
                path: directory + "/journal.sqlite", configuration: configuration)
        } catch {
            try? files.removeItem(atPath: directory)
            throw error
        }
    }

    deinit {
        try? queue.close()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

extension JournalCheckout {
    /// Lends a connection to a journal that a broker may have open or not, and changes nothing.
    ///
    /// One that nobody has open stays locked meanwhile: no broker starts on it.
    static func look<Result>(
        into directory: DataDirectory, _ body: (DatabaseQueue) throws -> Result
    ) throws -> Result {
        if let lock = try? DirectoryLock(directory) {
            let checkout = try JournalCheckout(directory)
            defer { withExtendedLifetime((lock, checkout)) {} }
            return try body(checkout.queue)
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try body(DatabaseQueue(path: directory.journal, configuration: configuration))
    }
}
