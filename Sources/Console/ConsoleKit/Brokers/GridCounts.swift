package import GridCodec

/// Open and overdue calls of each grid.
package struct GridCounts: Hashable, Sendable {
    /// What one grid has.
    package struct Count: Hashable, Sendable {
        package var open: UInt64 = 0
        package var overdue: UInt64 = 0

        /// A grid without open calls.
        package init() {}
    }

    /// By the ids of grids; those that nothing was counted for have no open call.
    package private(set) var grids: [String: Count] = [:]
    /// Whether some calls were left out, since there are more than are looked through.
    package private(set) var isPartial = false

    /// Pages of open calls that are looked through.
    package static let maximumPages = 24
    /// Calls on a page.
    package static let pageCalls: UInt32 = 4_096

    /// Nothing counted yet.
    package init() {}

    /// The question for the next page of open calls.
    package static func query(page: WireListReply?) -> WireListQuery {
        var query = WireListQuery()
        query.openOnly = true
        query.limit = pageCalls
        query.page = page?.nextPage ?? query.page
        return query
    }

    /// Counts the calls of a page. A call is overdue when an open part's clock of disposal is red,
    /// as the filter of lists has it.
    package mutating func add(_ page: WireListReply) {
        for call in page.calls {
            grids[call.grid, default: Count()].open += 1
            if call.isOverdue { grids[call.grid, default: Count()].overdue += 1 }
        }
    }

    /// Not all open calls were counted.
    package mutating func markPartial() { isPartial = true }

    /// Adds what is known of one grid.
    package mutating func set(_ grid: String, open: UInt64, overdue: UInt64) {
        var count = Count()
        count.open = open
        count.overdue = overdue
        grids[grid] = count
    }
}

extension WireCallView {
    /// Whether an open part is past its resolve clock.
    fileprivate var isOverdue: Bool {
        parts.contains { part in
            part.isOpenPart
                && part.clocks.contains {
                    $0.clock == "resolve" && $0.state == .running && $0.light == .red
                }
        }
    }
}

extension WirePartView {
    fileprivate var isOpenPart: Bool { state != "completed" && state != "withdrawn" }
}
