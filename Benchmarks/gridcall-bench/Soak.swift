import ArgumentParser
import Foundation
import GridCodec

struct Soak: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Loads a broker for a long time with peers that come and go, and watches it.",
        discussion: """
            Writes a line of CSV every few seconds: the broker's memory, descriptors, threads and \
            processor time, its files, its backlog, and how long receipts and assignments took. In \
            the end nothing new comes, everything is worked off, and every call must be closed; \
            exits 1 if it is not, or if the broker ended. Benchmarks/soak-report.py draws the CSV.
            """)

    @Option(help: "How long the load lasts.")
    var minutes = 60.0

    @Option(help: "Calls a second of the terminals that come and go, together.")
    var rate = 1_000.0

    @Option(help: "Calls a second of the terminal that measures, besides.")
    var probeRate = 50.0

    @Option(help: "Seconds between two looks.")
    var interval = 10.0

    @Option(help: "Seconds between a peer's leaving and the next one's.")
    var churn = 1.0

    @Option(help: "Chooses who leaves, and how.")
    var seed: UInt64 = 1

    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/soak.yaml"

    @Option(help: "Where the data directory is made, on a real disk; emptied afterwards.")
    var data = ".build/soak"

    @Option(help: "The file that gets a line for each look.")
    var output = ".build/soak.csv"

    func validate() throws {
        guard minutes > 0, minutes <= 10_080, rate > 0, rate <= 50_000, probeRate > 0,
            probeRate <= 1_000, interval >= 0.1, churn >= 0.05
        else { throw ValidationError("the times and rates must be positive, at most a week") }
    }

    func run() throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        let time = try MeasuringTime.parse([])
        let bench = try Bench(catalogue: catalogue, directory: data, time: time)
        defer { bench.removeFiles() }
        // The commands' own files lie with the rest.
        setenv("GRIDCALL_SPOOL", bench.freshPath(), 1)
        let street = try SoakStreet(bench, self)
        try street.load()
        try street.workOff()
        print(try street.verdict())
    }
}

/// The broker of a soak, those who load it and those who look at it.
final class SoakStreet {
    private let bench: Bench
    private let options: Soak
    private let endpoint: String
    private let data: String
    private let broker: ChildProcess
    private let statistics: StatisticsProbe
    private let probe: SoakProbe
    private var peers: SoakPeers
    private let output: FileHandle
    private var machine = MachineLoad()
    private let began = monotonicNanoseconds()

    init(_ bench: Bench, _ options: Soak) throws {
        self.bench = bench
        self.options = options
        endpoint = try bench.freeEndpoint()
        data = bench.freshPath()
        try Data().write(to: URL(fileURLWithPath: options.output))
        output = try FileHandle(forWritingTo: URL(fileURLWithPath: options.output))
        output.write(Data((SoakSample.header + "\n").utf8))
        broker = try ChildProcess(
            "the broker", bench.executable("gridcall-broker"),
            [
                "--catalogue", options.catalogue, "--data", data, "--bind", endpoint,
                "--log-level", "warning",
            ])
        statistics = try StatisticsProbe(endpoint: endpoint)
        _ = try statistics.statistics()
        probe = SoakProbe(rate: options.probeRate)
        try probe.start(endpoint: endpoint)
        peers = try SoakPeers(bench, endpoint: endpoint, rate: options.rate, seed: options.seed)
        _ = machine.takePercent()
    }

    /// Until the time is over peers come and go, and a line is written at each look.
    func load() throws {
        var (nextLook, nextChurn) = (options.interval, options.churn)
        let end = options.minutes * 60
        while true {
            Thread.sleep(forTimeInterval: max(0, min(nextLook, nextChurn, end) - seconds))
            if seconds >= nextChurn {
                try peers.churn()
                nextChurn += options.churn
            }
            if seconds >= nextLook {
                try look()
                nextLook += options.interval
            }
            if seconds >= end { return }
        }
    }

    /// Nothing new comes any more; returns when every call has ended.
    func workOff() throws {
        peers.stopTerminals()
        guard probe.stopLoad() else {
            throw BenchFailure.processFailed("the terminal that measures")
        }
        // A killed worker's claims come back after the lease of 30 s.
        try statistics.wait(seconds: 300) { $0.callsOpen == 0 && $0.viewsLagBatches == 0 }
        try look()
    }

    /// What came of it, for people. Throws if a call has not been closed.
    func verdict() throws -> String {
        let stats = try statistics.statistics()
        peers.stopWorkers()
        probe.stop()
        statistics.close()
        let code = broker.stop()
        let verify = try ChildProcess(
            "gridcall-broker verify", bench.executable("gridcall-broker"),
            ["verify", "--data", data])
        let isIntact = verify.wait() == 0
        let failures = probe.failures
        guard stats.callsClosed == stats.callsFiled, code == 0, isIntact, failures.refused == 0
        else { throw BenchFailure.processFailed("the broker (\(stats.callsOpen) calls are open)") }
        return "\(stats.callsFiled) calls filed, all closed; \(peers.started) peers started, "
            + "\(peers.killed) killed; the chain is intact; \(stats.itemsRefused) items refused, "
            + "\(peers.failed) peers ended badly, \(stats.submitsRepeated) calls sent again, "
            + "\(stats.outcomesLost) outcomes under a lost claim"
    }

    private func look() throws {
        guard broker.isRunning else { throw BenchFailure.processFailed("the broker") }
        guard peers.lost == 0 else { throw BenchFailure.processFailed("a terminal or worker") }
        let (receipts, dispatches) = probe.take()
        let sample = SoakSample(
            seconds: seconds, broker: ProcessFigures(of: broker.processID),
            machineBusyPercent: machine.takePercent(),
            journalBytes: DiskUse.bytes(data, prefix: "journal"), dataBytes: DiskUse.bytes(data),
            stats: try statistics.statistics(), receipts: receipts, dispatches: dispatches,
            started: peers.started, killed: peers.killed)
        output.write(Data((sample.line + "\n").utf8))
    }

    /// Since the beginning.
    private var seconds: Double { Double(monotonicNanoseconds() - began) / 1e9 }
}
