import Foundation
import GridCodec

/// One data directory with many open calls, over which a broker is started again and again.
struct RestartRun {
    /// What a start showed, from the beginning of the process on.
    struct Start {
        /// Seconds until a peer was answered.
        let welcomed: Double
        /// Seconds until the first part of a call was handed out.
        let dispatched: Double
        let residentBytes: Double
    }

    /// What making a snapshot took.
    struct Making {
        let seconds: Double
        let bytes: Double
        let peakBytes: Double
    }

    private let bench: Bench
    private let data: String
    private let endpoint: String

    init(_ bench: Bench) throws {
        self.bench = bench
        data = bench.freshPath()
        endpoint = try bench.freeEndpoint()
    }

    /// Files calls that nobody works on until so many are open.
    func file(until count: Int) throws {
        let broker = try startBroker()
        defer { broker.stop() }
        let probe = try StatisticsProbe(endpoint: endpoint)
        defer { probe.close() }
        try probe.wait { _ in true }
        let terminal = try ChildProcess(
            "the terminal", bench.executable("gridcall-bench"),
            ["load", "--broker", endpoint, "--window", "1024", "--seconds", "3600"])
        do {
            defer { terminal.endAtOnce() }
            try probe.wait(seconds: 3_600) { $0.callsOpen >= count }
        }
        // Views that catch up would take their part of what is measured next.
        try probe.wait(seconds: 3_600) { $0.viewsLagBatches == 0 }
    }

    /// Starts the broker over the directory while a worker waits, and ends it again.
    func start() throws -> Start {
        let watch = try DispatchWatch(endpoint: endpoint, department: "bench")
        defer { watch.close() }
        let began = monotonicNanoseconds()
        let broker = try startBroker()
        defer { broker.endAtOnce() }
        let probe = try StatisticsProbe(endpoint: endpoint)
        defer { probe.close() }
        try probe.wait(seconds: 600) { _ in true }
        let welcomed = monotonicNanoseconds()
        let dispatched = try watch.wait(seconds: 600)
        return Start(
            welcomed: Double(welcomed - began) / 1e9,
            dispatched: Double(dispatched - began) / 1e9,
            residentBytes: Double(residentBytes(of: broker.processID)))
    }

    /// Makes a snapshot with nobody else about.
    func makeSnapshot() throws -> Making {
        let began = monotonicNanoseconds()
        let child = try snapshotProcess()
        var peak: UInt64 = 0
        while child.isRunning {
            peak = max(peak, residentBytes(of: child.processID))
            Thread.sleep(forTimeInterval: 0.005)
        }
        guard child.wait() == 0 else { throw BenchFailure.processFailed("the snapshot") }
        let seconds = Double(monotonicNanoseconds() - began) / 1e9
        let attributes = try FileManager.default.attributesOfItem(atPath: data + "/snapshot")
        let bytes = (attributes[.size] as? NSNumber)?.doubleValue ?? 0
        return Making(seconds: seconds, bytes: bytes, peakBytes: Double(peak))
    }

    func removeSnapshot() { try? FileManager.default.removeItem(atPath: data + "/snapshot") }

    /// Receipts of a terminal that files more, by turns alone (`false`) and while one snapshot
    /// after the other is made anew (`true`).
    func load(window: Int, rounds: Int) throws -> [Bool: [Measurement]] {
        _ = try makeSnapshot()
        let broker = try startBroker()
        defer { broker.stop() }
        let probe = try StatisticsProbe(endpoint: endpoint)
        defer { probe.close() }
        try probe.wait(seconds: 600) { $0.viewsLagBatches == 0 }
        var loads: [Bool: [Measurement]] = [:]
        for _ in 0..<rounds {
            for isMaking in [false, true] {
                loads[isMaking, default: []].append(
                    try measure(window: window, makingSnapshots: isMaking))
            }
        }
        return loads
    }

    private func measure(window: Int, makingSnapshots: Bool) throws -> Measurement {
        var maker: ChildProcess?
        defer { maker?.endAtOnce() }
        if makingSnapshots {
            removeSnapshot()
            maker = try snapshotProcess()
        }
        let terminal = try ChildProcess(
            "the terminal", bench.executable("gridcall-bench"),
            ["load", "--broker", endpoint, "--window", "\(window)"] + bench.timeOptions)
        return try bench.measure(
            terminal,
            ended: {
                if let maker, !maker.isRunning {
                    throw BenchFailure.processFailed("the snapshot, within the time that counts,")
                }
            })
    }

    private func snapshotProcess() throws -> ChildProcess {
        try ChildProcess(
            "the snapshot", bench.executable("gridcall-broker"), ["snapshot", "--data", data])
    }

    private func startBroker() throws -> ChildProcess {
        try ChildProcess(
            "the broker", bench.executable("gridcall-broker"),
            [
                "--catalogue", bench.catalogue, "--data", data, "--bind", endpoint,
                "--snapshot-after", "\(UInt32.max)", "--log-level", "warning",
            ])
    }
}
