package import GridModel

/// Decides what happens to calls: deterministic, without I/O, clock, randomness or threads.
///
/// A turn is `begin`, any number of `handle`, then `end`. Deciding an input leaves facts, which
/// are applied at once, and effects, which the shell releases when the facts are durable. The
/// same record, inputs and moments give the same facts and effects.
package struct Engine: ~Copyable, Sendable {
    /// What the journal says about the present.
    package internal(set) var record: Record
    /// The limits the engine enforces.
    package let limits: ProtocolLimits
    /// Milliseconds of silence after which a session is over.
    package let deadMilliseconds: Int64

    var presence = Presence()
    var schedule = Schedule()
    var recent: RecentCalls
    var deadlines = DeadlineMemo()
    var refusals = RefusalLog()
    var similar = SimilarCalls()
    var moment = Moment(wall: .zero, monotonicNanoseconds: 0)
    var facts: [Fact] = []
    var effects: [Effect] = []
    private var hasTurnBegun = false
    private var lastSweep = Int64.min

    /// An engine on what the journal says; call `start` before the first turn.
    package init(
        record: Record, recent: RecentCalls = RecentCalls(),
        limits: ProtocolLimits = ProtocolLimits(),
        deadMilliseconds: Int64 = SessionTimes().deadMilliseconds
    ) {
        self.record = record
        self.recent = recent
        self.limits = limits
        self.deadMilliseconds = deadMilliseconds
    }

    /// Builds queues, timers and leases from the record: every live claim gets one full lease.
    package mutating func start(at moment: Moment) {
        self.moment = moment
        prepareSchedule()
        var calls: [Slot] = []
        for call in 0..<Slot(record.calls.capacity) where record.calls[call].serial != 0 {
            for slot in record.assignments(of: call) { restore(slot) }
            if plan(of: call)?.category.duplicates != nil { calls.append(call) }
        }
        noteSimilar(among: calls)
        for department in schedule.ages.indices { schedule.ages[department].sort() }
        // The live latency does not count what waited before this process began.
        for slot in schedule.readyAt.indices { schedule.readyAt[slot] = 0 }
    }

    /// Begins a turn; what follows happens at `moment`.
    package mutating func begin(at moment: Moment) {
        let last = self.moment
        self.moment = moment
        hasTurnBegun = false
        noteJump(since: last)
    }

    /// A message arrives now, within the turn: what it makes ready is ready from now on.
    package mutating func tick(monotonicNanoseconds: UInt64) {
        moment.monotonicNanoseconds = monotonicNanoseconds
    }

    /// Begins an epoch: claims of earlier ones are void, so what they were for is queued again at
    /// once, and no attempt is counted for it. Serials go on from `firstSerial` if it is higher.
    package mutating func beginEpoch(_ epoch: UInt32, firstSerial: UInt64 = 0) {
        emit(.epochBegan(epoch: epoch, firstSerial: firstSerial))
        for slot in schedule.orphans.sorted() { release(slot, cause: .restored, reason: nil) }
    }

    /// Decides one input.
    package mutating func handle(_ input: Input) {
        switch input {
        case .hello(let introduction): welcome(introduction)
        case .heartbeat(let session, let claims, let credit):
            heartbeat(session, claims: claims, credit: credit)
        case .goodbye(let session): goodbye(session)
        case .submit(let session, let submission, let old):
            submit(submission, from: session, old: old)
        case .progress(let session, let claim, let step): progress(step, claim, from: session)
        case .outcome(let session, let report, let old):
            outcome(report, from: session, old: old)
        case .command(let session, let command, let old):
            self.command(command, from: session, old: old)
        case .accessRefused(let action, let code, let trier):
            let actor = actor(of: trier)
            if let refusal = refusals.note(actor, action, code, now: moment.monotonicMilliseconds) {
                emit(.accessRefused(refusal))
            }
        case .adopt(let catalogue): adopt(catalogue)
        }
    }

    /// Ends a turn: clocks, silent sessions, leases, then work for whoever has credit.
    package mutating func end() {
        fireTimers()
        endBackoffs()
        if moment.monotonicMilliseconds >= lastSweep &+ 250 || lastSweep == .min {
            lastSweep = moment.monotonicMilliseconds
            endSilentSessions()
            endLeases()
        }
        dispatchWork()
    }

    /// The facts since they were last taken, in order; the next ones are about as many.
    package mutating func takeFacts() -> [Fact] {
        var taken: [Fact] = []
        swap(&taken, &facts)
        facts.reserveCapacity(min(taken.count, Self.reservedFacts))
        return taken
    }

    private static let reservedFacts = 4_096

    /// Whether there are facts that nobody took.
    package var hasFacts: Bool { !facts.isEmpty }

    /// Moves the effects of this turn, in order, into `buffer`, which must be empty.
    package mutating func takeEffects(into buffer: inout [Effect]) { swap(&effects, &buffer) }

    /// The facts that follow belong to this batch.
    package mutating func beginBatch(_ seq: UInt64) { record.beginBatch(seq) }

    /// When the engine wants a turn even if nobody asks, in wall time.
    package var nextTimer: Timestamp? {
        var next = schedule.timers.first?.at ?? .distantFuture
        for department in record.departments where department.pausedUntil > now {
            next = min(next, department.pausedUntil)
        }
        return next == .distantFuture ? nil : next
    }

    /// What ended in batches up to `seq` and is not in the archive yet, oldest first.
    package func ended(upTo seq: UInt64, limit: Int) -> Ended { recent.ended(upTo: seq, limit) }

    /// Calls that ended and are not in the archive yet.
    package var endedCount: Int { recent.count }

    /// Whether anything ended or was decided that is not in the archive yet.
    package var hasEnded: Bool { !recent.isEmpty }

    /// What `ended` gave is in the archive now; the engine forgets it.
    package mutating func forget(_ ended: Ended) { recent.forget(ended) }

    /// Whether the engine itself knows the id, so that the archive need not be asked.
    package func knows(_ id: CallID) -> Bool {
        record.call(id: id) != nil || recent.contains(id: id)
    }

    /// The call with this id that ended and is not in the archive yet.
    package func endedCall(_ id: CallID) -> EndedCall? { recent.call(id: id) }

    /// The call with this serial that ended and is not in the archive yet.
    package func endedCall(serial: UInt64) -> EndedCall? { recent.call(serial: serial) }

    /// Whether the assignment's call is known here, so that the archive need not be asked.
    package func knows(_ number: AssignmentNumber) -> Bool {
        record.call(serial: number.serial) != nil || recent.call(serial: number.serial) != nil
    }

    /// Takes when the assignment in a slot became ready, in monotonic nanoseconds; 0 if that was
    /// before the start, or was taken before: sending it again is no second hand-over.
    package mutating func takeReadyNanoseconds(_ slot: Slot) -> UInt64 {
        defer { schedule.readyAt[Int(slot)] = 0 }
        return schedule.readyAt[Int(slot)]
    }

    /// The number of a part of an open call; that of no assignment if there is no such call.
    package func assignment(_ ordinal: Int, of call: CallID) -> AssignmentNumber {
        guard let slot = record.call(id: call) else { return AssignmentNumber(rawValue: 0) }
        return AssignmentNumber(serial: record.calls[slot].serial, ordinal: ordinal)
    }

    /// Whether the category of an assignment's call looks at what measures say.
    package func looksAtMeasures(_ number: AssignmentNumber) -> Bool {
        guard let call = record.call(serial: number.serial) else { return false }
        return plan(of: call)?.looksAtMeasures ?? false
    }

    /// Open sessions.
    package var sessionCount: Int { presence.count }

    /// Whether this handle's session is still open.
    package func isOpen(_ session: SessionHandle) -> Bool { presence.contains(session) }

    /// The handle of an open session.
    package func session(_ id: SessionID) -> SessionHandle? { presence.handle(of: id) }

    /// The id of an open session.
    package func sessionID(of session: SessionHandle) -> SessionID? {
        presence.contains(session) ? presence[session].id : nil
    }

    /// What the peer of an open session is.
    package func role(of session: SessionHandle) -> PeerRole? {
        presence.contains(session) ? presence[session].role : nil
    }

    /// Whether a claim is live and in this session's hands.
    package func isHeld(_ claim: Claim, by session: SessionHandle) -> Bool {
        live(claim).map { schedule.holds[Int($0)].session == session } ?? false
    }

    /// Facts that nobody took: tells whether an input left any.
    package var factCount: Int { facts.count }

    /// Workers of a department that are there now.
    package func workers(of department: UInt16) -> Int {
        Int(department) < presence.crews.count ? presence.crews[Int(department)].workers.count : 0
    }

    /// Since when the longest-waiting assignment of a department has been in its queue.
    package mutating func oldestWaiting(_ department: UInt16) -> Timestamp? {
        guard Int(department) < schedule.ages.count else { return nil }
        dropStaleAges(Int(department))
        return schedule.ages[Int(department)].first?.since
    }

    /// Writes a fact down and applies it; the first of a turn is preceded by the turn's time.
    mutating func emit(_ fact: Fact) {
        if !hasTurnBegun {
            hasTurnBegun = true
            let time = Fact.turnBegan(at: max(moment.wall, record.now))
            facts.append(time)
            _ = record.apply(time)
        }
        facts.append(fact)
        if let ended = record.apply(fact) { recent.append(ended, seq: record.batchSeq) }
        if case .commandDecided(let command) = fact {
            recent.append(command, seq: record.batchSeq)
        }
    }

    /// The time facts of this turn have.
    var now: Timestamp { max(moment.wall, record.now) }

    mutating func prepareSchedule() {
        schedule.grow(
            departments: record.departments.count, assignments: record.assignments.capacity)
        while presence.crews.count < record.departments.count {
            presence.crews.append(Presence.Crew())
        }
    }

    private mutating func restore(_ slot: Slot) {
        let assignment = record.assignments[slot]
        if assignment.state == .queued {
            beginBackoff(slot)
            waitInQueue(slot)
        }
        if assignment.isUnderClaim { hold(slot, by: .none) }
        if assignment.state == .underReview { schedule.reviews.insert(slot) }
        scheduleClocks(slot)
    }
}
