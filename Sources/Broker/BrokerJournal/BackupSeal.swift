import Crypto
import Foundation

/// The last 40 bytes of a backup: `GCBKSEAL` and the SHA-256 of all bytes before it.
///
/// SQLite reads as many pages as its header says and leaves alone what lies behind them.
enum BackupSeal {
    private static let magic = Array("GCBKSEAL".utf8)
    private static let bytes = 8 + SHA256.byteCount
    private static let stepBytes = 1 << 20

    /// Writes the seal behind a file that SQLite has closed.
    static func write(to file: PosixFile) throws {
        let length = try length(of: file)
        try file.write(magic + digest(of: file, upTo: length), at: length)
    }

    /// Whether the file at `path` ends with the seal of what lies before it.
    static func isWhole(_ path: String) throws -> Bool {
        let file = try PosixFile(opening: path, flags: O_RDONLY)
        let length = max(0, try length(of: file) - bytes)
        let found = try file.read(count: bytes, at: length)
        return try found == magic + digest(of: file, upTo: length)
    }

    private static func length(of file: PosixFile) throws -> Int {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else {
            throw PosixFile.failure("look at \(file.path)")
        }
        return Int(status.st_size)
    }

    private static func digest(of file: PosixFile, upTo length: Int) throws -> [UInt8] {
        var hasher = SHA256()
        var offset = 0
        while offset < length {
            let bytes = try file.read(count: min(stepBytes, length - offset), at: offset)
            guard !bytes.isEmpty else { break }
            hasher.update(data: bytes)
            offset += bytes.count
        }
        return Array(hasher.finalize())
    }
}
