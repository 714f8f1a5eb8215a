import BrokerEngine
import GridModel

/// Reads every fact the broker writes and knows by itself what may follow what.
///
/// A second, naive opinion: it shares no code with `Record` or the transition table, keeps
/// everything for ever, and says where a fact breaks a promise.
struct Auditor {
    /// One department's part of a call.
    struct Part {
        let department: Int
        let stage: Int
        var state = AssignmentState.queued
        var attempt: UInt32 = 0
        var isOverdue = false
        var isSuspended = false
        var wasSuspended = false
        var extensions = 0
        var isExtensionRequested = false
        var isWithOfficers = false
        var stateBeforeReview = AssignmentState.accepted
        /// What was proposed last, and what of it may be carried out.
        var proposal: Proposal?
        var approved: Proposal?
        var owesReply = false
        var isMergedAway = false
        /// Attempts that failed since it was queued, requeued or reworked.
        var failures = 0
    }

    /// Measures as people read them, and the digest they are known by.
    struct Proposal: Equatable {
        let digest: Digest
        let lines: Set<String>
    }

    /// A call that is open.
    struct Call {
        let id: CallID
        /// The departments of each stage, by the catalogue it was filed under.
        let plan: [[Int]]
        let campaign: UInt16
        let category: String
        let isGated: Bool
        let isChecked: Bool
        var state = CallState.working
        var isCheckPassed = false
        var missedResolve = false
        var wasDispatched = false
        var returns = 0
        /// The serial of the call it was merged into.
        var root: UInt64?
        var stage = 0
        var parts: [Part] = []
        /// How many reports the category asks for, and those that are due.
        var reportCount = 0
        var reports = DueReports()

        /// All parts of the stage at hand ended, at least one of them by doing it.
        var isStageDone: Bool {
            let states = parts.filter { $0.stage == stage }.map(\.state)
            return states.contains(.completed)
                && states.allSatisfy { $0 == .completed || $0 == .withdrawn }
        }

        /// Nothing of the stage at hand is left to anybody: only voiding it helps.
        var isStranded: Bool {
            state == .working
                && parts.filter { $0.stage == stage }.allSatisfy { $0.state == .withdrawn }
        }
    }

    /// When and as what a call was filed.
    struct Filing {
        let serial: UInt64
        let year: UInt16
        let seq: UInt64
        /// What the reporter wrote.
        let texts: TextPlace?
    }

    /// How an attempt ended, and in which batch.
    struct Ending {
        let result: OutcomeResult
        let seq: UInt64
    }

    /// What is counted per department.
    struct Counts: Equatable {
        var dispatched: UInt64 = 0
        var accepted: UInt64 = 0
        var completed: UInt64 = 0
        var returned: UInt64 = 0
    }

    private(set) var open: [UInt64: Call] = [:]
    private(set) var filings: [CallID: Filing] = [:]
    private(set) var dispatches: [Claim: UInt64] = [:]
    private(set) var endings: [Claim: Ending] = [:]
    private(set) var commands: [CommandID: (revision: UInt32, seq: UInt64)] = [:]
    private(set) var counts = [Counts](
        repeating: Counts(), count: SimulatedStreet.departments.count)
    private(set) var closed: UInt64 = 0
    private(set) var voided: UInt64 = 0
    /// Calls that ended with the call they were merged into.
    private(set) var settled: UInt64 = 0
    /// Claims whose completion was reworked: their worker may hear this or that of it.
    private(set) var reworked: Set<Claim> = []
    /// Departments whose queue was paused and not resumed.
    private(set) var paused: Set<UInt16> = []
    /// Whether deadlines may speak.
    private(set) var isClockConfirmed = true
    private var marks = (dispatched: UInt64(0), misdispatched: UInt64(0), passedOn: UInt64(0))
    private var texts: [UInt8] = []
    var campaignCounts: [CampaignCounts] { campaigns }
    private var campaigns = [CampaignCounts](
        repeating: CampaignCounts(), count: SimulatedStreet.catalogue.campaigns.count)
    private var catalogues: [StreetCatalogue] = []
    private(set) var epoch: UInt32 = 0
    /// How calls ended that are not open any more.
    private(set) var ended: [UInt64: CallState] = [:]
    private(set) var times = RecountedTimes()
    /// Calls whose erasure was asked for and not confirmed.
    var erasureRequests: Set<CallID> = []
    /// Calls of which what the reporter wrote was erased, and the batch that says so.
    var erased: [CallID: UInt64] = [:]
    private var lastSerial: UInt64 = 0
    private var time = Timestamp.zero
    private var previous: Fact?

