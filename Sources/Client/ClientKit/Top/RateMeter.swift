/// The rate of a counter that never shrinks, over the last minute.
///
/// rate per minute = (newest value − oldest value) ÷ (newest time − oldest time in seconds) × 60,
/// over the readings of the last 60 s, or over the last two if those are further apart. So a
/// broker that was away for a moment leaves no hole: what it counted since is in the next reading.
package struct RateMeter: Hashable, Sendable {
    /// How far back readings count, in milliseconds.
    package static let window: Int64 = 60_000

    private struct Reading: Hashable, Sendable {
        var at: Int64
        var value: UInt64
    }

    private var readings: [Reading] = []

    /// A meter without readings.
    package init() {}

    /// Takes a reading at `now`, in milliseconds of a clock that never goes back. A smaller value
    /// than before is another counter (a restored backup, another broker): all begins anew.
    package mutating func read(_ value: UInt64, at now: Int64) {
        if let last = readings.last {
            if value < last.value { readings = [] }
            if now <= last.at { return }
        }
        readings.append(Reading(at: now, value: value))
        let old = readings.prefix { now - $0.at > Self.window }.count
        readings.removeFirst(min(old, max(0, readings.count - 2)))
    }

    /// The rate; `nil` before the second reading.
    package var perMinute: Double? {
        guard let first = readings.first, let last = readings.last, last.at > first.at else {
            return nil
        }
        return Double(last.value - first.value) * 60_000 / Double(last.at - first.at)
    }
}

/// A meter for each counter of the broker's statistics.
package struct RateBook: Hashable, Sendable {
    /// Which counter.
    package enum Counter: Hashable, Sendable {
        /// Calls filed, closed.
        case filed, closed
        /// Parts given to a department, and completed by it.
        case received(department: String)
        case completed(department: String)
        /// Calls found for a campaign, and closed.
        case found(campaign: String)
        case settled(campaign: String)
    }

    private var meters: [Counter: RateMeter] = [:]

    /// A book without readings.
    package init() {}

    /// The rate of a counter per minute; `nil` if it is not known.
    package subscript(counter: Counter) -> Double? { meters[counter]?.perMinute }

    /// Takes a reading of every counter; what is no longer counted is forgotten.
    package mutating func read(_ values: [Counter: UInt64], at now: Int64) {
        meters = meters.filter { values[$0.key] != nil }
        for (counter, value) in values {
            meters[counter, default: RateMeter()].read(value, at: now)
        }
    }
}
