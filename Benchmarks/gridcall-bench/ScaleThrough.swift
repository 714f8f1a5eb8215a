import ArgumentParser
import Foundation
import GridCodec

struct ScaleThrough: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "through",
        abstract: "Measures millions of calls through one broker, and the start after kill -9.",
        discussion: """
            One terminal with 1,024 calls in flight and one worker. When all calls are closed and \
            everything behind them is level, one more is filed, the broker killed and started \
            again, with a snapshot if it has made one by itself. Prints JSON.
            """)

    @Option(help: "Calls; 5000000 take some minutes and some GiB of disk.")
    var calls: UInt64 = 5_000_000

    @OptionGroup var scale: ScaleOptions

    func validate() throws {
        guard (1...100_000_000).contains(calls) else {
            throw ValidationError("--calls is 1 to 100000000")
        }
    }

    func run() throws {
        try scale.measure(MeasuringTime.parse([])) { bench in
            let run = ThroughRun(street: try ScaleStreet(bench), calls: calls)
            try printJSON(run.measure())
        }
    }
}

/// What millions of calls showed.
private struct ThroughFigures: Encodable {
    let calls: UInt64
    /// From the first call until all were closed, and then until the views were level.
    let seconds: Double
    let callsPerSecond: Double
    let levelSeconds: Double
    /// When the last call was closed, and when the text index had followed too.
    let residentBytes: UInt64
    let residentBytesIdle: UInt64
    /// By file, with what SQLite has not moved into it yet.
    let fileBytes: [String: UInt64]
    let bytesPerCall: Double
    let hasSnapshot: Bool
    var firstDispatchSeconds = 0.0
    var residentBytesAfterStart: UInt64 = 0
}

/// A broker that is given so many calls and then killed.
private struct ThroughRun {
    private static let files = ["journal", "views", "archive", "search", "snapshot"]

    let street: ScaleStreet
    let calls: UInt64

    func measure() throws -> ThroughFigures {
        var figures = try load()
        let watch = try DispatchWatch(
            endpoint: street.endpoint, department: ScaleStreet.department)
        defer { watch.close() }
        let began = monotonicNanoseconds()
        let broker = try street.startBroker()
        defer { broker.endAtOnce() }
        let dispatched = try watch.wait(seconds: ScaleStreet.patience)
        figures.firstDispatchSeconds = Double(dispatched - began) / 1e9
        figures.residentBytesAfterStart = residentBytes(of: broker.processID)
        return figures
    }

    /// All calls through one broker, which is killed with one more that is open.
    private func load() throws -> ThroughFigures {
        let broker = try street.startBroker()
        defer { broker.endAtOnce() }
        let probe = try StatisticsProbe(endpoint: street.endpoint)
        defer { probe.close() }
        try probe.wait { _ in true }
        let figures = try flow(broker, probe)
        try street.file(1, category: ScaleStreet.category)
        return figures
    }

    private func flow(_ broker: ChildProcess, _ probe: StatisticsProbe) throws -> ThroughFigures {
        let worker = try street.startWorker()
        defer { worker.stop() }
        try probe.wait { $0.departments.contains { $0.workers > 0 } }
        let began = monotonicNanoseconds()
        try street.file(calls, category: ScaleStreet.category)
        try probe.wait(seconds: ScaleStreet.patience) { $0.callsClosed >= calls }
        let closed = monotonicNanoseconds()
        let resident = residentBytes(of: broker.processID)
        try probe.wait(seconds: ScaleStreet.patience) { $0.viewsLagBatches == 0 }
        let level = monotonicNanoseconds()
        try street.waitUntilIdle(broker, probe)
        let seconds = Double(closed - began) / 1e9
        let sizes = Self.files.map { ($0, DiskUse.bytes(street.data, prefix: $0)) }
        let bytes = Dictionary(uniqueKeysWithValues: sizes)
        return ThroughFigures(
            calls: calls, seconds: seconds, callsPerSecond: Double(calls) / seconds,
            levelSeconds: Double(level - closed) / 1e9, residentBytes: resident,
            residentBytesIdle: residentBytes(of: broker.processID), fileBytes: bytes,
            bytesPerCall: Double(bytes.values.reduce(0, +)) / Double(calls),
            hasSnapshot: bytes["snapshot", default: 0] > 0)
    }
}