    /// Reads one batch.
    mutating func read(_ facts: [Fact], texts: [UInt8], seq: UInt64) throws {
        self.texts = texts
        guard case .turnBegan = facts.first else {
            throw Violation("batch \(seq) does not begin with its time")
        }
        for fact in facts {
            try read(fact, seq)
            previous = fact
        }
        for serial in Set(facts.compactMap(\.serial)).sorted() {
            guard let call = open[serial], call.state == .working else { continue }
            let planned = call.plan[call.stage]
            let queued = call.parts.filter { $0.stage == call.stage }.map(\.department)
            guard queued.starts(with: planned) else {
                throw Violation("stage \(call.stage) of call \(serial) lacks a department")
            }
            if call.isStageDone { throw Violation("call \(serial) is done and does not go on") }
            guard
                !SimulatedStreet.reported.contains(call.category)
                    || call.reports.areRunning(call.reportCount)
            else { throw Violation("a report on call \(serial) was forgotten") }
        }
    }

    private mutating func read(_ fact: Fact, _ seq: UInt64) throws {
        times.read(fact, at: time)
        switch fact {
        case .turnBegan(let at):
            guard at >= time else { throw Violation("time went back in batch \(seq)") }
            time = at
        case .epochBegan(let next, let firstSerial):
            guard next > epoch else { throw Violation("epoch \(next) follows \(epoch)") }
            epoch = next
            // What was given out since the backup must not be given out again.
            lastSerial = max(lastSerial, firstSerial == 0 ? 0 : firstSerial - 1)
        case .catalogueAdopted(let catalogue): try adopt(catalogue)
        case .actorNamed, .accessRefused, .workerDirected: break
        case .queuePaused(let department, _, _, _): paused.insert(department)
        case .queueResumed(let department, _): paused.remove(department)
        case .clockJumped: isClockConfirmed = false
        case .clockConfirmed:
            guard !isClockConfirmed else { throw Violation("a clock was confirmed twice") }
            isClockConfirmed = true
        case .commandDecided(let command):
            guard commands.updateValue((command.revision, seq), forKey: command.id) == nil else {
                throw Violation("command \(command.id) was carried out twice")
            }
        case .campaignOpened(let campaign, let until, _, _):
            try campaigns[Int(campaign)].open(until: until, at: time)
        case .campaignExtended(let campaign, let until, _, _):
            try campaigns[Int(campaign)].extend(until: until, at: time)
        case .campaignClosed(let campaign, _, _): try campaigns[Int(campaign)].close()
        case .activityRecorded(let activity, _, let theme):
            guard activity.sessions > 0, theme != nil else {
                throw Violation("an activity without sessions or theme was recorded")
            }
        case .callFiled(let fact): try file(fact, seq)
        case .stageBegan(let serial, let stage): try begin(Int(stage), of: serial)
        case .callClosed(let serial): try close(serial)
        case .callVerified(let serial, let passed, _, _):
            try move(serial, from: [.verifying], to: .working)
            if !passed { try void(serial) }
        case .checkOpened(let serial, _):
            try move(serial, from: [.working], to: .checking)
            guard let call = open[serial], call.isStageDone, call.isChecked,
                call.stage == call.plan.count - 1
            else { throw Violation("call \(serial) is checked too early") }
        case .checkDecided(let serial, let passed, _, _):
            try move(serial, from: [.checking], to: .working)
            open[serial]?.isCheckPassed = passed
        case .callMerged(let serial, let into, _, _):
            try move(serial, from: [.working, .checking], to: .merged)
            guard let root = open[into], root.state != .merged, into != serial else {
                throw Violation("call \(serial) was merged into \(into), which is no root")
            }
            open[serial]?.root = into
        case .callUnmerged(let serial, _, _):
            try move(serial, from: [.merged], to: .working)
            open[serial]?.root = nil
        case .mergeSettled(let serial):
            let call = try remove(serial)
            ended[serial] = .merged
            guard let root = call.root, open[root] == nil else {
                throw Violation("the merge of call \(serial) is settled, but its root is open")
            }
            settled += 1
        case .callVoided(let serial, _, _): try void(serial)
        case .reportScheduled(let serial, _, let report):
            let count = open[serial]?.reportCount ?? 0
            try open[serial]?.reports.schedule(report, of: count)
        case .reportFiled(let serial, _, _, let report): open[serial]?.reports.file(report)
        case .duplicateReported(let serial, let other, _):
            guard case .callFiled(let filed) = previous, filed.serial == serial, open[other] != nil,
                other != serial
            else { throw Violation("call \(serial) is no duplicate of \(other)") }
        case .erasureRequested(let serial, let actor, _): try request(serial, actor)
        case .personalDataErased(let erased): try erase(erased, seq)
        default: try readPart(fact, seq)
        }
    }

