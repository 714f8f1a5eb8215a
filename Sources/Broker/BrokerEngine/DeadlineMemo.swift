import GridModel

/// The deadlines computed for one moment: calls of one turn under the same limit share them, and
/// looking through a calendar for each again would cost more than anything else about its clocks.
struct DeadlineMemo: Sendable {
    private var start = Timestamp.zero
    private var known: [(limit: Limit, deadline: Deadline)] = []
    /// More limits than this in one turn are computed again.
    private static let capacity = 16

    /// The deadline of a clock with `limit` that starts at `start`, by the calendar of `version`.
    mutating func deadline(
        from start: Timestamp, limit: Limit, of version: CatalogueVersion
    ) -> Deadline {
        if start != self.start { clear(at: start) }
        for entry in known where entry.limit == limit { return entry.deadline }
        let deadline = version.catalogue.calendar.deadline(from: start, limit: limit)
        if known.count < Self.capacity { known.append((limit, deadline)) }
        return deadline
    }

    /// Forgets everything: the calendar is another from now on.
    mutating func clear(at start: Timestamp = .zero) {
        self.start = start
        known.removeAll(keepingCapacity: true)
    }
}
