import ArgumentParser

struct Scale: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a broker with many connections, many open calls and many calls.",
        subcommands: [ScaleCrowd.self, ScaleOpen.self, ScaleThrough.self])
}

/// What every measurement of scale needs.
struct ScaleOptions: ParsableArguments {
    @Option(help: "The broker's catalogue.")
    var catalogue = "Benchmarks/scale.yaml"

    @Option(help: "Where the data directories are made, on a real disk; emptied afterwards.")
    var data = ".build/bench"

    /// Runs `measure` with what a benchmark needs, and leaves neither processes nor files behind.
    func measure(_ time: MeasuringTime, _ measure: (Bench) throws -> Void) throws {
        let signals = ChildProcesses.endOnSignals()
        defer { withExtendedLifetime(signals) { ChildProcesses.endAll() } }
        let bench = try Bench(catalogue: catalogue, directory: data, time: time)
        defer { bench.removeFiles() }
        try measure(bench)
    }
}