    private mutating func file(_ fact: CallFiled, _ seq: UInt64) throws {
        let filing = Filing(
            serial: fact.serial, year: fact.year, seq: seq, texts: fact.texts)
        if let first = filings.updateValue(filing, forKey: fact.id) {
            throw Violation("call \(fact.id) was filed as \(first.serial) and as \(fact.serial)")
        }
        guard fact.serial > lastSerial else {
            throw Violation("case number \(fact.serial) was used before")
        }
        lastSerial = fact.serial
        let category = SimulatedStreet.plans[Int(fact.category)].category
        var call = Call(
            id: fact.id, plan: try plan(of: fact), campaign: fact.campaign, category: category,
            isGated: SimulatedStreet.gated.contains(category),
            isChecked: SimulatedStreet.checked.contains(category))
        if fact.isVerifying { call.state = .verifying }
        call.reportCount = SimulatedStreet.reportCount(category)
        guard fact.isVerifying == SimulatedStreet.verified.contains(category) else {
            throw Violation("call \(fact.serial) is filed without being verified")
        }
        open[fact.serial] = call
        guard fact.campaign != CallFiled.noCampaign else { return }
        guard !campaigns[Int(fact.campaign)].isClosed else {
            throw Violation("call \(fact.serial) is tied to a closed campaign")
        }
        campaigns[Int(fact.campaign)].found += 1
    }

    /// No department goes that a call still needs.
    private mutating func adopt(_ catalogue: StreetCatalogue) throws {
        catalogues.append(catalogue)
        let declared = Set(catalogue.departments.map(\.id))
        for (serial, call) in open {
            let owing = call.parts.filter { $0.state.isOpen }.map(\.department)
            let ahead = call.state == .verifying || call.state == .merged ? 0 : 1
            for department in owing + call.plan.dropFirst(call.stage + ahead).joined()
            where !declared.contains(SimulatedStreet.departments[department]) {
                throw Violation("department \(department) is gone, but call \(serial) needs it")
            }
        }
    }

    /// The departments of each stage as the newest catalogue plans them.
    private func plan(of fact: CallFiled) throws -> [[Int]] {
        guard let catalogue = catalogues.last, Int(fact.catalogueVersion) == catalogues.count else {
            throw Violation("call \(fact.serial) is filed under catalogue \(fact.catalogueVersion)")
        }
        return try catalogue.categories[Int(fact.category)].stages.map { stage in
            try stage.parts.map { part in
                guard let number = SimulatedStreet.departments.firstIndex(of: part.department)
                else { throw Violation("nobody knows \(part.department)") }
                return number
            }
        }
    }

    private mutating func begin(_ stage: Int, of serial: UInt64) throws {
        guard let call = open[serial], call.isStageDone, stage == call.stage + 1 else {
            throw Violation("stage \(stage) of call \(serial) began too early")
        }
        open[serial]?.stage = stage
    }

