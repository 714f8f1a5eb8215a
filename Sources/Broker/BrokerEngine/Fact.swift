package import GridModel

/// One step that happened, in the past tense; the journal is a list of these and nothing else.
///
/// `Record` is built from facts alone. A fact says everything that deciding it needed (due times,
/// case numbers, who), so that applying it computes nothing a later version could compute
/// differently. Facts hold no personal data: what people wrote lies beside them as texts.
package enum Fact: Hashable, Sendable {
    /// The facts after this one happened at `at`; engine time never goes back.
    case turnBegan(at: Timestamp)
    /// Claims of earlier epochs are void from here on; the first fact of a journal and of a
    /// restore. Calls filed from here on have serials from `firstSerial`, which leaves a gap after
    /// a restore; 0: the serials go on.
    case epochBegan(epoch: UInt32, firstSerial: UInt64 = 0)
    /// The catalogue in force; the n-th such fact is version n.
    case catalogueAdopted(StreetCatalogue)
    /// `actor` stands for `name` in all later facts; 0 is this machine's own operator, `local`.
    case actorNamed(actor: ActorID, name: String)
    /// A command of a person was decided; repeating it gets the same answer.
    case commandDecided(CommandDecided)

    case callFiled(CallFiled)
    case callVerified(serial: UInt64, passed: Bool, actor: ActorID, note: TextPlace?)
    /// The parts of this stage are queued by the facts that follow.
    case stageBegan(serial: UInt64, stage: UInt8)
    /// Every department has done its part; the check's clock starts.
    case checkOpened(serial: UInt64, deadline: Deadline)
    /// The parts that failed are reworked by the facts that follow.
    case checkDecided(serial: UInt64, passed: Bool, actor: ActorID, note: TextPlace?)
    case callClosed(serial: UInt64)
    case callVoided(serial: UInt64, actor: ActorID, reason: TextPlace?)
    case callMerged(serial: UInt64, into: UInt64, actor: ActorID, reason: TextPlace?)
    case callUnmerged(serial: UInt64, actor: ActorID, reason: TextPlace?)

    case assignmentQueued(AssignmentQueued)
    case assignmentDispatched(AssignmentDispatched)
    case assignmentDelivered(AssignmentNumber)
    case assignmentAccepted(AssignmentAccepted)
    case assignmentArrived(AssignmentNumber, actor: ActorID)
    /// The claim is lost; queued again, not before `notBefore`.
    case assignmentReleased(AssignmentReleased)
    case assignmentStuck(AssignmentNumber, cause: ReleaseCause)
    case assignmentCompleted(AssignmentEnded)
    case assignmentReturned(AssignmentEnded)
    case assignmentWithdrawn(AssignmentNumber, actor: ActorID, reason: TextPlace?)
    /// `from` is withdrawn because `to`, queued by the next fact, takes its place.
    case assignmentRedispatched(
        from: AssignmentNumber, to: AssignmentNumber, actor: ActorID, reason: TextPlace?)
    /// Stuck no more: attempts count from zero again.
    case assignmentRequeued(AssignmentNumber, actor: ActorID, reason: TextPlace?)
    /// A failed check sends it back to the same department; its clocks start anew.
    case assignmentReworked(AssignmentNumber, dispatch: Deadline, resolve: Deadline)

    case measuresProposed(MeasuresProposed)
    case proposalReviewed(ProposalReviewed)
    case extensionRequested(AssignmentNumber, actor: ActorID, reason: TextPlace?)
    case extensionDecided(
        AssignmentNumber, approved: Bool, resolve: Deadline, actor: ActorID, reason: TextPlace?)
    /// The resolve clock stands still with so many milliseconds of its unit's time left.
    case assignmentSuspended(
        AssignmentNumber, remaining: Int64, until: Timestamp, actor: ActorID, reason: TextPlace?)
    /// The clocks run again; without an actor because its time had come.
    case assignmentResumed(
        AssignmentNumber, step: Deadline, resolve: Deadline, actor: ActorID?, reason: TextPlace?)

    /// 80 % of a clock have passed; once per clock. `report` is the place of the report that
    /// `reportDue` is about among those of the category, 0 for other clocks.
    case deadlineWarned(AssignmentNumber, clock: ClockKind, report: UInt8 = 0)
    /// A clock ran out; once per clock.
    case deadlineMissed(AssignmentNumber, clock: ClockKind, report: UInt8 = 0)
    /// A later calendar moved a provisional deadline.
    case deadlineRevised(AssignmentNumber, clock: ClockKind, deadline: Deadline)

    /// A reply is owed; `supervisor` is the department that a rule put a missed clock before.
    case supervisionOpened(
        AssignmentNumber, deadline: Deadline, supervisor: UInt16?, actor: ActorID,
        order: TextPlace?)
    case supervisionReplied(AssignmentNumber, actor: ActorID, reply: TextPlace?)
    /// Nothing of the department is dispatched until it is resumed.
    case queuePaused(department: UInt16, until: Timestamp, actor: ActorID, reason: TextPlace?)
    case queueResumed(department: UInt16, actor: ActorID)
    /// Somebody tried what they have no right to.
    case accessRefused(AccessRefusal)
    /// Nobody led the stage; the first department to accept does.
    case leadTaken(AssignmentNumber)
    /// The main call ended, and with it what was merged into it: the merge is final.
    case mergeSettled(serial: UInt64)
    /// What an operator wants of a worker: with `stands` of whoever bears the name, until another
    /// such order; else of one session, until it ends.
    case workerDirected(worker: ActorID, order: WorkerOrder, actor: ActorID, stands: Bool)
    /// The wall clock jumped ahead by so many milliseconds: deadlines wait for a confirmation.
    case clockJumped(milliseconds: Int64)
    case clockConfirmed(actor: ActorID)
    /// A report on the case is due; `report` is its place among those of the category.
    case reportScheduled(serial: UInt64, deadline: Deadline, report: UInt8 = 0)
    case reportFiled(serial: UInt64, actor: ActorID, text: TextPlace?, report: UInt8 = 0)
    /// A campaign began by an operator's decision; `until` is its end from now on.
    case campaignOpened(campaign: UInt16, until: Timestamp, actor: ActorID, reason: TextPlace?)
    case campaignExtended(campaign: UInt16, until: Timestamp, actor: ActorID, reason: TextPlace?)
    case campaignClosed(campaign: UInt16, actor: ActorID, summary: TextPlace?)
    case activityRecorded(Activity, actor: ActorID, theme: TextPlace?)
    /// The reporter took the call for the open call `of`; nobody has decided that yet.
    case duplicateReported(serial: UInt64, of: UInt64, actor: ActorID)
    /// The texts that the fact names are overwritten once it is durable.
    case personalDataErased(PersonalDataErased)
    /// An operator asked that a call's texts be erased; another one has to confirm it.
    case erasureRequested(serial: UInt64, actor: ActorID, reason: TextPlace?)
}

