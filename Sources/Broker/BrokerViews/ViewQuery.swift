package import GridCodec
package import GridModel

/// A question the views answer.
package enum ViewQuery: Sendable {
    /// One call with its story.
    case track(WireTrackQuery)
    /// Calls, the newest first; `now` decides what is overdue.
    case list(WireListQuery, now: Timestamp)
    /// Every campaign's progress; `now` decides what is overdue.
    case campaigns(now: Timestamp)
}
