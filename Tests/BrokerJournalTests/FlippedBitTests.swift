import BrokerEngine
import Foundation
import GridModel
import Testing

@testable import BrokerJournal

/// A flipped bit is harmless, that is, the facts are equal and later ones are kept too, or the
/// journal is refused with the place and left as it was.
@Suite struct FlippedBitTests {
    private static let batches = (1...12).map { SampleBatch.make($0, textBytes: 300) }

    @Test("In the database of a broker that stopped", arguments: 0..<4)
    func database(part: Int) throws {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in Self.batches { _ = try journal.append(batch) }
        try journal.close()
        try flip("journal.sqlite", in: directory.files(), step: 43, part: part, of: 4)
    }

    @Test("In the database and in the WAL of a broker that crashed", arguments: 0..<4)
    func log(part: Int) throws {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in Self.batches[..<6] { _ = try journal.append(batch) }
        try journal.close()
        let crashing = try SQLiteJournal.open(directory)
        for batch in Self.batches[6...] { _ = try crashing.append(batch) }
        var files = try directory.files()
        files["journal.sqlite-shm"] = nil
        try crashing.close()
        try flip("journal.sqlite", in: files, step: 149, part: part, of: 4)
        try flip("journal.sqlite-wal", in: files, step: 151, part: part, of: 4)
    }

    @Test("In the head file, at every bit")
    func head() throws {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in Self.batches { _ = try journal.append(batch) }
        try journal.close()
        let files = try directory.files()
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
        try directory.restore(damaged)
        var facts: [[Fact]] = []
        let place: Comment = "\(name) at \(offset), bit \(bit)"
        let journal: SQLiteJournal
        do {
            journal = try SQLiteJournal.open(directory.data) { facts.append($0.facts) }
        } catch {
            #expect(error is JournalError, "\(error)")
            #expect(try directory.files() == damaged, place)
            return
        }
        #expect(facts == Self.batches.map(\.facts), place)
        #expect(throws: Never.self, place) { try appendMore(journal, directory, place) }
    }

    /// What is harmless must stay so when the broker goes on.
    private func appendMore(
        _ journal: SQLiteJournal, _ directory: TemporaryDirectory, _ place: Comment
    ) throws {
        let more = (13...15).map { SampleBatch.make($0, textBytes: 5_000) }
        for batch in more { _ = try journal.append(batch) }
        try journal.close()
        let facts = try reopened(directory).map(\.facts)
        #expect(facts == (Self.batches + more).map(\.facts), place)
    }
}
