import ArgumentParser
import Foundation
import GridCodec

struct Backlog: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures memory with many open calls, and a start over them after kill -9.",
        discussion: """
            Files calls that nobody works on, kills the broker, starts it again and lets a worker \
            complete them all: every call with a receipt must come out. Prints JSON.
            """)

    @Option(help: "Open calls.")
    var calls: UInt64 = 1_000_000

    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/catalogue.yaml"

    @Option(help: "Where the data directory is made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    private struct Result: Encodable {
        let calls: UInt64
        let fillSeconds: Double
        let residentBytes: UInt64
        /// Nothing where no call came out.
        let firstDispatchSeconds: Double?
        let residentBytesAfterStart: UInt64
        let lost: UInt64
        let repeated: UInt64
    }

    func validate() throws {
        guard (1...100_000_000).contains(calls) else {
            throw ValidationError("--calls is 1 to 100000000")
        }
    }

    func run() throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        // Nothing here runs for a fixed time.
        let bench = try Bench(
            catalogue: catalogue, directory: data, time: MeasuringTime.parse([]))
        defer { bench.removeFiles() }
        let street = BacklogStreet(
            bench: bench, data: bench.freshPath(), endpoint: try bench.freeEndpoint())
        let filled = try street.fill(calls)
        let began = monotonicNanoseconds()
        let broker = try street.startBroker()
        defer { broker.stop() }
        let worker = try ChildProcess(
            "the worker", bench.executable("gridcall-bench"),
            ["receive", "--broker", street.endpoint, "--calls", "\(calls)", "--patience", "120"])
        defer { worker.stop() }
        let deliveries = try worker.result(Deliveries.self)
        let first = deliveries.firstAt > began ? deliveries.firstAt - began : nil
        try printJSON(
            Result(
                calls: calls, fillSeconds: filled.seconds, residentBytes: filled.residentBytes,
                firstDispatchSeconds: first.map { Double($0) / 1e9 },
                residentBytesAfterStart: residentBytes(of: broker.processID),
                lost: calls - deliveries.distinct, repeated: deliveries.repeated))
    }
}

/// A broker over one data directory, started more than once.
private struct BacklogStreet {
    let bench: Bench
    let data: String
    let endpoint: String

    /// Files so many calls, waits until the views are level, and kills the broker.
    func fill(_ calls: UInt64) throws -> (seconds: Double, residentBytes: UInt64) {
        let broker = try startBroker()
        defer {
            kill(broker.processID, SIGKILL)
            broker.wait()
        }
        let probe = try StatisticsProbe(endpoint: endpoint)
        defer { probe.close() }
        try probe.wait { _ in true }
        let terminal = try ChildProcess(
            "the terminal", bench.executable("gridcall-bench"),
            ["load", "--broker", endpoint, "--window", "1024", "--calls", "\(calls)"])
        defer { terminal.stop() }
        let receipts = try bench.measure(terminal)
        try probe.wait(seconds: 3_600) { $0.viewsLagBatches == 0 }
        return (receipts.seconds, residentBytes(of: broker.processID))
    }

    func startBroker() throws -> ChildProcess {
        try ChildProcess(
            "the broker", bench.executable("gridcall-broker"),
            [
                "--catalogue", bench.catalogue, "--data", data, "--bind", endpoint, "--log-level",
                "warning",
            ])
    }
}
