import Foundation

/// An open file whose errors keep their reason.
final class PosixFile: Sendable {
    let path: String
    let descriptor: Int32

    /// Opens `path`; a file made by it has mode 0600.
    init(opening path: String, flags: Int32) throws {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PosixFile.failure("open \(path)") }
    }

    deinit { close(descriptor) }

    /// At most `count` bytes from `offset`; fewer where the file ends.
    func read(count: Int, at offset: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress! + filled, count - filled, offset + filled)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw PosixFile.failure("read \(path)") }
                if got == 0 { break }
                filled += got
            }
        }
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: [UInt8], at offset: Int) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + written, $0.count - written, offset + written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PosixFile.failure("write \(path)") }
            written += count
        }
    }

    /// How many bytes it has.
    ///
    /// Not by `fstat`: since Linux 6.13 a file whose times somebody saw gets a new time with its
    /// next write, which the next `fdatasync` writes to the disk too.
    func count() throws -> Int {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw PosixFile.failure("look at \(path)") }
        return end
    }

    /// Empties the file.
    func truncate() throws {
        guard ftruncate(descriptor, 0) == 0 else { throw PosixFile.failure("truncate \(path)") }
    }

    /// Makes what was written durable.
    func synchronize() throws {
        guard fdatasync(descriptor) == 0 else { throw PosixFile.failure("sync \(path)") }
    }

    /// Makes the names in a directory durable.
    static func synchronizeDirectory(_ path: String) throws {
        let directory = try PosixFile(opening: path, flags: O_RDONLY | O_DIRECTORY)
        guard fsync(directory.descriptor) == 0 else { throw failure("sync \(path)") }
    }

    /// The error that `errno` names.
    static func failure(_ action: String) -> JournalError {
        let code = errno
        return .failed(action: action, reason: "\(String(cString: strerror(code))) (\(code))")
    }
}
