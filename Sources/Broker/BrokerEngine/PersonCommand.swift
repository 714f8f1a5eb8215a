package import GridModel

/// A command of a person.
package struct PersonCommand: Sendable {
    package var id: CommandID
    package var contentDigest: UniqueID
    /// Zero for commands of the whole street.
    package var call: CallID
    /// Which part of the call; ignored by commands on the whole call.
    package var ordinal: Int
    /// 0 for any.
    package var expectedRevision: UInt32
    package var action: Action
    /// What the person wrote: reason, order, reply or report, then measures, one line each.
    package var reason: TextPlace?
    /// Whether a reason is among it.
    package var hasReason: Bool
    /// How far the person's right to it goes.
    package var authority = Authority.street
    /// The archive holds the call: it ended long ago.
    package var isCallEnded = false
    /// The serial of that call; 0 otherwise.
    package var endedSerial: UInt64 = 0

    /// What the person wants.
    package enum Action: Hashable, Sendable {
        case redispatch(department: String)
        case requeue
        case withdraw
        case void
        // Officers
        case accept
        case arrive
        case propose(Proposal)
        case complete(Proposal)
        case `return`
        case fail
        case requestExtension
        case suspend(until: Timestamp)
        case resume
        case reply
        /// The id of the report in its category; empty for the only one.
        case report(_ id: String = "")
        // Reporters and whoever verifies
        case check(passed: Bool, failed: [Int])
        case verify(passed: Bool)
        // Reviewers; `bypassed` is a second operator's
        case review(ReviewVerdict, digest: Digest)
        // Supervisors and operators
        case supervise
        case decideExtension(approved: Bool)
        case merge(into: CallID)
        case unmerge
        case pauseQueue(department: String, until: Timestamp)
        case resumeQueue(department: String)
        case directWorker(WorkerOrder, WorkerChoice)
        case confirmClock
        case openCampaign(String)
        case extendCampaign(String, until: Timestamp)
        /// The reason is the closing summary.
        case closeCampaign(String)
        /// The reason is its theme.
        case recordActivity(Activity)
        case requestErasure
        /// The texts are what the journal holds of the call.
        case confirmErasure([ErasedText])
    }

    /// How far a right goes.
    package enum Authority: Hashable, Sendable {
        case street
        /// Parts of these departments.
        case departments([String])
        /// Calls that the person filed.
        case ownCalls
    }

    /// A command from its parts.
    package init(
        id: CommandID, contentDigest: UniqueID, call: CallID, ordinal: Int = 0,
        expectedRevision: UInt32 = 0, action: Action, reason: TextPlace? = nil
    ) {
        self.id = id
        self.contentDigest = contentDigest
        self.call = call
        self.ordinal = ordinal
        self.expectedRevision = expectedRevision
        self.action = action
        self.reason = reason
        hasReason = reason != nil
    }
}

/// Measures that are proposed or were taken, with the digest that names them.
package struct Proposal: Hashable, Sendable {
    package var measures: [Measure]
    /// Over the assignment and the measures, whatever their order; made outside, with the
    /// journal's key.
    package var digest: Digest

    /// A proposal from its parts.
    package init(measures: [Measure], digest: Digest) {
        self.measures = measures
        self.digest = digest
    }
}

/// What an operator wants of a worker; the numbers are the wire's and the journal's.
package enum WorkerOrder: UInt8, CaseIterable, Sendable {
    /// Take work again.
    case work = 1
    /// Nothing new is handed out to it.
    case quiet = 2
    /// `quiet`, and the worker finishes what it has and ends.
    case drain = 3
}

/// Which workers are meant.
package enum WorkerChoice: Hashable, Sendable {
    case session(SessionID)
    case named(String, department: String)
}
