import ArgumentParser
import BrokerEngine
import BrokerJournal
import BrokerViews
import Dispatch
import Foundation
import GridCodec
import GridModel
import Logging

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures lists and text search over many calls and prints Markdown.",
        discussion: """
            Facts of a year go through the broker's own projection and text index, without engine \
            and journal; queries through its query service, without the network. The first page \
            of 50 calls, then the same with a count; each kind as often as --rounds says.
            """)

    @Option(help: "Calls.")
    var calls = 1_000_000

    @Option(name: .customLong("open"), help: "How many of a hundred are open.")
    var openPercent = 4

    @Option(help: "How often each query is asked.")
    var rounds = 15

    @Option(help: "Where the files are made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    func validate() throws {
        guard (1...100_000_000).contains(calls), (0...100).contains(openPercent), rounds > 0 else {
            throw ValidationError("calls are 1 to 100000000, open 0 to 100, rounds at least 1")
        }
    }

    func run() throws {
        let directory = DataDirectory(path: data + "/search-\(getpid())")
        try directory.create()
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        var history = SearchHistory(calls: calls, openPercent: openPercent)
        let projected = try Self.time { try project(&history, into: directory.views) }
        let street = SearchStreet(directory, end: history.end)
        let indexed = try Self.time { try street.waitForIndex() }
        print(
            """
            ## Lists and search over \(calls) calls

            \(openPercent) % open. Views built in \(Int(projected.seconds)) s \
            (\(Self.mebibytes(directory.views)) MiB), text index in \(Int(indexed.seconds)) s \
            (\(Self.mebibytes(directory.search)) MiB). Milliseconds for a first page of 50 calls:

            | query | matches | p50 | max | with a count: p50 | max |
            |---|---:|---:|---:|---:|---:|
            """)
        for query in SearchQuery.all(end: history.end) { print(try row(query, street)) }
        street.stop()
    }

    private func project(_ history: inout SearchHistory, into path: String) throws {
        let store = try ViewStore(path: path)
        var seq: UInt64 = 1
        while let batch = try history.nextBatch(seq: seq) {
            try store.project([batch], chain: nil)
            seq += 1
        }
        try store.close()
    }

    private func row(_ query: SearchQuery, _ street: SearchStreet) throws -> String {
        var counted = query.query
        counted.count = true
        var times: [Double] = []
        var countedTimes: [Double] = []
        var matches = ""
        for _ in 0..<rounds {
            times.append(try Self.time { _ = try street.list(query.query) }.milliseconds)
            countedTimes.append(
                try Self.time {
                    let reply = try street.list(counted)
                    matches = (reply.totalIsMinimum ? "≥ " : "") + "\(reply.total)"
                }.milliseconds)
        }
        let figures = [times, countedTimes].flatMap { times in
            let sorted = times.sorted()
            return [sorted[sorted.count / 2], sorted[sorted.count - 1]]
        }
        return "| \(query.name) | \(matches) | "
            + figures.map { String(format: "%.1f", $0) }.joined(separator: " | ") + " |"
    }

    private static func time(_ body: () throws -> Void) rethrows -> Duration {
        try ContinuousClock().measure(body)
    }

    private static func mebibytes(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return ((attributes?[.size] as? Int) ?? 0) >> 20
    }
}

extension Duration {
    fileprivate var milliseconds: Double { self / .milliseconds(1) }
    fileprivate var seconds: Double { self / .seconds(1) }
}

/// The broker's side of queries, without the rest of it.
private final class SearchStreet {
    private let progress = ViewProgress()
    private let textIndex = TextIndexProgress()
    private let service: QueryService
    private let views: ViewTail
    private let indexer: TextIndexer
    private let end: Timestamp

    init(_ directory: DataDirectory, end: Timestamp) {
        self.end = end
        let log = Logger(label: "search")
        views = ViewTail(path: directory.views, source: NoJournal(), progress: progress, log: log)
        indexer = TextIndexer(
            indexPath: directory.search, viewsPath: directory.views, views: progress,
            progress: textIndex, log: log)
        service = QueryService(
            directory: directory, progress: progress, textIndex: textIndex,
            limits: ProtocolLimits())
        views.start()
        indexer.start()
    }

    /// Asks for a text until the index has reached the calls.
    func waitForIndex() throws {
        var query = WireListQuery()
        query.text = "貔貅"
        while ask(query).refused.code != 0 {}
    }

    func list(_ query: WireListQuery) throws -> WireListReply {
        let item = ask(query)
        guard item.refused.code == 0 else {
            throw BenchFailure.processFailed("list: \(item.refused.reason)")
        }
        return item.list
    }

    func stop() {
        progress.stop()
        views.stop()
        service.stop()
        indexer.stop()
    }

    private func ask(_ query: WireListQuery) -> WireQueryReplyItem {
        let answered = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var answer = WireQueryReplyItem()
        service.submit(.list(query, now: end), minimum: 0) { item in
            answer = item
            answered.signal()
        }
        answered.wait()
        return answer
    }
}

/// The views are there already; nothing follows.
private struct NoJournal: ViewSource {
    func batches(after seq: UInt64, byteBudget: Int) -> [Batch] { [] }
    func chain(at seq: UInt64) -> Digest? { nil }
}
