import BrokerEngine
import BrokerJournal
import Foundation
import GridModel

extension FuzzTarget {
    /// A snapshot of a journal: an even first byte is followed by changes to a sound file, an odd
    /// one by what lies behind a sound header.
    static let snapshot = FuzzTarget(
        "snapshot", maximumBytes: 4_096,
        seeds: { SnapshotFolder.shared.seeds },
        check: { try SnapshotFolder.shared.check($0) })
}

/// A journal with one batch and its snapshot, in a folder in memory.
final class SnapshotFolder: @unchecked Sendable {
    static let shared: SnapshotFolder = {
        do { return try SnapshotFolder() } catch { preconditionFailure("no folder: \(error)") }
    }()

    private static let headerBytes = 84

    private let directory: DataDirectory
    private let reader: JournalReader
    private let sound: [UInt8]
    /// Targets run one after the other; a test may still run beside another.
    private let lock = NSLock()

    private init() throws {
        directory = DataDirectory(path: "/dev/shm/gridcall-fuzz-\(getpid())")
        let facts: [Fact] = [
            .turnBegan(at: Timestamp(milliseconds: 1_767_600_000_000)), .epochBegan(epoch: 1),
            .catalogueAdopted(WireSamples.catalogue), .actorNamed(actor: 1, name: "urban-1"),
        ]
        let journal = try SQLiteJournal.open(directory) { _ in }
        let position = try journal.append(
            Batch(seq: 1, epoch: 1, at: Timestamp(milliseconds: 1_767_600_000_000), facts: facts))
        var record = Record()
        record.beginBatch(1)
        for fact in facts { _ = record.apply(fact) }
        try SnapshotFile.write(
            record, at: position, archivedUpTo: 1, journalID: journal.id, in: directory)
        try journal.close()
        sound = try [UInt8](Data(contentsOf: URL(filePath: directory.snapshot)))
        reader = try JournalReader(directory)
        atexit { SnapshotFolder.shared.remove() }
    }

    var seeds: [[UInt8]] {
        [[0], [0, 0, 90, 1, 1], [0, 1, 0, 0xFF, 0], [1] + sound.dropFirst(Self.headerBytes)]
    }

    /// The sound file is read; every other is of no use, and says why.
    func check(_ input: UnsafeRawBufferPointer) throws {
        guard let mode = input.first else { return }
        let rest = [UInt8](input.dropFirst())
        let file =
            mode & 1 == 0
            ? changed(by: rest) : Array(sound[..<Self.headerBytes]) + rest
        try lock.withLock {
            try Data(file).write(to: URL(filePath: directory.snapshot))
            let result = try reader.withLinks {
                SnapshotFile.read(directory, of: $0, hashSeed: 0)
            }
            switch result {
            case .success: try require(file == sound, "a changed snapshot is used")
            case .failure(let unusable):
                try require(!unusable.description.isEmpty, "unusable without a reason")
                try require(file != sound, "a sound snapshot is not used: \(unusable)")
            case nil: throw Violation(description: "there is no snapshot")
            }
        }
    }

    /// Each four bytes are a change: where, and a byte to be added, or the place of a cut.
    private func changed(by changes: [UInt8]) -> [UInt8] {
        var file = sound
        for start in stride(from: 0, to: changes.count - 3, by: 4) where !file.isEmpty {
            let place = (Int(changes[start]) << 8 | Int(changes[start + 1])) % file.count
            if changes[start + 2] == 0xFF {
                file.removeSubrange(place...)
            } else {
                file[place] &+= changes[start + 3]
            }
        }
        return file
    }

    private func remove() { try? FileManager.default.removeItem(atPath: directory.path) }
}
