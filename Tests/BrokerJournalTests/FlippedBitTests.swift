import BrokerEngine
import Foundation
import GridModel
import Testing

@testable import BrokerJournal

/// What a flipped bit may do: see `DamagedJournal`.
@Suite struct FlippedBitTests {

    @Test("In the database of a broker that stopped", arguments: 0..<4)
    func database(part: Int) throws {
        let files = try DamagedJournal.filesOfStopped()
        try flip("journal.sqlite", in: files, step: 43, part: part, of: 4)
    }

    @Test("In the database and in the WAL of a broker that crashed", arguments: 0..<4)
    func log(part: Int) throws {
        let files = try DamagedJournal.filesOfCrashed()
        try flip("journal.sqlite", in: files, step: 149, part: part, of: 4)
        try flip("journal.sqlite-wal", in: files, step: 151, part: part, of: 4)
    }

    @Test("In the head file, at every bit")
    func head() throws {
        let files = try DamagedJournal.filesOfStopped()
        let directory = TemporaryDirectory()
        try directory.data.create()
        for offset in 0..<files["head"]!.count {
            try flip("head", at: offset, bit: UInt8(1) << (offset % 8), in: files, directory)
        }
    }

    private func flip(
        _ name: String, in files: [String: Data], step: Int, part: Int, of parts: Int
    ) throws {
        let directory = TemporaryDirectory()
        try directory.data.create()
        for offset in stride(from: part * step, to: files[name]!.count, by: parts * step) {
            try flip(name, at: offset, bit: UInt8(1) << (offset % 8), in: files, directory)
        }
        // The header of a database holds what SQLite believes about all of its pages.
        guard name == "journal.sqlite" else { return }
        for offset in stride(from: part, to: 108, by: parts) {
            for bit in 0..<8 {
                try flip(name, at: offset, bit: 1 << UInt8(bit), in: files, directory)
            }
        }
    }

    private func flip(
        _ name: String, at offset: Int, bit: UInt8, in files: [String: Data],
        _ directory: TemporaryDirectory
    ) throws {
        var damaged = files
        damaged[name]![offset] ^= bit
        try DamagedJournal.check(damaged, directory, "\(name) at \(offset), bit \(bit)")
    }
}
