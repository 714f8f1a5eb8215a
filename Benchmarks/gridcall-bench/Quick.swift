import ArgumentParser
import Foundation
import ZeroMQ

struct Quick: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures throughput beside a bare libzmq relay and prints Markdown.",
        discussion: """
            Broker, worker and terminal are processes of their own; 200-byte calls, each one made \
            durable before its receipt, outcomes without accept, views running. GridCall and the \
            relay take turns; the largest window is measured three times, the median is shown.
            """)

    @Option(help: "Windows to measure, separated by commas.")
    var windows = "1,64,1024"

    @Option(help: "How often the largest window is measured.")
    var rounds = 3

    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/catalogue.yaml"

    @Option(help: "Where the data directories are made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    @Option(help: "Calls that the worker takes at once.")
    var credit = 4_096

    @Flag(help: "Worker and terminal prove their keys, and all between them is encrypted.")
    var keys = false

    @Flag(help: "Do not count calls of fdatasync, which takes runs of its own.")
    var noSyncs = false

    @Flag(help: "Do not measure the relay.")
    var noRelay = false

    @Flag(help: "Print JSON instead of Markdown.")
    var json = false

    @OptionGroup var time: MeasuringTime

    func validate() throws {
        guard rounds > 0, !windowList.isEmpty,
            windowList.count == windows.split(separator: ",").count,
            windowList.allSatisfy((1...4_096).contains), (1...4_096).contains(credit)
        else {
            throw ValidationError("windows and credit are 1 to 4096, rounds at least 1")
        }
    }

    func run() throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        let bench = try Bench(catalogue: catalogue, directory: data, time: time)
        defer { bench.removeFiles() }
        var results: [Int: [Comparison]] = [:]
        for (round, window) in plan {
            Self.note("round \(round): window \(window)")
            let streetKeys = try keys ? StreetKeys(bench) : nil
            let street = try StreetRun(bench, window: window, credit: credit, keys: streetKeys)
                .measure()
            let relay = try noRelay ? nil : RelayRun(bench, window: window).measure()
            results[window, default: []].append(Comparison(street: street, relay: relay))
        }
        let syncs = try noSyncs ? SyncCount() : SyncCount.measure(bench, windows: windowList)
        let medians = windowList.map { window in
            (window: window, result: Comparison.median(results[window] ?? []))
        }
        if json {
            try printJSON(medians.map { QuickRow(window: $0.window, $0.result, syncs) })
        } else {
            print(Report(rows: medians, syncs: syncs).markdown)
        }
    }

    /// Every window once, then the largest again.
    private var plan: [(round: Int, window: Int)] {
        let largest = windowList.max() ?? 1
        return windowList.map { (1, $0) } + (1..<rounds).map { ($0 + 1, largest) }
    }

    private var windowList: [Int] { windows.split(separator: ",").compactMap { Int($0) } }

    private static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// One measurement of both.
struct Comparison {
    let street: StreetResult
    /// Nothing where the relay was left out.
    let relay: Measurement?

    var ratio: Double? { relay.map { street.closedPerSecond / $0.perSecond } }

    /// The one whose throughput is in the middle.
    static func median(_ all: [Comparison]) -> Comparison {
        let sorted = all.sorted { $0.street.closedPerSecond < $1.street.closedPerSecond }
        let relays = all.compactMap(\.relay).sorted { $0.perSecond < $1.perSecond }
        return Comparison(
            street: sorted[all.count / 2].street,
            relay: relays.isEmpty ? nil : relays[relays.count / 2])
    }
}
