import Benchmark
import BrokerJournal
import BrokerViews
import Foundation

/// A round that becomes durable, its fsyncs included.
func journalBenchmarks() {
    var files: JournalFiles?
    Benchmark("journal: a round is durable") { benchmark in
        let files = files ?? need("a journal is opened") { try JournalFiles() }
        for _ in benchmark.scaledIterations {
            let batches = files.rounds.next()
            benchmark.startMeasurement()
            need("a round is appended") { try files.append(batches) }
            benchmark.stopMeasurement()
        }
    } setup: {
        files = try JournalFiles()
    } teardown: {
        try files?.remove()
        files = nil
    }
}

/// A round projected into the tables that queries read, in one transaction.
func viewBenchmarks() {
    var files: ViewFiles?
    Benchmark("views: a round is projected") { benchmark in
        let files = files ?? need("the views are opened") { try ViewFiles() }
        for _ in benchmark.scaledIterations {
            let batches = files.rounds.next()
            benchmark.startMeasurement()
            need("a round is projected") { try files.project(batches) }
            benchmark.stopMeasurement()
        }
    } setup: {
        files = try ViewFiles()
    } teardown: {
        try files?.remove()
        files = nil
    }
}

/// A directory of its own below GRIDCALL_MICRO_DATA, which should lie on a real disk.
private func freshDirectory() throws -> DataDirectory {
    let process = ProcessInfo.processInfo
    let parent = process.environment["GRIDCALL_MICRO_DATA"] ?? NSTemporaryDirectory()
    let name = "micro-\(process.processIdentifier)-\(UUID().uuidString)"
    let directory = DataDirectory(path: parent + "/" + name)
    try directory.create()
    return directory
}

private final class JournalFiles {
    let rounds = FiledRounds()
    private let directory: DataDirectory
    private let journal: SQLiteJournal

    init() throws {
        directory = try freshDirectory()
        journal = try SQLiteJournal.open(directory) { _ in }
        try append(rounds.beginning)
    }

    func append(_ batches: [Batch]) throws {
        for batch in batches { _ = try journal.append(batch) }
    }

    func remove() throws {
        try journal.close()
        try FileManager.default.removeItem(atPath: directory.path)
    }
}

private final class ViewFiles {
    let rounds = FiledRounds()
    private let directory: DataDirectory
    private let store: ViewStore

    init() throws {
        directory = try freshDirectory()
        store = try ViewStore(path: directory.views)
        try project(rounds.beginning)
    }

    func project(_ batches: [Batch]) throws { try store.project(batches, chain: nil) }

    func remove() throws {
        try store.close()
        try FileManager.default.removeItem(atPath: directory.path)
    }
}
