package import GridModel

/// When a turn happens, on the three clocks the engine is told of; it reads none itself.
package struct Moment: Hashable, Sendable {
    /// The wall clock: what facts say.
    package var wall: Timestamp
    /// A clock that never jumps, in milliseconds: leases and silence are measured with it.
    package var monotonicMilliseconds: Int64
    /// The same clock in nanoseconds: the live dispatch latency is measured with it.
    package var monotonicNanoseconds: UInt64

    /// A moment on the three clocks.
    package init(wall: Timestamp, monotonicNanoseconds: UInt64) {
        self.wall = wall
        self.monotonicNanoseconds = monotonicNanoseconds
        monotonicMilliseconds = Int64(monotonicNanoseconds / 1_000_000)
    }
}

/// What can be asked of the engine.
package enum Input: Sendable {
    /// A peer introduces itself, for the first time or after its connection was lost.
    case hello(PeerIntroduction)
    /// A peer is there; a worker lists the claims it holds and what it can take.
    case heartbeat(SessionHandle, claims: [Claim], credit: Int)
    /// A peer says goodbye.
    case goodbye(SessionHandle)
    case submit(SessionHandle, Submission, old: OldCall?)
    case progress(SessionHandle, Claim, ProgressStep)
    case outcome(SessionHandle, OutcomeReport, old: OldCall?)
    case command(SessionHandle, PersonCommand, old: OldCommand?)
    /// Somebody tried what they have no right to.
    case accessRefused(AccessRefusal.Action, RefusalCode, AccessRefusal.Trier)
    /// The catalogue to be in force from now on; changes nothing if it is already, or if there is
    /// an objection to it.
    case adopt(StreetCatalogue)
}

/// A call as a terminal submits it, checked in form; texts stay outside.
package struct Submission: Sendable {
    package var id: CallID
    package var contentDigest: UniqueID
    package var category: String
    /// Empty for the category's first.
    package var condition: String
    package var grid: String
    /// Empty to let the rule decide.
    package var campaign: String
    /// `nil` for the category's.
    package var urgency: Urgency?
    /// `zero` for "now".
    package var observedAt: Timestamp
    package var isRecordedEarlier: Bool
    package var coordinates: Coordinates?
    package var texts: TextPlace?
    /// The open call that the reporter takes it for.
    package var sameAs: CallID?

    /// A submission from its parts.
    package init(
        id: CallID, contentDigest: UniqueID, category: String, condition: String = "",
        grid: String, campaign: String = "", urgency: Urgency? = nil,
        observedAt: Timestamp = .zero, isRecordedEarlier: Bool = false,
        coordinates: Coordinates? = nil, texts: TextPlace? = nil, sameAs: CallID? = nil
    ) {
        self.id = id
        self.contentDigest = contentDigest
        self.category = category
        self.condition = condition
        self.grid = grid
        self.campaign = campaign
        self.urgency = urgency
        self.observedAt = observedAt
        self.isRecordedEarlier = isRecordedEarlier
        self.coordinates = coordinates
        self.texts = texts
        self.sameAs = sameAs
    }
}

/// What the archive knows of a call that left the record.
package typealias OldCall = EndedCall

/// What the archive knows of a command that was decided.
package typealias OldCommand = CommandDecided

/// A step a worker reports.
package enum ProgressStep: UInt8, CaseIterable, Sendable {
    case accept = 1
    case arrive = 2
    case deliver = 3
    case giveBack = 4
}

/// How a worker's attempt ended.
package enum OutcomeResult: UInt8, CaseIterable, Sendable {
    case completed = 1
    case returned = 2
    case failed = 3
}

/// An outcome as a worker reports it; its texts stay outside.
package struct OutcomeReport: Sendable {
    package var claim: Claim
    package var result: OutcomeResult
    /// What was done, for categories that look at it; for others it may be left out.
    package var proposal: Proposal?
    package var texts: TextPlace?

    /// A report from its parts.
    package init(
        claim: Claim, result: OutcomeResult, proposal: Proposal? = nil, texts: TextPlace? = nil
    ) {
        self.claim = claim
        self.result = result
        self.proposal = proposal
        self.texts = texts
    }
}