    private mutating func close(_ serial: UInt64) throws {
        let call = try remove(serial)
        guard call.state == .working, call.isStageDone, call.stage == call.plan.count - 1,
            call.isChecked == call.isCheckPassed
        else {
            throw Violation("call \(serial) closed with parts \(call.parts.map(\.state))")
        }
        closed += 1
        ended[serial] = .closed
        guard call.campaign != CallFiled.noCampaign else { return }
        campaigns[Int(call.campaign)].closed += 1
        if !call.missedResolve { campaigns[Int(call.campaign)].closedOnTime += 1 }
    }

    private mutating func void(_ serial: UInt64) throws {
        let call = try remove(serial)
        voided += 1
        ended[serial] = .voided
        if call.campaign != CallFiled.noCampaign { campaigns[Int(call.campaign)].voided += 1 }
    }

    private mutating func move(
        _ serial: UInt64, from states: [CallState], to state: CallState
    ) throws {
        guard let call = open[serial], states.contains(call.state) else {
            throw Violation("call \(serial) went from \(open[serial]?.state as Any) to \(state)")
        }
        open[serial]?.state = state
    }

    private mutating func remove(_ serial: UInt64) throws -> Call {
        guard let call = open.removeValue(forKey: serial) else {
            throw Violation("call \(serial) ended and was not open")
        }
        return call
    }
}

extension Auditor {
    private mutating func readPart(_ fact: Fact, _ seq: UInt64) throws {
        switch fact {
        case .assignmentQueued(let fact): try queue(fact)
        case .assignmentDispatched(let fact):
            let part = try move(fact.number, from: [.queued], to: .dispatched)
            guard fact.attempt == part.attempt + 1 else {
                throw Violation("attempt \(fact.attempt) of \(name(fact.number)) is out of turn")
            }
            open[fact.number.serial]?.parts[fact.number.ordinal].attempt = fact.attempt
            dispatches[claim(fact.number, fact.attempt)] = seq
            counts[part.department].dispatched += 1
            guard !part.isSuspended else {
                throw Violation("\(name(fact.number)) is handed out while it is suspended")
            }
            guard part.failures < SimulatedStreet.policy.maximumAttempts else {
                throw Violation("\(name(fact.number)) gets more attempts than it has")
            }
            if open[fact.number.serial]?.wasDispatched == false {
                open[fact.number.serial]?.wasDispatched = true
                marks.dispatched += 1
            }
        case .assignmentAccepted(let fact):
            let part = try move(fact.number, from: [.dispatched, .delivered], to: .accepted)
            counts[part.department].accepted += 1
            change(fact.number) { $0.isWithOfficers = part.state == .delivered }
        case .assignmentArrived(let number, _):
            try move(number, from: [.accepted], to: .arrived)
        case .assignmentDelivered(let number):
            let state = try part(number).state
            let stays = state == .accepted || state == .arrived
            try move(
                number, from: [.dispatched, .accepted, .arrived],
                to: stays ? state : .delivered)
            if stays { change(number) { $0.isWithOfficers = true } }
        case .assignmentReleased(let fact):
            let part = try move(fact.number, from: Self.inHand + [.underReview], to: .queued)
            guard fact.cause == .failed || !part.isWithOfficers,
                part.state != .delivered
                    || fact.cause == .failed
            else { throw Violation("\(name(fact.number)) lost a lease that it has not") }
            guard Int(fact.failures) == part.failures + (fact.cause.isFailure ? 1 : 0) else {
                throw Violation("the failures of \(name(fact.number)) are miscounted")
            }
            change(fact.number) { ($0.isWithOfficers, $0.failures) = (false, Int(fact.failures)) }
            if fact.cause == .failed { end(fact.number, part.attempt, .failed, seq) }
        case .assignmentStuck(let number, let cause):
            guard case .assignmentReleased(let last) = previous, last.number == number,
                last.cause == cause
            else { throw Violation("\(name(number)) got stuck without having been released") }
            try move(number, from: [.queued], to: .stuck)
        case .assignmentCompleted(let fact): try end(fact, as: .completed, .completed, seq)
        case .assignmentReturned(let fact): try end(fact, as: .returned, .returned, seq)
        case .assignmentWithdrawn(let number, _, _):
            try move(
                number, from: Self.inHand + [.underReview, .queued, .returned, .stuck],
                to: .withdrawn)
            let isMerged = open[number.serial]?.state == .merged
            change(number) { $0.isMergedAway = isMerged }
        case .assignmentRedispatched(let number, _, _, _):
            try move(number, from: [.queued, .returned], to: .withdrawn)
        case .assignmentRequeued(let number, _, _):
            try move(number, from: [.stuck], to: .queued)
            change(number) { $0.failures = 0 }
        case .deadlineWarned(let number, let clock, let report):
            try ring(number, clock, report, isMiss: false)
        case .deadlineMissed(let number, let clock, let report):
            try ring(number, clock, report, isMiss: true)
            if clock == .resolve {
                change(number) { $0.isOverdue = true }
                open[number.serial]?.missedResolve = true
            }
        default: try readDecision(fact)
        }
    }

