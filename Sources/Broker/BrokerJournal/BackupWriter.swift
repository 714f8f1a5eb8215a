import Foundation
import GRDB
package import GridModel

/// Makes backups of a journal that a broker may have open or not.
///
/// The source is only read. The backup gets its name when all of it was read back, examined and
/// made durable; a stop before that leaves a file `NAME.new`, which the next backup overwrites.
package struct BackupWriter {
    /// What came of it.
    package struct Report: Hashable, Sendable {
        /// Where it lies.
        package let path: String
        /// The last batch in it.
        package let end: Position
        /// What an examination of the whole file found.
        package let verification: JournalVerification
        /// Its size.
        package let bytes: Int64
    }

    private let directory: DataDirectory
    private let path: String
    private let replaces: Bool
    private let acceptsDamagedTexts: Bool

    private var temporary: String { path + BackupFolder.temporaryEnding }

    /// Backups of `directory` under the name `path`, whose file may be there if it `replaces` it;
    /// texts that are damaged in the journal are copied as they are if it `acceptsDamagedTexts`.
    package init(
        of directory: DataDirectory, to path: String, replaces: Bool = false,
        acceptsDamagedTexts: Bool = false
    ) {
        self.directory = directory
        self.path = path
        self.replaces = replaces
        self.acceptsDamagedTexts = acceptsDamagedTexts
    }

    /// Makes the backup, at the time `now`.
    ///
    /// Throws `BackupError`, or `JournalError` for a journal that is not intact.
    package func run(now: Timestamp) throws -> Report {
        try checkName()
        guard access(directory.journal, F_OK) == 0 else {
            throw PosixFile.failure("open \(directory.journal)")
        }
        let file = try claim()
        do {
            try copy(now: now)
            try BackupSeal.write(to: file)
            let (backup, verification) = try readBack()
            try file.synchronize()
            try checkName()
            let bytes = try size()
            guard rename(temporary, path) == 0 else { throw PosixFile.failure("make \(path)") }
            try PosixFile.synchronizeDirectory(Self.directory(of: path))
            return Report(
                path: path, end: backup.end, verification: verification, bytes: bytes)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// What is wrong with a copy that was made a moment ago is wrong with the journal.
    private func readBack() throws -> (BackupFile, JournalVerification) {
        do {
            let backup = try BackupFile(path: temporary)
            return (backup, try backup.verify(acceptingDamagedTexts: acceptsDamagedTexts))
        } catch BackupError.unsound(_, let reason) {
            throw JournalError.notAJournal(path: directory.journal, reason: reason)
        }
    }

    private func checkName() throws {
        guard replaces || access(path, F_OK) != 0 else { throw BackupError.exists(path: path) }
    }

    /// Opens the temporary file, empty, and keeps other backups away from it.
    private func claim() throws -> PosixFile {
        let file = try PosixFile(opening: temporary, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0, names(file) else {
            throw BackupError.busy(path: path)
        }
        try file.truncate()
        unlink(temporary + "-journal")
        return file
    }

    /// Whether the temporary name is still this file's: another backup may have been completed
    /// between opening and locking it, and then the file is that backup.
    private func names(_ file: PosixFile) -> Bool {
        var (named, opened) = (stat(), stat())
        return stat(temporary, &named) == 0 && fstat(file.descriptor, &opened) == 0
            && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }

    /// The head is read before the journal: a running broker moves both, the journal first.
    private func copy(now: Timestamp) throws {
        do {
            let head = try HeadFile.content(of: directory.head)
            try JournalCheckout.look(into: directory) { queue in
                let (meta, end) = try queue.read { database in
                    let meta = try JournalSchema.meta(database, path: directory.journal)
                    let end = try StoredBatch.position(database, at: nil) ?? .start
                    try compare(end, with: head, database)
                    return (meta, end)
                }
                try JournalCopy.write(
                    queue, through: end, to: temporary, meta: meta,
                    applicationID: BackupFile.applicationID
                ) { try BackupFile.writeEnd(end, madeAt: now, meta, $0) }
            }
        } catch let error as DatabaseError {
            throw JournalError.failed(action: "back up \(directory.journal)", reason: "\(error)")
        }
    }

    /// A journal that lacks what was confirmed gives no backup that could pass for a good one.
    private func compare(
        _ end: Position, with head: HeadFile.Content, _ database: Database
    ) throws {
        switch head {
        case .position(let head):
            guard end >= head else { throw JournalError.belowHead(journal: end, head: head) }
            guard head.seq > 0 else { return }
            guard try StoredBatch.position(database, at: head.seq) == head else {
                throw JournalError.differsFromHead(seq: head.seq)
            }
        case .missing where end.seq > 0:
            throw JournalError.headLost(path: directory.head, journal: end, reason: "is missing")
        case .unreadable where end.seq > 0:
            throw JournalError.headLost(path: directory.head, journal: end, reason: "is damaged")
        case .missing, .unreadable: break
        }
    }

    private func size() throws -> Int64 {
        var status = stat()
        guard stat(temporary, &status) == 0 else { throw PosixFile.failure("look at \(path)") }
        return Int64(status.st_size)
    }

    private static func directory(of path: String) -> String {
        let directory = (path as NSString).deletingLastPathComponent
        return directory.isEmpty ? "." : directory
    }
}
