import ArgumentParser
import Foundation
import GridCodec

struct Latency: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures from a call's moment to a worker's hands in an open loop.",
        discussion: """
            Broker, worker and terminal are processes of their own. Calls are due at fixed \
            moments, whatever became of those before; the worker completes each at once. \
            Prints JSON.
            """)

    @Option(help: "Calls a second.")
    var rate = 1_000.0

    @Flag(help: "Worker and terminal prove their keys, and all between them is encrypted.")
    var keys = false

    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/catalogue.yaml"

    @Option(help: "Where the data directory is made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    @OptionGroup var time: MeasuringTime

    /// Time for worker and terminal to connect before the first call is due.
    private static let leadNanoseconds: UInt64 = 3_000_000_000

    private struct Result: Encodable {
        let calls: UInt64
        let perSecond: Double
        let lost: UInt64
        let repeated: UInt64
        let deliveryMicroseconds: [String: UInt64]
        let receiptMicroseconds: [String: UInt64]
    }

    func validate() throws {
        guard (1...1_000_000).contains(rate) else {
            throw ValidationError("--rate is 1 to 1000000")
        }
    }

    func run() throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        let bench = try Bench(catalogue: catalogue, directory: data, time: time)
        defer { bench.removeFiles() }
        let streetKeys = try keys ? StreetKeys(bench) : nil
        let endpoint = try bench.freeEndpoint()
        let broker = try ChildProcess(
            "the broker", bench.executable("gridcall-broker"),
            [
                "--catalogue", catalogue, "--data", bench.freshPath(), "--bind", endpoint,
                "--log-level", "warning",
            ] + (streetKeys?.brokerOptions ?? []))
        defer { broker.stop() }
        let probe = try StatisticsProbe(endpoint: streetKeys?.probeEndpoint ?? endpoint)
        defer { probe.close() }
        try probe.wait { _ in true }
        try printJSON(measure(bench, endpoint, streetKeys, probe))
    }

    private func measure(
        _ bench: Bench, _ endpoint: String, _ streetKeys: StreetKeys?, _ probe: StatisticsProbe
    ) throws -> Result {
        let calls = UInt64(rate * (time.warmUp + time.seconds))
        let startedAt = monotonicNanoseconds() + Self.leadNanoseconds
        let options = [
            "--broker", endpoint, "--calls", "\(calls)", "--started-at", "\(startedAt)", "--rate",
            "\(rate)", "--warm-up", "\(time.warmUp)",
        ]
        let program = bench.executable("gridcall-bench")
        let worker = try ChildProcess(
            "the worker", program, ["receive"] + options + (streetKeys?.workerOptions ?? []))
        defer { worker.stop() }
        try probe.wait { $0.departments.contains { $0.workers > 0 } }
        let terminal = try ChildProcess(
            "the terminal", program, ["open-loop"] + options + (streetKeys?.terminalOptions ?? []))
        defer { terminal.stop() }
        let receipts = try terminal.result(Measurement.self)
        let deliveries = try worker.result(Deliveries.self)
        return Result(
            calls: calls, perSecond: Double(deliveries.latency.items) / time.seconds,
            lost: calls - deliveries.distinct, repeated: deliveries.repeated,
            deliveryMicroseconds: deliveries.latency.latency,
            receiptMicroseconds: receipts.latency)
    }
}
