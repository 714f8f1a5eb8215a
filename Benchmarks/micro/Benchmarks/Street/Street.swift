import Benchmark

/// Every figure is for one round of 64 calls, so that what a list shares is shared as it is under
/// load; the thresholds are nobody's: timing decides no test.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .cpuTotal, .instructions, .throughput],
        warmupIterations: 10, maxDuration: .seconds(2), maxIterations: 100_000)
    codecBenchmarks()
    engineBenchmarks()
    journalBenchmarks()
    viewBenchmarks()
}

/// Calls of one round.
let callsPerRound = 64

/// A step that no benchmark can do without failed.
func need<Value>(_ text: String, _ body: () throws -> Value) -> Value {
    do { return try body() } catch { fatalError("\(text): \(error)") }
}
