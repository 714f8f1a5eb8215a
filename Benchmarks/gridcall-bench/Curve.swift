import ArgumentParser
import Foundation

struct Curve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what keys cost: the same street with CURVE and without, taking turns.")

    @Option(help: "How often each window is measured both ways; medians are shown.")
    var rounds = 3

    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/catalogue.yaml"

    @Option(help: "Where the data directories are made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    @OptionGroup var time: MeasuringTime

    private static let windows = [1, 64, 1_024]

    func validate() throws {
        guard rounds > 0 else { throw ValidationError("rounds is at least 1") }
    }

    func run() throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        let bench = try Bench(catalogue: catalogue, directory: data, time: time)
        defer { bench.removeFiles() }
        let header =
            "| window | closed/s | with keys | ratio | receipt p50 ms | with keys | p99 ms "
            + "| with keys |"
        print(header)
        print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for window in Self.windows {
            var plain: [StreetResult] = []
            var keyed: [StreetResult] = []
            for _ in 0..<rounds {
                plain.append(try StreetRun(bench, window: window).measure())
                let keys = try StreetKeys(bench)
                keyed.append(try StreetRun(bench, window: window, keys: keys).measure())
            }
            print(Self.row(window, Self.median(plain), Self.median(keyed)))
        }
    }

    private static func median(_ results: [StreetResult]) -> StreetResult {
        results.sorted { $0.closedPerSecond < $1.closedPerSecond }[results.count / 2]
    }

    private static func row(_ window: Int, _ plain: StreetResult, _ keyed: StreetResult) -> String {
        func milliseconds(_ result: StreetResult, _ quantile: String) -> String {
            String(format: "%.2f", Double(result.receipts.latency[quantile] ?? 0) / 1_000)
        }
        let cells = [
            "\(window)", "\(Int(plain.closedPerSecond))", "\(Int(keyed.closedPerSecond))",
            plain.closed == 0
                ? "–" : String(format: "%.2f", keyed.closedPerSecond / plain.closedPerSecond),
            milliseconds(plain, "p50"), milliseconds(keyed, "p50"), milliseconds(plain, "p99"),
            milliseconds(keyed, "p99"),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
