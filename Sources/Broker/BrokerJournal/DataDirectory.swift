import Foundation

/// The files of one broker.
package struct DataDirectory: Hashable, Sendable {
    /// The directory, mode 0700.
    package let path: String

    /// The directory at `path`; it need not exist yet.
    package init(path: String) { self.path = path }

    /// The journal.
    package var journal: String { path + "/journal.sqlite" }
    /// What SQLite wrote and has not moved into the journal yet.
    package var journalLog: String { journal + "-wal" }
    /// The last position that was durable; see `HeadFile`.
    package var head: String { path + "/head" }
    /// Held by the broker that works here.
    package var lock: String { path + "/lock" }
    /// The index of old ids; see `Archive`.
    package var archive: String { path + "/archive.sqlite" }
    /// What the journal said up to some batch; see `SnapshotFile`.
    package var snapshot: String { path + "/snapshot" }
    /// The tables for queries.
    package var views: String { path + "/views.sqlite" }
    /// The index of texts.
    package var search: String { path + "/search.sqlite" }

    /// Makes the directory if it is missing; throws `JournalError.failed`.
    package func create() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw JournalError.failed(
                action: "make the directory \(path)", reason: error.localizedDescription)
        }
    }
}

/// The right to work in a data directory; ends with the value, also when the process is killed.
package final class DirectoryLock: Sendable {
    private let file: PosixFile

    /// Takes the lock; throws `JournalError.locked` if another process, or another part of this
    /// one, has it.
    package init(_ directory: DataDirectory) throws {
        file = try PosixFile(opening: directory.lock, flags: O_RDWR | O_CREAT)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? file.read(count: 16, at: 0))
                .flatMap { String(bytes: $0, encoding: .utf8) }
                .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            throw JournalError.locked(directory: directory.path, holder: holder)
        }
        try file.truncate()
        try file.write(Array("\(getpid())\n".utf8), at: 0)
    }

    /// Closing alone would leave the lock to a child that was forked and has not run its program
    /// yet: flock(2) belongs to the open file, which both have.
    deinit { flock(file.descriptor, LOCK_UN) }
}
