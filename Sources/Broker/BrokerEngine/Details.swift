package import GridModel

/// A clock beside those of an assignment's slot, with what it said already.
package struct DetailClock: Hashable, Sendable, Codable {
    package var deadline: Deadline
    package var isWarned = false
    package var isMissed = false

    /// A clock that just started.
    package init(_ deadline: Deadline) { self.deadline = deadline }

    /// When it speaks next; `distantFuture` if it has nothing more to say.
    package var nextEvent: Timestamp {
        if !isWarned { return deadline.warnsAt }
        return isMissed ? .distantFuture : deadline.dueAt
    }
}

/// What the record holds of the few parts that have more to them than their slot says.
package struct PartDetail: Hashable, Sendable, Codable {
    /// Extensions granted since its clocks last started.
    package var extensions: UInt8 = 0
    /// An extension was asked for and is not decided.
    package var isExtensionRequested = false
    /// It was suspended once, which is as often as it may be.
    package var wasSuspended = false
    package var suspendedAt = Timestamp.zero
    /// When it resumes by itself.
    package var suspendedUntil = Timestamp.zero
    /// The last proposal since its clocks last started.
    package var proposal: ProposedMeasures?
    /// The proposal that may be carried out, since its clocks last started.
    package var approved: Digest?
    /// The last supervision.
    package var supervision: Supervision?
    /// Attempts that completed it before it was reworked: repeats of them get the same receipt.
    package var reworkedAttempts: [UInt32] = []

    /// What was proposed, without its words.
    package struct ProposedMeasures: Hashable, Sendable, Codable {
        package var digest: Digest
        package var isMajor: Bool
        package var actor: ActorID
    }

    /// A supervisor's order and the reply that is owed.
    package struct Supervision: Hashable, Sendable, Codable {
        package var reply: DetailClock
        package var isReplied = false
    }

    init() {}
}

/// What the record holds of the few calls that have more to them than their slot says.
package struct CallDetail: Hashable, Sendable, Codable {
    /// Disposed until checked.
    package var check: DetailClock?
    /// Until the next report.
    package var report: DetailClock?
    /// The serial of the call it was merged into; 0 if it is not.
    package var mergedInto: UInt64 = 0
    package var mergedAt = Timestamp.zero
    /// The serials of the calls that were merged into it, in the order of merging.
    package var merged: [UInt64] = []

    init() {}
}
