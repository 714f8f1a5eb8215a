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
    }

    /// A call that is open.
    struct Call {
        let id: CallID
        /// The departments of each stage, by the catalogue it was filed under.
        let plan: [[Int]]
        let campaign: UInt16
        var stage = 0
        var parts: [Part] = []

        /// All parts of the stage at hand ended, at least one of them by doing it.
        var isStageDone: Bool {
            let states = parts.filter { $0.stage == stage }.map(\.state)
            return states.contains(.completed)
                && states.allSatisfy { $0 == .completed || $0 == .withdrawn }
        }

        /// Nothing of the stage at hand is left to anybody: only voiding it helps.
        var isStranded: Bool {
            parts.filter { $0.stage == stage }.allSatisfy { $0.state == .withdrawn }
        }
    }

    /// When and as what a call was filed.
    struct Filing {
        let serial: UInt64
        let year: UInt16
        let seq: UInt64
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
    private var campaigns = [(found: UInt64, closed: UInt64, voided: UInt64)](
        repeating: (0, 0, 0), count: SimulatedStreet.catalogue.campaigns.count)
    private var catalogues: [StreetCatalogue] = []
    private var epoch: UInt32 = 0
    private var lastSerial: UInt64 = 0
    private var time = Timestamp.zero
    private var previous: Fact?

    /// Reads one batch.
    mutating func read(_ facts: [Fact], seq: UInt64) throws {
        guard case .turnBegan = facts.first else {
            throw Violation("batch \(seq) does not begin with its time")
        }
        for fact in facts {
            try read(fact, seq)
            previous = fact
        }
        for (serial, call) in open {
            let planned = call.plan[call.stage]
            let queued = call.parts.filter { $0.stage == call.stage }.map(\.department)
            guard queued.starts(with: planned) else {
                throw Violation("stage \(call.stage) of call \(serial) lacks a department")
            }
            if call.isStageDone { throw Violation("call \(serial) is done and does not go on") }
        }
    }

    private mutating func read(_ fact: Fact, _ seq: UInt64) throws {
        switch fact {
        case .turnBegan(let at):
            guard at >= time else { throw Violation("time went back in batch \(seq)") }
            time = at
        case .epochBegan(let next):
            guard next > epoch else { throw Violation("epoch \(next) follows \(epoch)") }
            epoch = next
        case .catalogueAdopted(let catalogue): try adopt(catalogue)
        case .actorNamed, .deadlineWarned: break
        case .commandDecided(let command):
            guard commands.updateValue((command.revision, seq), forKey: command.id) == nil else {
                throw Violation("command \(command.id) was carried out twice")
            }
        case .callFiled(let fact): try file(fact, seq)
        case .stageBegan(let serial, let stage): try begin(Int(stage), of: serial)
        case .callClosed(let serial): try close(serial)
        case .callVoided(let serial, _, _):
            let call = try remove(serial)
            voided += 1
            if call.campaign != CallFiled.noCampaign { campaigns[Int(call.campaign)].voided += 1 }
        default: try readPart(fact, seq)
        }
    }

    private mutating func file(_ fact: CallFiled, _ seq: UInt64) throws {
        let filing = Filing(serial: fact.serial, year: fact.year, seq: seq)
        if let first = filings.updateValue(filing, forKey: fact.id) {
            throw Violation("call \(fact.id) was filed as \(first.serial) and as \(fact.serial)")
        }
        guard fact.serial > lastSerial else {
            throw Violation("case number \(fact.serial) was used before")
        }
        lastSerial = fact.serial
        open[fact.serial] = Call(
            id: fact.id, plan: try plan(of: fact), campaign: fact.campaign)
        if fact.campaign != CallFiled.noCampaign { campaigns[Int(fact.campaign)].found += 1 }
    }

    /// No department goes that a call still needs.
    private mutating func adopt(_ catalogue: StreetCatalogue) throws {
        catalogues.append(catalogue)
        let declared = Set(catalogue.departments.map(\.id))
        for (serial, call) in open {
            let owing = call.parts.filter { $0.state.isOpen }.map(\.department)
            for department in owing + call.plan.dropFirst(call.stage + 1).joined()
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
        guard call.isStageDone, call.stage == call.plan.count - 1 else {
            throw Violation("call \(serial) closed with parts \(call.parts.map(\.state))")
        }
        closed += 1
        if call.campaign != CallFiled.noCampaign { campaigns[Int(call.campaign)].closed += 1 }
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
        case .assignmentAccepted(let fact):
            let part = try move(fact.number, from: [.dispatched, .delivered], to: .accepted)
            counts[part.department].accepted += 1
        case .assignmentArrived(let number, _):
            try move(number, from: [.accepted], to: .arrived)
        case .assignmentDelivered(let number):
            try move(number, from: [.dispatched], to: .delivered)
        case .assignmentReleased(let fact):
            let part = try move(fact.number, from: Self.inHand, to: .queued)
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
                number, from: Self.inHand + [.queued, .returned, .stuck], to: .withdrawn)
        case .assignmentRedispatched(let number, _, _, _):
            try move(number, from: [.queued, .returned], to: .withdrawn)
        case .assignmentRequeued(let number, _, _):
            try move(number, from: [.stuck], to: .queued)
        case .deadlineMissed(let number, let clock):
            _ = try part(number)
            if clock == .resolve {
                open[number.serial]?.parts[number.ordinal].isOverdue = true
            }
        default: throw Violation("nobody asked for \(fact)")
        }
    }

    private static let inHand: [AssignmentState] = [.dispatched, .delivered, .accepted, .arrived]

    private mutating func queue(_ fact: AssignmentQueued) throws {
        let serial = fact.number.serial
        guard let call = open[serial], fact.number.ordinal == call.parts.count,
            Int(fact.stage) == call.stage
        else { throw Violation("\(name(fact.number)) is queued out of turn") }
        open[serial]?.parts.append(
            Part(department: Int(fact.department), stage: Int(fact.stage)))
    }

    private mutating func end(
        _ fact: AssignmentEnded, as state: AssignmentState, _ result: OutcomeResult, _ seq: UInt64
    ) throws {
        let part = try move(fact.number, from: Self.inHand, to: state)
        guard fact.attempt == part.attempt else {
            throw Violation(
                "\(name(fact.number)) ended under attempt \(fact.attempt), not \(part.attempt)")
        }
        end(fact.number, fact.attempt, result, seq)
        if result == .completed { counts[part.department].completed += 1 }
        if result == .returned { counts[part.department].returned += 1 }
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
            street.voided == voided
        else { throw Violation("the street's counters differ from a recount") }
        for (number, campaign) in campaigns.enumerated() {
            let counters = record.campaigns[number]
            guard (counters.found, counters.closed, counters.voided) == campaign else {
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
        default: inHand += 1
        }
        if part.isOverdue, part.state.isOpen { overdue += 1 }
    }

    fileprivate func isNow(_ other: DepartmentCounters) -> Bool {
        (queued, inHand, stuck, overdue, returnedNow)
            == (other.queued, other.inHand, other.stuck, other.overdue, other.returnedNow)
    }
}
