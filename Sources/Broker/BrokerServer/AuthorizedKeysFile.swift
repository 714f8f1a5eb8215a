package import Access
import Foundation
import Glibc

/// The authorised-keys file on disk: whoever can write it can let anybody in, so only its owner
/// may.
package struct AuthorizedKeysFile: Sendable {
    /// Why the file cannot be used; each mistake in a sentence with its line.
    package struct Unusable: Error, CustomStringConvertible {
        package let mistakes: [String]
        package var description: String { mistakes.joined(separator: "\n") }
    }

    package let path: String

    /// The file at `path`.
    package init(_ path: String) { self.path = path }

    /// Reads and checks the file. Throws `Unusable`.
    package func read() throws(Unusable) -> AuthorizedKeys {
        // Not to wait for a pipe's other end: what is no file is refused.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("cannot be read") }
        defer { close(descriptor) }
        try checkOwner(descriptor)
        guard let bytes = try? FileHandle(fileDescriptor: descriptor).readToEnd() ?? Data(),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw Unusable(mistakes: ["\(path): not UTF-8"]) }
        do {
            return try AuthorizedKeys(text: text)
        } catch {
            throw Unusable(mistakes: error.list.map { "\(path):\($0.line): \($0.reason)" })
        }
    }

    /// Changes the file as one step: whoever reads meanwhile sees the old or the new one, and
    /// after a power loss one of the two is there. A missing file counts as empty.
    ///
    /// Throws `Unusable`, and what `change` throws.
    package func change(_ change: (inout AuthorizedKeys) throws -> Void) throws {
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("cannot be locked") }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw failure("cannot be locked") }
        var keys =
            access(path, F_OK) == 0 ? try read() : try AuthorizedKeys(text: Self.preface)
        try change(&keys)
        try replace(with: Array(keys.text.utf8))
    }

    private static let preface = """
        # Keys that may connect to this broker. One a line:
        # KEY role=terminal|worker|officer|reviewer|operator|auditor name=NAME
        #     [departments=ID,…] [grids=ID,…] [expires=2027-01-31]
        # `gridcall-broker authorize` and `revoke` change it; then reload the broker (SIGHUP).

        """

    private func replace(with bytes: [UInt8]) throws(Unusable) {
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written") }
        defer { close(descriptor) }
        var status = stat()
        if stat(path, &status) == 0 {
            // A file the service may read must stay so.
            _ = fchown(descriptor, status.st_uid, status.st_gid)
            _ = fchmod(descriptor, status.st_mode & 0o640)
        }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(temporary, path) == 0, synchronizeDirectory()
        else { throw failure("cannot be written") }
    }

    private func synchronizeDirectory() -> Bool {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { String(path[...$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private func checkOwner(_ descriptor: Int32) throws(Unusable) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Unusable(mistakes: ["\(path) is not a file"])
        }
        guard status.st_mode & 0o022 == 0 else {
            throw Unusable(mistakes: ["\(path) can be written by others: chmod go-w \(path)"])
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Unusable(mistakes: ["\(path) belongs to another user than the broker's or root"])
        }
    }

    private func failure(_ what: String) -> Unusable {
        Unusable(mistakes: ["\(path) \(what): \(String(cString: strerror(errno)))"])
    }
}
