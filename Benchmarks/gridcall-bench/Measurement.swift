import Foundation
import Histogram

/// What a load generator measured, as its last line on standard output.
struct Measurement: Codable {
    /// Items confirmed in the time that counts.
    var items: UInt64
    /// How long that was.
    var seconds: Double
    /// Quantiles of the time from sending an item to its answer, in microseconds.
    var latency: [String: UInt64]

    var perSecond: Double { Double(items) / seconds }
}

/// Counts answers between a beginning and an end, and how long each took.
struct Stopwatch {
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .two)
    private var items: UInt64 = 0
    private var beganAt: UInt64?

    /// Counts from now on.
    mutating func begin(at nanoseconds: UInt64) { beganAt = nanoseconds }

    /// Counts `count` answers to items that were sent at `sentAt`; before the beginning, nothing.
    mutating func record(count: UInt64 = 1, sentAt: UInt64, answeredAt: UInt64) {
        guard beganAt != nil else { return }
        items += count
        histogram.record((answeredAt - min(sentAt, answeredAt)) / 1_000, count: count)
    }

    /// What was counted until now; nothing is counted afterwards.
    mutating func end(at nanoseconds: UInt64) -> Measurement {
        let began = beganAt ?? nanoseconds
        beganAt = nil
        var latency: [String: UInt64] = [:]
        for (name, percentile) in [("p50", 50.0), ("p90", 90), ("p99", 99), ("p999", 99.9)] {
            latency[name] = items > 0 ? histogram.valueAtPercentile(percentile) : 0
        }
        return Measurement(
            items: items, seconds: Double(nanoseconds - began) / 1e9, latency: latency)
    }
}

/// The lines between a load generator and whoever started it.
///
/// The generator says when the time that counts begins and ends, so that others look at their
/// counters at the same moments.
enum Progress {
    static let measuring = "measuring"
    /// A relay's router says that its worker is there: what came before would be dropped.
    static let ready = "ready"

    static func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    static func tell(_ measurement: Measurement) throws {
        tell(String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self))
    }
}

/// Nanoseconds of a clock that never goes back.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
