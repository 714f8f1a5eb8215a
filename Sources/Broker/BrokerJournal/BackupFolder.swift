import Foundation
package import GridModel

/// A directory of backups, each named by the time it was made.
package struct BackupFolder {
    /// How the name of a backup ends.
    package static let ending = ".gridcall-backup"
    /// How the name of one ends that is not complete.
    static let temporaryEnding = ".new"
    private static let beginning = "gridcall-"

    private let path: String

    /// The directory at `path`.
    package init(path: String) { self.path = path }

    /// The name of a backup that is made at `time`: names sort as the backups were made.
    package func newPath(at time: Timestamp) -> String {
        "\(path)/\(Self.beginning)\(time.inUTC(as: "%Y-%m-%dT%H%M%SZ"))\(Self.ending)"
    }

    /// Removes all but the newest `count` backups, and what stopped ones left; returns the names of
    /// the backups removed. Files with other names are left alone.
    package func prune(keeping count: Int) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        for name in names where name.hasSuffix(Self.ending + Self.temporaryEnding) {
            if name.hasPrefix(Self.beginning) { removeUnlessLocked("\(path)/\(name)") }
        }
        let backups = names.filter { $0.hasPrefix(Self.beginning) && $0.hasSuffix(Self.ending) }
        let removed = Array(backups.dropLast(max(1, count)))
        for name in removed where unlink("\(path)/\(name)") != 0 {
            throw PosixFile.failure("remove \(path)/\(name)")
        }
        return removed
    }

    /// One that is being written is locked by its writer.
    private func removeUnlessLocked(_ path: String) {
        guard let file = try? PosixFile(opening: path, flags: O_RDWR | O_NOFOLLOW),
            flock(file.descriptor, LOCK_EX | LOCK_NB) == 0
        else { return }
        unlink(path)
        unlink(path + "-journal")
    }
}

extension Timestamp {
    /// The time in UTC, to the second, in a form of strftime(3).
    func inUTC(as format: String) -> String {
        var seconds = time_t(milliseconds / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 64)
        strftime(&text, text.count, format, &parts)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }
}
