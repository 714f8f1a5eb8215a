import ArgumentParser
import Foundation

struct Restart: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures starts over many open calls, and what making a snapshot costs.",
        discussion: """
            Files calls until so many are open and starts the broker over them again and again, by \
            turns without a snapshot and with one; a worker waits for its first assignment. Then a \
            terminal files more, by turns alone and beside the program that makes a snapshot. \
            Prints Markdown with medians.
            """)

    @Option(help: "Open calls; with 1000000 it takes about 5 minutes and 2 GiB of disk.")
    var open = 1_000_000

    @Option(help: "How often each start and each load is measured.")
    var rounds = 3

    @Option(help: "Calls that the terminal has in flight while a snapshot is made.")
    var window = 64

    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/catalogue.yaml"

    @Option(help: "Where the data directory is made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    @OptionGroup var time: MeasuringTime

    func validate() throws {
        guard open > 0, rounds > 0, (1...4_096).contains(window) else {
            throw ValidationError("--open and --rounds are at least 1, --window is 1 to 4096")
        }
    }

    func run() throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        let bench = try Bench(catalogue: catalogue, directory: data, time: time)
        defer { bench.removeFiles() }
        let run = try RestartRun(bench)
        try run.file(until: open)
        var starts: [Bool: [RestartRun.Start]] = [:]
        var making: [RestartRun.Making] = []
        for _ in 0..<rounds {
            starts[false, default: []].append(try run.start())
            making.append(try run.makeSnapshot())
            starts[true, default: []].append(try run.start())
            run.removeSnapshot()
        }
        let loads = try run.load(window: window, rounds: rounds)
        print(report(starts, making, loads))
    }

    private func report(
        _ starts: [Bool: [RestartRun.Start]], _ making: [RestartRun.Making],
        _ loads: [Bool: [Measurement]]
    ) -> String {
        var lines = [
            "## \(open) open calls", "",
            "| start | until peers are answered, s | until the first dispatch, s | memory, MiB |",
            "|---|---:|---:|---:|",
        ]
        for (name, key) in [("the whole journal", false), ("from a snapshot", true)] {
            let all = starts[key] ?? []
            let figures = [
                all.map(\.welcomed), all.map(\.dispatched),
                all.map { $0.residentBytes / 1_048_576 },
            ]
            lines.append("| \(name) | " + figures.map(Self.median).joined(separator: " | ") + " |")
        }
        lines += [
            "",
            "A snapshot: \(Self.median(making.map(\.seconds))) s, "
                + "\(Self.median(making.map { $0.bytes / 1_048_576 })) MiB, by a process of "
                + "\(Self.median(making.map { $0.peakBytes / 1_048_576 })) MiB.", "",
            "| receipts, \(window) in flight | calls/s | p50 ms | p99 ms |", "|---|---:|---:|---:|",
        ]
        for (name, key) in [("alone", false), ("while snapshots are made", true)] {
            let all = loads[key] ?? []
            let figures = [
                all.map(\.perSecond), all.map { Double($0.latency["p50"] ?? 0) / 1_000 },
                all.map { Double($0.latency["p99"] ?? 0) / 1_000 },
            ]
            lines.append("| \(name) | " + figures.map(Self.median).joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    private static func median(_ values: [Double]) -> String {
        let middle = values.sorted()[values.count / 2]
        return String(format: middle < 100 ? "%.2f" : "%.0f", middle)
    }
}