    /// Clocks of a part that is suspended, done or taken away say nothing.
    private mutating func ring(
        _ number: AssignmentNumber, _ clock: ClockKind, _ report: UInt8, isMiss: Bool
    ) throws {
        guard isClockConfirmed else { throw Violation("a deadline speaks after a jump") }
        let part = try part(number)
        switch clock {
        case .check: return
        case .reportDue: try open[number.serial]?.reports.ring(report, isMiss: isMiss)
        case .reply:
            guard part.owesReply else { throw Violation("\(name(number)) owes no reply") }
        default:
            guard part.state.isOpen, !part.isSuspended else {
                throw Violation("the \(clock) clock of \(name(number)) speaks")
            }
        }
    }

    private mutating func readDecision(_ fact: Fact) throws {
        switch fact {
        case .measuresProposed(let fact): try propose(fact)
        case .proposalReviewed(let fact): try review(fact)
        case .assignmentReworked(let number, _, _):
            let part = try move(number, from: [.completed], to: .queued)
            reworked.insert(claim(number, part.attempt))
            change(number) { part in
                (part.approved, part.proposal, part.extensions) = (nil, nil, 0)
                (part.isOverdue, part.isExtensionRequested) = (false, false)
                (part.isSuspended, part.isWithOfficers) = (false, false)
                part.failures = 0
            }
        case .extensionRequested(let number, _, _):
            guard try !part(number).isExtensionRequested else {
                throw Violation("an extension of \(name(number)) was asked for twice")
            }
            change(number) { $0.isExtensionRequested = true }
        case .extensionDecided(let number, let approved, _, _, _):
            guard try part(number).isExtensionRequested, try part(number).extensions < 2 else {
                throw Violation("an extension of \(name(number)) was decided out of turn")
            }
            change(number) { part in
                part.isExtensionRequested = false
                if approved { (part.extensions, part.isOverdue) = (part.extensions + 1, false) }
            }
        case .assignmentSuspended(let number, _, _, _, _):
            guard try !part(number).wasSuspended else {
                throw Violation("\(name(number)) was suspended twice")
            }
            change(number) { ($0.isSuspended, $0.wasSuspended) = (true, true) }
        case .assignmentResumed(let number, _, _, _, _):
            guard try part(number).isSuspended else {
                throw Violation("\(name(number)) resumes and is not suspended")
            }
            change(number) { $0.isSuspended = false }
        case .supervisionOpened(let number, _, _, _, _):
            guard try !part(number).owesReply else {
                throw Violation("\(name(number)) owes two replies")
            }
            change(number) { $0.owesReply = true }
        case .supervisionReplied(let number, _, _):
            guard try part(number).owesReply else {
                throw Violation("\(name(number)) replies to nothing")
            }
            change(number) { $0.owesReply = false }
        case .deadlineRevised: break
        default: throw Violation("nobody asked for \(fact)")
        }
    }

    private mutating func change(_ number: AssignmentNumber, _ change: (inout Part) -> Void) {
        guard open[number.serial]?.parts.indices.contains(number.ordinal) == true else { return }
        if var part = open[number.serial]?.parts[number.ordinal] {
            change(&part)
            open[number.serial]?.parts[number.ordinal] = part
        }
    }

