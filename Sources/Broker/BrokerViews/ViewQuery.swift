package import GridCodec
package import GridModel

/// A question the views answer.
package enum ViewQuery: Sendable {
    /// One call with its story.
    case track(WireTrackQuery, scope: QueryScope = .street)
    /// Calls that match, a page of them; `now` decides what is overdue.
    case list(WireListQuery, now: Timestamp, scope: QueryScope = .street)
    /// Every campaign's progress; `now` decides what is overdue.
    case campaigns(now: Timestamp)
}
