import Foundation

/// Keeps the journal's WAL a step longer than what is in it.
///
/// An fsync after writing over bytes that are there takes half as long as one that must make the
/// file's new length durable too. Zeros are no frame to SQLite, which takes a WAL to end before
/// them. They need not be durable: the fsync of the next batch makes them so, and a length that a
/// power loss takes back is made again.
struct LogRoom: ~Copyable {
    /// So many zeros at a time cost a batch some milliseconds, and 256 batches nothing.
    private static let stepBytes = 1 << 20

    private let path: String
    private var file: PosixFile?
    /// Of the file when it was last looked at.
    private(set) var byteCount = 0

    /// For the WAL at `path`, which need not be there yet.
    init(path: String) { self.path = path }

    /// Looks at the file, of which others may have taken or to which they may have added.
    mutating func look() { byteCount = (try? file?.count()) ?? byteCount }

    /// Whether a batch was written where there was no room, or nothing is known yet.
    var isShort: Bool { mutating get { (try? openFile().count()) != byteCount } }

    private mutating func openFile() throws -> PosixFile {
        if let file { return file }
        let file = try PosixFile(opening: path, flags: O_WRONLY)
        self.file = file
        return file
    }

    /// Makes room for what follows, if a batch was written where there was none.
    ///
    /// A journal without room is only slower, so nothing that goes wrong here is told: a disk that
    /// is full or fails says so to the next batch.
    mutating func keep() {
        do {
            let file = try openFile()
            let count = try file.count()
            guard count != byteCount else { return }
            byteCount = count
            try file.write([UInt8](repeating: 0, count: Self.stepBytes), at: count)
            byteCount = count + Self.stepBytes
        } catch {
            return
        }
    }
}