    private mutating func propose(_ fact: MeasuresProposed) throws {
        let lines = lines(fact.texts)
        let isGated = open[fact.number.serial]?.isGated == true
        guard fact.isMajor == (isGated && Self.isMajor(lines)) else {
            throw Violation("a proposal on \(name(fact.number)) was misjudged: \(lines)")
        }
        let part =
            fact.isMajor
            ? try move(fact.number, from: [.accepted, .arrived], to: .underReview)
            : try part(fact.number)
        change(fact.number) {
            $0.stateBeforeReview = part.state
            $0.proposal = Proposal(digest: fact.digest, lines: lines)
            $0.approved = nil
        }
    }

    private mutating func review(_ fact: ProposalReviewed) throws {
        let before = try part(fact.number)
        guard let proposal = before.proposal, proposal.digest == fact.digest else {
            throw Violation("another proposal on \(name(fact.number)) was reviewed")
        }
        try move(fact.number, from: [.underReview], to: before.stateBeforeReview)
        guard fact.verdict == .approved || fact.verdict == .bypassed else { return }
        change(fact.number) { $0.approved = proposal }
    }

    /// No gate is passed: a major decision is what was approved, word for word.
    private func checkGate(_ fact: AssignmentEnded) throws {
        let lines = lines(fact.texts)
        guard open[fact.number.serial]?.isGated == true, Self.isMajor(lines) else { return }
        guard try part(fact.number).approved?.lines == lines else {
            throw Violation("\(name(fact.number)) was completed with \(lines), unreviewed")
        }
    }

    /// The measures among a text's lines; the text lies behind its salt.
    private func lines(_ place: TextPlace?) -> Set<String> {
        guard let place else { return [] }
        let bytes = texts[Int(place.offset) + 16..<Int(place.offset) + Int(place.length)]
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return Set(lines.filter { $0.contains(": ") })
    }

    private static func isMajor(_ lines: Set<String>) -> Bool {
        lines.contains { $0.hasPrefix("fine: ") && (Int($0.dropFirst(6)) ?? 0) >= 50_000 }
    }

    private static let inHand: [AssignmentState] = [.dispatched, .delivered, .accepted, .arrived]

    private mutating func queue(_ fact: AssignmentQueued) throws {
        let serial = fact.number.serial
        guard let call = open[serial], fact.number.ordinal == call.parts.count,
            Int(fact.stage) <= call.stage, call.state == .working
        else { throw Violation("\(name(fact.number)) is queued out of turn") }
        open[serial]?.parts.append(
            Part(department: Int(fact.department), stage: Int(fact.stage)))
    }

    private mutating func end(
        _ fact: AssignmentEnded, as state: AssignmentState, _ result: OutcomeResult, _ seq: UInt64
    ) throws {
        if state == .completed { try checkGate(fact) }
        let part = try move(fact.number, from: Self.inHand, to: state)
        guard fact.attempt == part.attempt else {
            throw Violation(
                "\(name(fact.number)) ended under attempt \(fact.attempt), not \(part.attempt)")
        }
        end(fact.number, fact.attempt, result, seq)
        if result == .completed { counts[part.department].completed += 1 }
        guard result == .returned else { return }
        counts[part.department].returned += 1
        let returns = open[fact.number.serial]?.returns ?? 0
        open[fact.number.serial]?.returns += 1
        if returns == 0 { marks.misdispatched += 1 }
        if returns == 1 { marks.passedOn += 1 }
    }

    private mutating func end(
        _ number: AssignmentNumber, _ attempt: UInt32, _ result: OutcomeResult, _ seq: UInt64
    ) {
        endings[claim(number, attempt)] = Ending(result: result, seq: seq)
    }

    /// Moves a part and returns it as it was; an attempt that ended cannot end again, since only
    /// a dispatch leads back to a hand.
    @discardableResult
    private mutating func move(
        _ number: AssignmentNumber, from states: [AssignmentState], to state: AssignmentState
    ) throws -> Part {
        let part = try part(number)
        guard states.contains(part.state) else {
            throw Violation("\(name(number)) went from \(part.state) to \(state)")
        }
        open[number.serial]?.parts[number.ordinal].state = state
        return part
    }

