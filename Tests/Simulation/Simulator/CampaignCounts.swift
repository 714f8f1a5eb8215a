import GridModel

/// What an auditor knows of a campaign from the facts alone.
struct CampaignCounts {
    var found: UInt64 = 0
    var closed: UInt64 = 0
    var closedOnTime: UInt64 = 0
    var voided: UInt64 = 0
    private(set) var isClosed = false
    /// The simulated street's catalogue opens its campaign for ever.
    private var until = Timestamp.distantFuture

    mutating func open(until end: Timestamp, at now: Timestamp) throws {
        guard isClosed || until <= now, end > now else {
            throw Violation("a campaign was opened that is open")
        }
        (isClosed, until) = (false, end)
    }

    mutating func extend(until end: Timestamp, at now: Timestamp) throws {
        guard !isClosed, end > now, until == .distantFuture || end > until else {
            throw Violation("a campaign was extended to an end that is none")
        }
        until = end
    }

    mutating func close() throws {
        guard !isClosed else { throw Violation("a campaign was closed twice") }
        isClosed = true
    }
}
