package import GridModel

/// A clock beside those of an assignment's slot, with what it said already.
package struct DetailClock: Hashable, Sendable, Codable {
    package var deadline: Deadline
    package var startedAt: Timestamp
    package var isWarned = false
    package var isMissed = false

    /// A clock that just started.
    package init(_ deadline: Deadline, startedAt: Timestamp) {
        self.deadline = deadline
        self.startedAt = startedAt
    }

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
    /// When it resumed; zero if it did not.
    package var resumedAt = Timestamp.zero
    /// The extensions that were granted before it was suspended.
    package var extensionsBeforePause: UInt8 = 0
    /// The part whose resolve clock goes on in this one's.
    package var continued: Continuation?
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
        /// When the clock of its review started, if it is major.
        package var at: Timestamp
    }

    /// The time that a merge took from another part and the end of the merge gave to this one.
    package struct Continuation: Hashable, Sendable, Codable {
        package var part: AssignmentNumber
        /// When the clock of that part stood still.
        package var stoppedAt: Timestamp
    }

    /// A supervisor's order and the reply that is owed.
    package struct Supervision: Hashable, Sendable, Codable {
        package var reply: DetailClock
        package var isReplied = false
    }

    init() {}

    /// The time that a clock which started at `start` has stood still; `nil` if it has not.
    func pause(since start: Timestamp) -> (from: Timestamp, until: Timestamp)? {
        guard resumedAt > start else { return nil }
        return (max(suspendedAt, start), resumedAt)
    }
}

/// The clocks of a case's reports, by the place of the report in its category.
package struct ReportClocks: Hashable, Sendable, Codable {
    private var clocks: [DetailClock?] = []

    /// The clock of a report; `nil` if none runs.
    package subscript(report: UInt8) -> DetailClock? {
        get { Int(report) < clocks.count ? clocks[Int(report)] : nil }
        set {
            while clocks.count <= Int(report) { clocks.append(nil) }
            clocks[Int(report)] = newValue
        }
    }

    /// Those that run, with their reports, in the order of the category.
    package var running: [(report: UInt8, clock: DetailClock)] {
        clocks.enumerated().compactMap { place, clock in
            clock.map { (UInt8(clamping: place), $0) }
        }
    }
}

/// What the record holds of the few calls that have more to them than their slot says.
package struct CallDetail: Hashable, Sendable, Codable {
    /// Disposed until checked.
    package var check: DetailClock?
    /// Until the next of each report.
    package var reports = ReportClocks()
    /// The serial of the call it was merged into; 0 if it is not.
    package var mergedInto: UInt64 = 0
    package var mergedAt = Timestamp.zero
    /// The serials of the calls that were merged into it, in the order of merging.
    package var merged: [UInt64] = []
    /// The serial of the call its reporter took it for; 0 if for none.
    package var sameAs: UInt64 = 0

    init() {}
}
