import BrokerEngine
import Foundation
import Testing

@testable import BrokerJournal

/// A journal whose files were changed behind the broker's back: that is harmless, that is, the
/// facts are equal and later ones are kept too, or it is refused with the place and left as it was.
enum DamagedJournal {
    static let batches = (1...12).map { SampleBatch.make($0, textBytes: 300) }

    /// The files of a broker that stopped.
    static func filesOfStopped() throws -> [String: Data] {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in batches { _ = try journal.append(batch) }
        try journal.close()
        return try directory.files()
    }

    /// The files of a broker that crashed: the second half of the batches is in the WAL alone.
    static func filesOfCrashed() throws -> [String: Data] {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in batches[..<6] { _ = try journal.append(batch) }
        try journal.close()
        let crashing = try SQLiteJournal.open(directory)
        for batch in batches[6...] { _ = try crashing.append(batch) }
        var files = try directory.files()
        files["journal.sqlite-shm"] = nil
        try crashing.close()
        return files
    }

    /// Opens `damaged` in `directory`; true if it was refused.
    @discardableResult
    static func check(
        _ damaged: [String: Data], _ directory: TemporaryDirectory, _ place: Comment
    ) throws -> Bool {
        try directory.restore(damaged)
        var facts: [[Fact]] = []
        let journal: SQLiteJournal
        do {
            journal = try SQLiteJournal.open(directory.data) { facts.append($0.facts) }
        } catch {
            #expect(error is JournalError, "\(error)")
            #expect(try directory.files() == damaged, place)
            return true
        }
        #expect(facts == batches.map(\.facts), place)
        #expect(throws: Never.self, place) { try appendMore(journal, directory, place) }
        return false
    }

    /// What is harmless must stay so when the broker goes on.
    private static func appendMore(
        _ journal: SQLiteJournal, _ directory: TemporaryDirectory, _ place: Comment
    ) throws {
        let more = (13...15).map { SampleBatch.make($0, textBytes: 5_000) }
        for batch in more { _ = try journal.append(batch) }
        try journal.close()
        let facts = try reopened(directory).map(\.facts)
        #expect(facts == (batches + more).map(\.facts), place)
    }
}
