package import GridModel

/// What was held; the numbers are the wire's and the journal's.
package enum ActivityKind: UInt8, CaseIterable, Sendable {
    /// Outreach among residents and shops (宣传活动).
    case outreach = 1
    /// Training of those who enforce (培训).
    case training = 2
}

/// Outreach or training that was held (宣传培训): a dated record, which changes no call.
package struct Activity: Hashable, Sendable {
    package var kind: ActivityKind
    /// When it was held; of something known by its day only, the day's first moment.
    package var heldAt: Timestamp
    /// How many times it was held, 1 or more.
    package var sessions: UInt32
    /// How many people it reached.
    package var people: UInt32

    /// An activity from its parts.
    package init(kind: ActivityKind, heldAt: Timestamp, sessions: UInt32, people: UInt32) {
        self.kind = kind
        self.heldAt = heldAt
        self.sessions = sessions
        self.people = people
    }
}
