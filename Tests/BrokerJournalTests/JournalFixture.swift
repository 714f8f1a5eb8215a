import BrokerEngine
import Foundation
import GridModel

@testable import BrokerJournal

/// A data directory that disappears with the value.
final class TemporaryDirectory {
    let path: String
    var data: DataDirectory { DataDirectory(path: path + "/data") }

    init() {
        // In memory where it can be: thousands of files are made, and no power is cut.
        let memory = "/dev/shm/"
        let isThere = FileManager.default.isWritableFile(atPath: memory)
        path = (isThere ? memory : NSTemporaryDirectory()) + "journal-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of every file of the journal, by name.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: data.path).sorted()
        where name != "lock" {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: data.path + "/" + name))
        }
        return files
    }

    /// A second directory with the same files, for a broker that starts after a crash.
    func copy() throws -> TemporaryDirectory {
        let copy = TemporaryDirectory()
        try FileManager.default.copyItem(atPath: data.path, toPath: copy.data.path)
        return copy
    }

    /// Replaces the files of the directory by `files`.
    func restore(_ files: [String: Data]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: data.path) {
            try FileManager.default.removeItem(atPath: data.path + "/" + name)
        }
        for (name, bytes) in files {
            try bytes.write(to: URL(fileURLWithPath: data.path + "/" + name))
        }
    }
}

/// Batches as a broker writes them, different for every number and the same in every run.
enum SampleBatch {
    static let time = Timestamp(milliseconds: 1_790_000_000_000)

    /// Batch `seq` with one filed and closed call that carries a text of `textBytes`.
    static func make(_ seq: UInt64, epoch: UInt32 = 1, textBytes: Int = 40) -> Batch {
        let salted = salted(String(repeating: "a", count: textBytes), seq: seq)
        let place = TextPlace(
            offset: 0, length: UInt32(salted.count), digest: Digest(hashing: salted))
        let number = AssignmentNumber(serial: seq, ordinal: 0)
        let at = time.advanced(byMilliseconds: Int64(seq))
        return Batch(
            seq: seq, epoch: epoch, at: at,
            facts: [
                .turnBegan(at: at), .callFiled(SampleFacts.callFiled(serial: seq, texts: place)),
                .assignmentQueued(
                    AssignmentQueued(
                        number: number, department: 1, role: .lead, stage: 0, dispatch: .none,
                        resolve: SampleFacts.deadline)),
                .callClosed(serial: seq),
            ], texts: salted)
    }

    /// A salt made of the number, then the text.
    static func salted(_ text: String, seq: UInt64) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: seq &+ 1), count: 16) + Array(text.utf8)
    }
}

extension SQLiteJournal {
    /// Opens a journal and forgets what it holds.
    static func open(_ directory: TemporaryDirectory) throws -> SQLiteJournal {
        try open(directory.data) { _ in }
    }

    /// Appends sample batches up to number `last`.
    func appendSamples(through last: UInt64, textBytes: Int = 40) throws {
        while position.seq < last {
            _ = try append(SampleBatch.make(position.seq + 1, textBytes: textBytes))
        }
    }
}

/// Opens the journal, gives the batches in it, and closes it again.
func reopened(_ directory: TemporaryDirectory) throws -> [Batch] {
    var batches: [Batch] = []
    let journal = try SQLiteJournal.open(directory.data) { batches.append($0) }
    try journal.close()
    return batches
}