/// Who did it: a small number that an `actorNamed` fact explains.
package typealias ActorID = UInt32

/// Thirty-two bytes of SHA-256.
package struct Digest: Hashable, Sendable, Codable {
    package let words: (UInt64, UInt64, UInt64, UInt64)

    /// A digest from its four big-endian words.
    package init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// A digest from its bytes; `nil` unless there are 32.
    package init?(bytes: some Sequence<UInt8>) {
        var words: [UInt64] = [0, 0, 0, 0]
        var count = 0
        for byte in bytes {
            guard count < 32 else { return nil }
            words[count / 8] = words[count / 8] << 8 | UInt64(byte)
            count += 1
        }
        guard count == 32 else { return nil }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The 32 bytes.
    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            stride(from: UInt64(56), through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: word >> $0)
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let words = try [UInt64](from: decoder)
        guard words.count == 4 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a digest has 4 words"))
        }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    package func encode(to encoder: any Encoder) throws {
        try [words.0, words.1, words.2, words.3].encode(to: encoder)
    }

    package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// Where a text lies beside the facts of its batch, and what it must hash to.
package struct TextPlace: Hashable, Sendable {
    /// Bytes from the beginning of the batch's texts; there lie a 16-byte salt, then the text.
    package var offset: UInt32
    /// Bytes of salt and text together.
    package var length: UInt32
    /// SHA-256 over salt and text.
    package var digest: Digest

    /// A place from its parts.
    package init(offset: UInt32, length: UInt32, digest: Digest) {
        self.offset = offset
        self.length = length
        self.digest = digest
    }
}

/// A call was durably accepted, or, with `isVerifying`, waits to be verified first.
///
/// Department, category, grid and campaign numbers count the ids in the order in which the
/// catalogues adopted so far first named them; a number never changes its meaning.
package struct CallFiled: Hashable, Sendable {
    package var serial: UInt64
    /// The year of filing in the street's zone, part of the case number.
    package var year: UInt16
    package var id: CallID
    /// The first 16 bytes of a keyed hash of the normalised content; tells a repeat from a clash.
    package var contentDigest: UniqueID
    package var category: UInt16
    /// The place of the condition in the category.
    package var condition: UInt8
    package var grid: UInt16
    /// `CallFiled.noCampaign` if it belongs to none.
    package var campaign: UInt16
    package var urgency: Urgency
    package var observedAt: Timestamp
    package var isRecordedEarlier: Bool
    package var isClockSuspect: Bool
    package var isVerifying: Bool
    package var coordinates: Coordinates?
    /// Which catalogue's plan and limits hold.
    package var catalogueVersion: UInt32
    package var actor: ActorID
    package var texts: TextPlace?

    /// The campaign of calls that belong to none.
    package static let noCampaign = UInt16.max

    /// A filed call from its parts.
    package init(
        serial: UInt64, year: UInt16, id: CallID, contentDigest: UniqueID, category: UInt16,
        condition: UInt8, grid: UInt16, campaign: UInt16, urgency: Urgency,
        observedAt: Timestamp, isRecordedEarlier: Bool, isClockSuspect: Bool, isVerifying: Bool,
        coordinates: Coordinates?, catalogueVersion: UInt32, actor: ActorID, texts: TextPlace?
    ) {
        self.serial = serial
        self.year = year
        self.id = id
        self.contentDigest = contentDigest
        self.category = category
        self.condition = condition
        self.grid = grid
        self.campaign = campaign
        self.urgency = urgency
        self.observedAt = observedAt
        self.isRecordedEarlier = isRecordedEarlier
        self.isClockSuspect = isClockSuspect
        self.isVerifying = isVerifying
        self.coordinates = coordinates
        self.catalogueVersion = catalogueVersion
        self.actor = actor
        self.texts = texts
    }
}

/// A department has a part of a call to do; its dispatch and resolve clocks run.
package struct AssignmentQueued: Hashable, Sendable {
    package var number: AssignmentNumber
    package var department: UInt16
    package var role: DepartmentRole
    package var stage: UInt8
    package var dispatch: Deadline
    package var resolve: Deadline
    /// The ordinal of the part that a merge withdrew and whose resolve clock goes on; `nil`: the
    /// clock starts.
    package var continues: UInt8?

    /// A queued assignment from its parts.
    package init(
        number: AssignmentNumber, department: UInt16, role: DepartmentRole, stage: UInt8,
        dispatch: Deadline, resolve: Deadline, continues: UInt8? = nil
    ) {
        self.number = number
        self.department = department
        self.role = role
        self.stage = stage
        self.dispatch = dispatch
        self.resolve = resolve
        self.continues = continues
    }
}

/// A worker got an assignment under a claim; the accept clock runs.
package struct AssignmentDispatched: Hashable, Sendable {
    package var number: AssignmentNumber
    /// Part of the claim; counts from 1 over the assignment's whole life.
    package var attempt: UInt32
    package var worker: ActorID
    package var accept: Deadline

    /// A dispatched assignment from its parts.
    package init(number: AssignmentNumber, attempt: UInt32, worker: ActorID, accept: Deadline) {
        self.number = number
        self.attempt = attempt
        self.worker = worker
        self.accept = accept
    }
}

/// A department took responsibility; the arrive clock runs.
package struct AssignmentAccepted: Hashable, Sendable {
    package var number: AssignmentNumber
    package var actor: ActorID
    package var arrive: Deadline

    /// An accepted assignment from its parts.
    package init(number: AssignmentNumber, actor: ActorID, arrive: Deadline) {
        self.number = number
        self.actor = actor
        self.arrive = arrive
    }
}

/// Why an assignment left a worker's hands unfinished.
package enum ReleaseCause: UInt8, CaseIterable, Sendable {
    /// The worker did not renew its claim in time; counts as an attempt.
    case leaseEnded = 1
    /// The handler failed; counts as an attempt.
    case failed = 2
    /// The worker drains; counts for nothing.
    case gaveBack = 3
    /// The broker was restored from a backup, which voids every claim; counts for nothing.
    case restored = 4

    /// Whether it counts against the attempts an assignment has.
    package var isFailure: Bool { self == .leaseEnded || self == .failed }
}

/// An assignment goes back to its queue.
package struct AssignmentReleased: Hashable, Sendable {
    package var number: AssignmentNumber
    package var cause: ReleaseCause
    /// Attempts that counted so far, since it was queued or requeued.
    package var failures: UInt16
    /// The backoff ends here.
    package var notBefore: Timestamp
    package var reason: TextPlace?

    /// A released assignment from its parts.
    package init(
        number: AssignmentNumber, cause: ReleaseCause, failures: UInt16, notBefore: Timestamp,
        reason: TextPlace?
    ) {
        self.number = number
        self.cause = cause
        self.failures = failures
        self.notBefore = notBefore
        self.reason = reason
    }
}

/// A department reported that its part is done, or is not its part.
package struct AssignmentEnded: Hashable, Sendable {
    package var number: AssignmentNumber
    /// The attempt under whose claim it ended; a repeat under it gets the same receipt.
    package var attempt: UInt32
    package var actor: ActorID
    /// Reason and measures.
    package var texts: TextPlace?

    /// The end of an assignment from its parts.
    package init(
        number: AssignmentNumber, attempt: UInt32, actor: ActorID, texts: TextPlace?
    ) {
        self.number = number
        self.attempt = attempt
        self.actor = actor
        self.texts = texts
    }
}

/// A command of a person was carried out.
package struct CommandDecided: Hashable, Sendable {
    package var id: CommandID
    /// Tells a repeat from another command under the same id.
    package var contentDigest: UniqueID
    package var serial: UInt64
    /// The call's revision after the command.
    package var revision: UInt32

    /// A decided command from its parts.
    package init(id: CommandID, contentDigest: UniqueID, serial: UInt64, revision: UInt32) {
        self.id = id
        self.contentDigest = contentDigest
        self.serial = serial
        self.revision = revision
    }
}
