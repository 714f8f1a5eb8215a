import Histogram

/// How long things took that were measured one after another, in microseconds.
struct Latencies {
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .two)
    private(set) var count: UInt64 = 0

    /// Records what took from one moment to another, monotonic nanoseconds.
    mutating func record(from begin: UInt64, to end: UInt64) {
        histogram.record((end - min(begin, end)) / 1_000)
        count += 1
    }

    /// The time that so many percent did not exceed, microseconds; 0 if nothing was measured.
    func microseconds(percentile: Double) -> UInt64 {
        count > 0 ? histogram.valueAtPercentile(percentile) : 0
    }
}
