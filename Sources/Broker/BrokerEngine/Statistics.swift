package import GridModel
package import Histogram

/// Durations of one step as a histogram of milliseconds with two significant digits.
package struct Latency: Hashable, Sendable, Codable {
    /// The values; exact to two digits.
    package private(set) var values = Histogram<UInt64>(numberOfSignificantValueDigits: .two)

    /// An empty histogram.
    package init() {}

    /// Counts one duration; a negative one counts as zero.
    package mutating func record(milliseconds: Int64) {
        values.record(UInt64(clamping: milliseconds))
    }

    package static func == (left: Latency, right: Latency) -> Bool { left.values == right.values }

    package func hash(into hasher: inout Hasher) { hasher.combine(values.totalCount) }
}

/// The five durations of the street's work, taken from facts.
package struct Latencies: Hashable, Sendable, Codable {
    /// Queued until first dispatched.
    package var dispatch = Latency()
    /// Dispatched until accepted.
    package var accept = Latency()
    /// Accepted until on site.
    package var arrive = Latency()
    /// Queued until completed.
    package var resolve = Latency()
    /// Filed until closed; kept per campaign and urgency only.
    package var close = Latency()

    /// Which duration.
    package enum Step: Sendable {
        case dispatch, accept, arrive, resolve, close
    }

    /// Empty histograms.
    package init() {}

    /// Counts one duration.
    package mutating func record(_ step: Step, milliseconds: Int64) {
        switch step {
        case .dispatch: dispatch.record(milliseconds: milliseconds)
        case .accept: accept.record(milliseconds: milliseconds)
        case .arrive: arrive.record(milliseconds: milliseconds)
        case .resolve: resolve.record(milliseconds: milliseconds)
        case .close: close.record(milliseconds: milliseconds)
        }
    }
}

/// What is counted per department. "Ever" counters never shrink; "now" counters follow the state.
package struct DepartmentCounters: Hashable, Sendable, Codable {
    /// Waiting in the queue now, backoff included.
    package var queued = 0
    /// In a worker's or officer's hands now.
    package var inHand = 0
    /// Stuck now.
    package var stuck = 0
    /// Open past its resolve clock now.
    package var overdue = 0
    /// Returned and not yet re-dispatched, now.
    package var returnedNow = 0
    /// Parts given to it, ever: each when it is queued for the first time, and for each rework.
    package var received: UInt64 = 0
    /// Times handed to a worker, ever.
    package var dispatched: UInt64 = 0
    /// Times accepted, ever.
    package var accepted: UInt64 = 0
    /// Parts completed, ever.
    package var completed: UInt64 = 0
    /// Parts returned, ever.
    package var returned: UInt64 = 0
    package var latencies = Latencies()
    /// Nothing is dispatched before this time.
    package var pausedUntil = Timestamp.zero

    /// Zeros.
    package init() {}
}

/// What is counted per campaign; a call counts for at most one campaign.
package struct CampaignCounters: Hashable, Sendable, Codable {
    /// Calls filed, ever.
    package var found: UInt64 = 0
    /// Calls closed, ever.
    package var closed: UInt64 = 0
    /// Calls closed of which no part ever ran past its resolve clock.
    package var closedOnTime: UInt64 = 0
    /// Calls that every department has done its part of: checked now, or closed. A rework, a
    /// void or a merge takes one back.
    package var rectified = 0
    /// Calls voided, ever.
    package var voided: UInt64 = 0
    /// Open calls with a part past its resolve clock, now.
    package var overdue = 0
    package var latencies = Latencies()

    /// Zeros.
    package init() {}
}

/// What is counted over the whole street.
package struct StreetCounters: Hashable, Sendable, Codable {
    package var filed: UInt64 = 0
    package var closed: UInt64 = 0
    package var voided: UInt64 = 0
    package var merged: UInt64 = 0
    /// Merged and not settled, now; such calls are still in the record.
    package var mergedNow = 0
    /// Calls of which a part was handed out, ever.
    package var dispatched: UInt64 = 0
    /// Calls with a part that was returned, ever: dispatched wrongly at first.
    package var misdispatched: UInt64 = 0
    /// Calls that were returned twice or more, ever: passed on from one to the next.
    package var passedOn: UInt64 = 0
    /// Deadlines missed, ever, by clock number.
    package var missed = [UInt64](repeating: 0, count: ClockKind.allCases.count + 1)
    /// By urgency number.
    package var latencies = [Latencies](repeating: Latencies(), count: 4)

    /// Zeros.
    package init() {}
}
