import Foundation
import Testing

@testable import BrokerJournal

/// What a file that was cut short may do: see `DamagedJournal`.
@Suite struct CutFileTests {
    @Test("The database of a broker that stopped", arguments: 0..<4)
    func database(part: Int) throws {
        try cut("journal.sqlite", in: DamagedJournal.filesOfStopped(), step: 89, part, of: 4)
    }

    @Test("The database and the WAL of a broker that crashed", arguments: 0..<4)
    func log(part: Int) throws {
        let files = try DamagedJournal.filesOfCrashed()
        try cut("journal.sqlite", in: files, step: 157, part, of: 4)
        let refused = try cut("journal.sqlite-wal", in: files, step: 61, part, of: 4)
        // The last frame is of a batch that was confirmed: nothing of it may be missing.
        #expect(refused > 100)
    }

    @Test("The head file, at every byte, and each file when it is gone")
    func head() throws {
        let files = try DamagedJournal.filesOfCrashed()
        try cut("head", in: files, step: 1, 0, of: 1)
        let directory = TemporaryDirectory()
        try directory.data.create()
        for name in files.keys where name != "head" {
            var damaged = files
            damaged[name] = nil
            let isRefused = try DamagedJournal.check(damaged, directory, "without \(name)")
            #expect(isRefused, "without \(name)")
        }
    }

    /// Cuts a file at every `step`th byte and returns how often the journal was refused.
    @discardableResult
    private func cut(
        _ name: String, in files: [String: Data], step: Int, _ part: Int, of parts: Int
    ) throws -> Int {
        let directory = TemporaryDirectory()
        try directory.data.create()
        var refused = 0
        for length in stride(from: part * step, to: files[name]!.count, by: parts * step) {
            var damaged = files
            damaged[name] = files[name]!.prefix(length)
            if try DamagedJournal.check(damaged, directory, "\(name) cut at \(length)") {
                refused += 1
            }
        }
        return refused
    }
}