    private func part(_ number: AssignmentNumber) throws -> Part {
        guard let call = open[number.serial], call.parts.indices.contains(number.ordinal) else {
            throw Violation("\(name(number)) is not open")
        }
        return call.parts[number.ordinal]
    }

    private func claim(_ number: AssignmentNumber, _ attempt: UInt32) -> Claim {
        Claim(epoch: epoch, assignment: number, attempt: attempt)
    }

    private func name(_ number: AssignmentNumber) -> String {
        "part \(number.ordinal) of call \(number.serial)"
    }
}

extension Auditor {
    /// Whether a claim counts against its worker's credit: live, and not left to officers.
    func isInWorkersHand(_ claim: Claim) -> Bool {
        guard let call = open[claim.assignment.serial],
            call.parts.indices.contains(claim.assignment.ordinal)
        else { return false }
        let part = call.parts[claim.assignment.ordinal]
        return part.attempt == claim.attempt && claim.epoch == epoch && !part.isWithOfficers
            && [.dispatched, .accepted, .arrived, .underReview].contains(part.state)
    }

    /// Counts everything again and compares it with what the record says.
    func compare(with record: Record) throws {
        guard record.calls.count == open.count else {
            throw Violation("\(record.calls.count) calls are open, not \(open.count)")
        }
        for (serial, call) in open { try compare(call, serial, with: record) }
        var now = counts.map { _ in DepartmentCounters() }
        for part in open.values.flatMap(\.parts) { now[part.department].add(part) }
        for (number, counters) in record.departments.enumerated() {
            let ever = Counts(
                dispatched: counters.dispatched, accepted: counters.accepted,
                completed: counters.completed, returned: counters.returned)
            guard ever == counts[number], counters.isNow(now[number]) else {
                throw Violation(
                    "the counters of \(SimulatedStreet.departments[number]) differ from a recount")
            }
        }
        let street = record.street
        guard street.filed == UInt64(filings.count), street.closed == closed,
            street.voided == voided,
            street.mergedNow == open.values.count(where: { $0.state == .merged }),
            (street.dispatched, street.misdispatched, street.passedOn) == marks
        else { throw Violation("the street's counters differ from a recount") }
        for (number, campaign) in campaigns.enumerated() {
            let counters = record.campaigns[number]
            let checked = open.values.count {
                $0.campaign == UInt16(number) && $0.state == .checking
            }
            guard counters.found == campaign.found, counters.closed == campaign.closed,
                counters.voided == campaign.voided,
                counters.closedOnTime == campaign.closedOnTime,
                counters.rectified == Int(campaign.closed) + checked
            else {
                throw Violation("the counters of a campaign differ from a recount")
            }
        }
    }

    private func compare(_ call: Call, _ serial: UInt64, with record: Record) throws {
        guard let slot = record.call(serial: serial), record.call(id: call.id) == slot else {
            throw Violation("call \(serial) is not in the record")
        }
        let parts = record.assignments(of: slot).map { record.assignments[$0] }
        let isSame =
            parts.count == call.parts.count
            && zip(parts, call.parts).allSatisfy { slot, part in
                slot.state == part.state && slot.attempt == part.attempt
                    && Int(slot.department) == part.department
            }
        guard isSame else { throw Violation("the record holds other parts of call \(serial)") }
    }
}

extension DepartmentCounters {
    fileprivate mutating func add(_ part: Auditor.Part) {
        switch part.state {
        case .queued: queued += 1
        case .stuck: stuck += 1
        case .returned: returnedNow += 1
        case .completed, .withdrawn: break
        case .dispatched, .delivered, .accepted, .arrived, .underReview: inHand += 1
        }
        if part.isOverdue, part.state.isOpen { overdue += 1 }
    }

    fileprivate func isNow(_ other: DepartmentCounters) -> Bool {
        (queued, inHand, stuck, overdue, returnedNow)
            == (other.queued, other.inHand, other.stuck, other.overdue, other.returnedNow)
    }
}
