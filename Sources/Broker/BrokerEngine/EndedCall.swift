package import GridModel

/// A call that left the record: what is kept of it for ever, so that every repeat gets the same
/// answer.
package struct EndedCall: Hashable, Sendable {
    package var serial: UInt64
    package var id: CallID
    package var contentDigest: UniqueID
    /// Part of the case number.
    package var year: UInt16
    package var filedAt: Timestamp
    /// Closed or voided.
    package var state: CallState
    /// `CallFiled.noCampaign` for none.
    package var campaign: UInt16
    package var isClockSuspect: Bool
    /// How its parts ended, by ordinal: a repeated outcome gets the same receipt.
    package var endings: [Ending]

    /// How one part ended, and under which attempt's claim.
    package struct Ending: Hashable, Sendable {
        /// `completed`, `returned` or `withdrawn`.
        package var state: AssignmentState
        /// 0 if it was never dispatched.
        package var attempt: UInt32

        /// An ending from its parts.
        package init(state: AssignmentState, attempt: UInt32) {
            self.state = state
            self.attempt = attempt
        }
    }

    /// No call: what a free place holds.
    static let none = EndedCall(
        serial: 0, id: CallID(high: 0, low: 0), contentDigest: UniqueID(high: 0, low: 0), year: 0,
        filedAt: .zero, state: .closed, campaign: CallFiled.noCampaign, isClockSuspect: false,
        endings: [])

    /// An ended call from its parts.
    package init(
        serial: UInt64, id: CallID, contentDigest: UniqueID, year: UInt16, filedAt: Timestamp,
        state: CallState, campaign: UInt16, isClockSuspect: Bool, endings: [Ending]
    ) {
        self.serial = serial
        self.id = id
        self.contentDigest = contentDigest
        self.year = year
        self.filedAt = filedAt
        self.state = state
        self.campaign = campaign
        self.isClockSuspect = isClockSuspect
        self.endings = endings
    }
}
