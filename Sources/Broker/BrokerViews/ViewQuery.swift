package import GridCodec
package import GridModel

/// A question the views answer.
package enum ViewQuery: Sendable {
    /// One call with its story; lights are as of `now`.
    case track(WireTrackQuery, scope: QueryScope = .street, now: Timestamp = .zero)
    /// A page of calls with open parts of one department, and of each only those parts.
    case tasks(WireTasksQuery, now: Timestamp)
    /// Calls in the order given, and of each only the parts in one state; all parts without one.
    case calls([UInt64], partsIn: AssignmentState?, now: Timestamp)
    /// Calls that match, a page of them; `now` decides what is overdue.
    case list(WireListQuery, now: Timestamp, scope: QueryScope = .street)
    /// Every campaign's progress; `now` decides what is overdue.
    case campaigns(now: Timestamp)
    /// One campaign with its shares; `now` decides its state and what is overdue.
    case campaign(String, now: Timestamp)
    /// Outreach and training, a page of it.
    case activities(WireActivitiesQuery)
}
