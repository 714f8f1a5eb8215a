import BrokerEngine
import Foundation

/// Remembers the last durable position beside the journal, so that a journal that lost its end is
/// recognised: SQLite shortens a damaged WAL without a word.
///
/// Two slots of 84 bytes at 0 and 512, written in turn after each fsync of the journal and before
/// anything is released, each with a checksum: a damaged slot leaves the other, which is at most
/// one batch older. A crash of the process keeps what was written; `synchronize` makes it survive
/// a power loss, see docs/journal.md for what may be hidden until then.
final class HeadFile {
    /// What a head file says.
    enum Content: Equatable {
        case missing
        /// Both slots are damaged.
        case unreadable
        case position(Position)
    }

    private static let slotOffsets = [0, 512]

    private let file: PosixFile
    private var isSynchronized = false

    /// Reads the file at `path` and writes nothing.
    static func content(of path: String) throws -> Content {
        guard access(path, F_OK) == 0 else { return .missing }
        let file = try PosixFile(opening: path, flags: O_RDONLY)
        let positions = try slotOffsets.compactMap {
            HeadSlot.position(in: try file.read(count: HeadSlot.byteCount, at: $0))
        }
        return positions.max().map { .position($0) } ?? .unreadable
    }

    /// Opens the file for writing, makes it if it is missing, and fills both slots durably.
    init(path: String, position: Position) throws {
        file = try PosixFile(opening: path, flags: O_RDWR | O_CREAT)
        for offset in Self.slotOffsets { try file.write(HeadSlot.bytes(of: position), at: offset) }
        try synchronize()
        try PosixFile.synchronizeDirectory((path as NSString).deletingLastPathComponent)
    }

    /// Remembers `position`; the two slots take turns.
    func write(_ position: Position) throws {
        isSynchronized = false
        try file.write(HeadSlot.bytes(of: position), at: Self.slotOffsets[Int(position.seq % 2)])
    }

    /// Makes the last position survive a power loss.
    func synchronize() throws {
        guard !isSynchronized else { return }
        try file.synchronize()
        isSynchronized = true
    }
}
