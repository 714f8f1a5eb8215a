import Glibc
import GridModel

/// The file system of this machine.
package struct DiskSpoolFiles: SpoolFiles {
    /// The file system of this machine.
    package init() {}

    package func names(in directory: String) throws(SpoolFailure) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw failure(directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    package func contents(of path: String) throws(SpoolFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    package func length(of path: String) throws(SpoolFailure) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw failure(path)
        }
        return Int(status.st_size)
    }

    package func makeDirectory(_ path: String) throws(SpoolFailure) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST || errno == EISDIR else { throw failure(path) }
        return false
    }

    package func protectDirectory(_ path: String) throws(SpoolFailure) {
        guard chmod(path, 0o700) == 0 else { throw failure(path) }
    }

    package func create(_ path: String, _ bytes: [UInt8]) throws(SpoolFailure) {
        try write(bytes, to: path, flags: O_TRUNC)
    }

    package func append(_ path: String, _ bytes: [UInt8]) throws(SpoolFailure) {
        try write(bytes, to: path, flags: O_APPEND)
    }

    package func synchronize(file path: String) throws(SpoolFailure) {
        try synchronize(path, flags: 0)
    }

    package func synchronize(directory path: String) throws(SpoolFailure) {
        try synchronize(path, flags: O_DIRECTORY)
    }

    package func rename(_ path: String, to newPath: String) throws(SpoolFailure) {
        guard Glibc.rename(path, newPath) == 0 else { throw failure(newPath) }
    }

    package func remove(_ path: String) throws(SpoolFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    package func lock(_ path: String, waits: Bool) throws(SpoolFailure) -> SpoolLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        while flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            errno = code
            throw failure(path)
        }
        return SpoolLock { close(descriptor) }
    }

    private func write(_ bytes: [UInt8], to path: String, flags: Int32) throws(SpoolFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    private func synchronize(_ path: String, flags: Int32) throws(SpoolFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private func failure(_ path: String) -> SpoolFailure {
        SpoolFailure(Phrase(verbatim: "\(path): \(String(cString: strerror(errno)))"))
    }
}
