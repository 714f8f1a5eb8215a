import Foundation

/// A journal that is being made inside a data directory, and appears there whole or not at all.
///
/// It is made in the directory `restoring`. The head gets its place first, then the journal: a
/// broker refuses a head without a journal, so a stop between leaves nothing that could be served,
/// and a second restore begins anew. Within the data directory, since its owner may often write
/// nowhere else. The data directory is locked as long as the value lives.
package final class StagedJournal {
    /// Where the journal is being made, a data directory of its own.
    package let staging: DataDirectory
    private let directory: DataDirectory
    private let lock: DirectoryLock

    /// What may lie in a directory that holds no data.
    private static let harmless: Set<String> = ["lock", "lost+found"]
    private static let stagingName = "restoring"

    /// Copies `backup` into `directory`, which is made if it is missing; nothing can be served yet.
    ///
    /// Throws `BackupError.occupied` if the directory holds anything, `JournalError`.
    package init(_ backup: BackupFile, in directory: DataDirectory) throws {
        self.directory = directory
        staging = DataDirectory(path: "\(directory.path)/\(Self.stagingName)")
        try Self.checkEmpty(directory)
        try directory.create()
        lock = try DirectoryLock(directory)
        try Self.checkEmpty(directory)
        try Self.remove(staging.path)
        do {
            try staging.create()
            try backup.copy(to: staging.journal)
            _ = try HeadFile(path: staging.head, position: backup.end)
        } catch {
            try? Self.remove(staging.path)
            throw error
        }
    }

    /// Throws `BackupError.occupied` if `directory` holds anything but the rest of a restore that
    /// was stopped.
    package static func checkEmpty(_ directory: DataDirectory) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        var allowed = harmless.union([stagingName])
        if names.contains(stagingName) { allowed.insert("head") }
        if let found = names.sorted().first(where: { !allowed.contains($0) }) {
            throw BackupError.occupied(directory: directory.path, found: found)
        }
    }

    /// Gives the journal, which is closed, its place. It can be served when this returns.
    package func publish() throws {
        // A journal that was closed well has everything in its database.
        guard access(staging.journalLog, F_OK) != 0 else {
            throw JournalError.failed(action: "close \(staging.journal)", reason: "its WAL is left")
        }
        for file in [staging.journal, staging.head] {
            try PosixFile(opening: file, flags: O_RDWR).synchronize()
        }
        try PosixFile.synchronizeDirectory(staging.path)
        for (from, to) in [(staging.head, directory.head), (staging.journal, directory.journal)] {
            guard rename(from, to) == 0 else { throw PosixFile.failure("make \(to)") }
            try PosixFile.synchronizeDirectory(directory.path)
        }
        try? Self.remove(staging.path)
    }

    /// Leaves the data directory as empty as it was.
    package func discard() { try? Self.remove(staging.path) }

    private static func remove(_ path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw JournalError.failed(action: "remove \(path)", reason: error.localizedDescription)
        }
    }
}
