import Foundation
import GridCodec

/// What one run of broker, worker and terminal showed.
struct StreetResult {
    let window: Int
    /// Calls closed in the time that counts, and how long that was by the broker's clock.
    var closed: UInt64 = 0
    var seconds = 0.0
    var batches: UInt64 = 0
    /// At the end of that time.
    var open: UInt64 = 0
    var viewsLagBatches: UInt64 = 0
    var residentBytes: UInt64 = 0
    var broker: ProcessorTimes
    var worker: ProcessorTimes
    var terminal: ProcessorTimes
    /// From submit to receipt.
    var receipts: Measurement
    /// How the views came level with the journal when the load had ended.
    var level = Levelling()

    var closedPerSecond: Double { Double(closed) / seconds }
    var callsPerBatch: Double { Double(closed) / Double(max(1, batches)) }
    /// How long ago the views' last batch was written.
    var viewsLagSeconds: Double {
        batches == 0 ? 0 : Double(viewsLagBatches) / (Double(batches) / seconds)
    }
}

/// What the whole run was when the views had come level.
struct Levelling {
    var closed: UInt64 = 0
    /// From the end of the time that counts.
    var secondsAfterLoad = 0.0
    /// From the beginning of the load.
    var seconds = 1.0
    /// Processor time of the views.
    var viewsSeconds = 0.0

    var closedPerSecond: Double { Double(closed) / seconds }
    var viewsMicroseconds: Double { viewsSeconds * 1e6 / Double(max(1, closed)) }
}

/// A broker with one worker in a data directory of its own, under the load of one terminal.
struct StreetRun {
    private let bench: Bench
    private let window: Int
    private let endpoint: String
    private let credit: Int
    private let keys: StreetKeys?

    /// A run whose worker takes up to `credit` calls at once; with `keys` worker and terminal prove
    /// theirs, and all between them is encrypted.
    init(_ bench: Bench, window: Int, credit: Int = 4_096, keys: StreetKeys? = nil) throws {
        self.bench = bench
        self.window = window
        self.credit = credit
        self.keys = keys
        endpoint = try bench.freeEndpoint()
    }

    /// Starts everything, measures, stops everything. `prefix` is a command to start the broker
    /// with, and `watch` sees the broker's process at the beginning and the end.
    func measure(
        prefix: [String] = [], watch: (_ brokerID: Int32) throws -> Void = { _ in }
    ) throws -> StreetResult {
        let data = bench.freshPath()
        let command =
            prefix + [
                bench.executable("gridcall-broker"), "--catalogue", bench.catalogue, "--data", data,
                "--bind", endpoint, "--log-level", "warning",
            ] + (keys?.brokerOptions ?? [])
        let broker = try ChildProcess("the broker", command[0], Array(command.dropFirst()))
        // A program around the broker ends when the broker does; ending it would let go of it.
        defer { broker.stop(through: prefix.isEmpty ? nil : try? Self.child(of: broker.processID)) }
        let probe = try StatisticsProbe(endpoint: keys?.probeEndpoint ?? endpoint)
        defer { probe.close() }
        let worker = try ChildProcess(
            "the worker", bench.executable("gridcall-worker"),
            [
                "--department", "bench", "--broker", endpoint, "--simulate", "0", "--no-accept",
                "--credit", "\(credit)", "--log-level", "warning",
            ] + (keys?.workerOptions ?? []))
        defer { worker.stop() }
        try probe.wait { $0.departments.contains { $0.workers > 0 } }
        let terminal = try ChildProcess(
            "the terminal", bench.executable("gridcall-bench"),
            ["load", "--broker", endpoint, "--window", "\(window)"] + bench.timeOptions
                + (keys?.terminalOptions ?? []))
        let processes = Processes(
            broker: prefix.isEmpty ? broker.processID : try Self.child(of: broker.processID),
            worker: worker.processID, terminal: terminal.processID)
        var first: Sample?
        var last: Sample?
        let receipts = try bench.measure(
            terminal,
            begun: {
                try watch(processes.broker)
                first = try Sample(processes, probe)
            },
            ended: {
                last = try Sample(processes, probe)
                try watch(processes.broker)
            })
        guard let first, let last else { throw BenchFailure.brokerSilent }
        var result = Self.result(window, first, last, receipts)
        result.level = try level(processes.broker, probe, since: last)
        return result
    }

    /// Waits until the views show all calls of the run, the warm-up included.
    private func level(
        _ brokerID: Int32, _ probe: StatisticsProbe, since last: Sample
    ) throws -> Levelling {
        var closed: UInt64 = 0
        try probe.wait(seconds: 120) {
            closed = $0.callsClosed
            return $0.callsOpen == 0 && $0.viewsLagBatches == 0
        }
        let seconds = Double(monotonicNanoseconds() - last.takenAt) / 1e9
        let threads = ProcessorTimes(of: brokerID).seconds.filter { $0.key.hasPrefix("views") }
        return Levelling(
            closed: closed, secondsAfterLoad: seconds,
            seconds: bench.time.warmUp + bench.time.seconds + seconds,
            viewsSeconds: threads.values.reduce(0, +))
    }

    private static func result(
        _ window: Int, _ first: Sample, _ last: Sample, _ receipts: Measurement
    ) -> StreetResult {
        var result = StreetResult(
            window: window, broker: last.broker.since(first.broker),
            worker: last.worker.since(first.worker), terminal: last.terminal.since(first.terminal),
            receipts: receipts)
        result.closed = last.stats.callsClosed - first.stats.callsClosed
        result.seconds = Double(last.stats.at - first.stats.at) / 1_000
        result.batches = last.stats.journalBatches - first.stats.journalBatches
        result.open = last.stats.callsOpen
        result.viewsLagBatches = last.stats.viewsLagBatches
        result.residentBytes = last.residentBytes
        return result
    }

    /// The broker, when another program started it (proc(5), `children`).
    private static func child(of processID: Int32) throws -> Int32 {
        let path = "/proc/\(processID)/task/\(processID)/children"
        let children = try String(contentsOfFile: path, encoding: .utf8)
        guard let child = children.split(separator: " ").first.flatMap({ Int32($0) }) else {
            throw BenchFailure.processFailed("the broker")
        }
        return child
    }
}

private struct Processes {
    let broker: Int32
    let worker: Int32
    let terminal: Int32
}

/// Everything that is counted, at one moment.
private struct Sample {
    let stats: WireStatsView
    let broker: ProcessorTimes
    let worker: ProcessorTimes
    let terminal: ProcessorTimes
    let residentBytes: UInt64
    let takenAt = monotonicNanoseconds()

    init(_ processes: Processes, _ probe: StatisticsProbe) throws {
        stats = try probe.statistics()
        broker = ProcessorTimes(of: processes.broker)
        worker = ProcessorTimes(of: processes.worker)
        terminal = ProcessorTimes(of: processes.terminal)
        residentBytes = gridcall_bench.residentBytes(of: processes.broker)
    }
}
