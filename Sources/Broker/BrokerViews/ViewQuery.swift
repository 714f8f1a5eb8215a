package import GridCodec
package import GridModel

/// A question the views answer.
package enum ViewQuery: Sendable {
    /// One call with its story.
    case track(WireTrackQuery)
    /// Calls that match, a page of them; `now` decides what is overdue.
    case list(WireListQuery, now: Timestamp)
    /// Every campaign's progress; `now` decides what is overdue.
    case campaigns(now: Timestamp)
}
