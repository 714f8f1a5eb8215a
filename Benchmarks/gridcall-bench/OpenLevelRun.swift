import Foundation
import GridCodec

/// A fresh broker that is measured beside so many open calls.
struct OpenLevelRun {
    private static let parts = ["loop", "journal", "views", "archive"]

    private let bench: Bench
    private let street: ScaleStreet

    /// A run with an empty data directory.
    init(_ bench: Bench) throws {
        self.bench = bench
        street = try ScaleStreet(bench)
    }

    /// Fills the broker, measures it and removes its files.
    func measure(beside open: UInt64) throws -> OpenLevel {
        defer { street.removeFiles() }
        let broker = try street.startBroker(["--snapshot-after", "\(UInt32.max)"])
        defer { broker.endAtOnce() }
        let probe = try StatisticsProbe(endpoint: street.endpoint)
        defer { probe.close() }
        try probe.wait { _ in true }
        let filled = try street.file(open, category: ScaleStreet.waitingCategory)
        let worker = try street.startWorker()
        defer { worker.endAtOnce() }
        try probe.wait { $0.departments.contains { $0.workers > 0 } }
        try street.waitUntilIdle(broker, probe)
        let before = ProcessorTimes(of: broker.processID)
        let perSecond = try load(probe)
        var closed: UInt64 = 0
        try probe.wait(seconds: ScaleStreet.patience) {
            closed = $0.callsClosed
            return $0.callsOpen == open && $0.viewsLagBatches == 0
        }
        let used = ProcessorTimes(of: broker.processID).since(before).byPart
        let perCall = used.mapValues { $0 * 1e6 / Double(max(1, closed)) }
        return OpenLevel(
            open: open, fillSeconds: filled.seconds,
            residentBytes: residentBytes(of: broker.processID), closedPerSecond: perSecond,
            closed: closed, microsecondsPerCall: perCall,
            microsecondsTogether: Self.parts.reduce(0) { $0 + (perCall[$1] ?? 0) })
    }

    /// Calls closed a second while a terminal files as many as it can.
    private func load(_ probe: StatisticsProbe) throws -> Double {
        let terminal = try street.startTerminal(
            category: ScaleStreet.category, bench.timeOptions)
        defer { terminal.endAtOnce() }
        var first = WireStatsView()
        var last = WireStatsView()
        _ = try bench.measure(
            terminal, begun: { first = try probe.statistics() },
            ended: { last = try probe.statistics() })
        let seconds = Double(last.at - first.at) / 1_000
        return Double(last.callsClosed - first.callsClosed) / seconds
    }
}
