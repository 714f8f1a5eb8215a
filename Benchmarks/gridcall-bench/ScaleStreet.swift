import Foundation
import GridCodec

/// A broker over one data directory, and the peers that measure it.
struct ScaleStreet {
    /// The department that completes calls at once, and its category.
    static let department = "bench"
    static let category = "litter"
    /// The category of a department without a worker, whose calls stay open.
    static let waitingCategory = "waiting"
    /// Seconds that a broker may take to catch up with what it was given.
    static let patience = 3_600.0

    /// Processor time of a broker in half a second, in seconds, below which it does nothing.
    private static let idleSeconds = 0.03

    let bench: Bench
    let data: String
    let endpoint: String

    /// A street with an empty data directory.
    init(_ bench: Bench) throws {
        self.bench = bench
        data = bench.freshPath()
        endpoint = try bench.freeEndpoint()
    }

    /// Starts a broker over what lies in the directory.
    func startBroker(_ options: [String] = []) throws -> ChildProcess {
        try ChildProcess(
            "the broker", bench.executable("gridcall-broker"),
            [
                "--catalogue", bench.catalogue, "--data", data, "--bind", endpoint, "--log-level",
                "error",
            ] + options)
    }

    /// Starts a worker that completes every call at once.
    func startWorker() throws -> ChildProcess {
        try ChildProcess(
            "the worker", bench.executable("gridcall-worker"),
            [
                "--department", Self.department, "--broker", endpoint, "--simulate", "0",
                "--no-accept", "--credit", "4096", "--log-level", "warning",
            ])
    }

    /// A terminal with 1,024 calls in flight.
    func startTerminal(category: String, _ options: [String]) throws -> ChildProcess {
        try ChildProcess(
            "the terminal", bench.executable("gridcall-bench"),
            ["load", "--broker", endpoint, "--window", "1024", "--category", category] + options)
    }

    /// Files so many calls and waits for their receipts.
    @discardableResult
    func file(_ calls: UInt64, category: String) throws -> Measurement {
        let terminal = try startTerminal(category: category, ["--calls", "\(calls)"])
        defer { terminal.endAtOnce() }
        return try bench.measure(terminal)
    }

    /// Waits until the views are level and the text index, of which no statistic tells, has
    /// followed: until the broker uses no processor any more.
    func waitUntilIdle(_ broker: ChildProcess, _ probe: StatisticsProbe) throws {
        try probe.wait(seconds: Self.patience) { $0.viewsLagBatches == 0 }
        let limit = monotonicNanoseconds() + UInt64(Self.patience * 1e9)
        var used = ProcessorTimes(of: broker.processID).total
        while monotonicNanoseconds() < limit {
            Thread.sleep(forTimeInterval: 0.5)
            let now = ProcessorTimes(of: broker.processID).total
            if now - used < Self.idleSeconds { return }
            used = now
        }
        throw BenchFailure.brokerSilent
    }

    func removeFiles() { try? FileManager.default.removeItem(atPath: data) }
}
