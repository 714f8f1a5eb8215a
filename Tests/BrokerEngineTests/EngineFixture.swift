import GridModel
import Testing

@testable import BrokerEngine

/// What a peer was told, in a form that can be compared.
enum Answer: Hashable {
    case welcome(SessionHandle, kept: [Bool])
    case helloRefused(Refusal)
    case filed(SessionHandle, FiledReceipt)
    case submitRefused(CallID, Refusal)
    case assigned(SessionHandle, Claim)
    case calledBack(SessionHandle, Claim)
    case outcome(Claim, isRepeated: Bool)
    case outcomeRefused(Claim, Refusal)
    case progress(Claim, ProgressStep, isRepeated: Bool)
    case progressRefused(Claim, ProgressStep, Refusal)
    case command(CommandID, revision: UInt32, isRepeated: Bool)
    case commandRefused(CommandID, Refusal)
    case directed(SessionHandle, WorkerOrder)
    case dismissed(SessionHandle, String)
    case ended(SessionHandle)

    /// Why it was refused, if it was.
    var refusal: Refusal? {
        switch self {
        case .helloRefused(let refusal), .submitRefused(_, let refusal),
            .outcomeRefused(_, let refusal), .progressRefused(_, _, let refusal),
            .commandRefused(_, let refusal):
            refusal
        default: nil
        }
    }
}

/// What one turn brought.
struct Turn {
    var facts: [Fact] = []
    var answers: [Answer] = []

    /// The claims handed out, first times and again.
    var assigned: [Claim] {
        answers.compactMap { if case .assigned(_, let claim) = $0 { claim } else { nil } }
    }

    /// The only refusal, if there is exactly one.
    var refusal: Refusal? {
        let refusals = answers.compactMap(\.refusal)
        return refusals.count == 1 ? refusals[0] : nil
    }

    /// The only receipt, if there is exactly one.
    var receipt: FiledReceipt? {
        let receipts = answers.compactMap { answer -> FiledReceipt? in
            if case .filed(_, let receipt) = answer { receipt } else { nil }
        }
        return receipts.count == 1 ? receipts[0] : nil
    }

    /// The only newly opened or resumed session, if there is exactly one.
    var session: SessionHandle? {
        let sessions = answers.compactMap { answer -> SessionHandle? in
            if case .welcome(let session, _) = answer { session } else { nil }
        }
        return sessions.count == 1 ? sessions[0] : nil
    }
}

/// An engine, its clocks and its journal: turns go in, facts and answers come out.
///
/// Every fact is also applied to `replica`, as a broker that starts from the journal would.
final class EngineFixture {
    var engine: Engine
    private(set) var replica = Record()
    private(set) var journal: [Fact] = []
    private(set) var wall = SampleStreet.start
    private(set) var milliseconds: Int64 = 1_000_000
    private(set) var seq: UInt64 = 0
    private var names: UInt64 = 0

    /// An engine with a catalogue in force, in epoch 1.
    init(
        catalogue: StreetCatalogue = SampleStreet.catalogue(),
        limits: ProtocolLimits = ProtocolLimits()
    ) {
        engine = Engine(record: Record(), limits: limits)
        engine.start(at: moment)
        engine.begin(at: moment)
        engine.beginBatch(1)
        engine.beginEpoch(1)
        engine.handle(.adopt(catalogue))
        engine.end()
        _ = collect(into: Turn())
    }

    var moment: Moment {
        Moment(wall: wall, monotonicNanoseconds: UInt64(milliseconds) * 1_000_000)
    }

    var record: Record { engine.record }
    var nextTimer: Timestamp? { engine.nextTimer }
    var sessionCount: Int { engine.sessionCount }

    var agesCount: Int { engine.schedule.ages[0].count }
    var queuesCount: Int { engine.schedule.queues[0].count }

    func oldestWaiting(_ department: UInt16) -> Timestamp? { engine.oldestWaiting(department) }
    func isHeld(_ claim: Claim, by session: SessionHandle) -> Bool {
        engine.isHeld(claim, by: session)
    }
    func isOpen(_ session: SessionHandle) -> Bool { engine.isOpen(session) }
    func knows(_ id: CallID) -> Bool { engine.knows(id) }
    func knows(_ number: AssignmentNumber) -> Bool { engine.knows(number) }
    func session(_ id: SessionID) -> SessionHandle? { engine.session(id) }
    func role(of session: SessionHandle) -> PeerRole? { engine.role(of: session) }

    /// One turn `later` milliseconds after the last, in which `inputs` are decided.
    @discardableResult
    func turn(after later: Int64 = 0, _ inputs: Input...) -> Turn {
        turn(after: later, inputs)
    }

    /// One turn `later` milliseconds after the last, in which `inputs` are decided.
    @discardableResult
    func turn(after later: Int64 = 0, _ inputs: [Input]) -> Turn {
        var turn = Turn()
        wall = wall.advanced(byMilliseconds: later)
        milliseconds += later
        engine.beginBatch(seq + 1)
        engine.begin(at: moment)
        for input in inputs {
            engine.handle(input)
            turn = translated(turn)
        }
        engine.end()
        return collect(into: turn)
    }

    /// Moves the wall clock alone, as an operator or a time server does.
    func moveWall(by change: Int64) {
        wall = wall.advanced(byMilliseconds: change)
    }

    /// Applies facts as if the engine had decided them in a turn of their own.
    func force(_ facts: [Fact]) {
        engine.beginBatch(seq + 1)
        let batch = [.turnBegan(at: max(wall, record.now))] + facts
        var record = engine.record
        record.beginBatch(seq + 1)
        var recent = ended
        for fact in batch {
            if let call = record.apply(fact) { recent.append(call, seq: seq + 1) }
        }
        engine = Engine(record: record, recent: recent, limits: engine.limits)
        engine.start(at: moment)
        note(batch)
    }

    /// A new process that starts from the journal.
    func restart(after later: Int64 = 0) {
        wall = wall.advanced(byMilliseconds: later)
        milliseconds += later
        engine = Engine(record: replica, recent: ended, limits: engine.limits)
        engine.start(at: moment)
    }

    /// An id nobody has used yet.
    func newID() -> UniqueID {
        names += 1
        return UniqueID(high: names, low: names.multipliedFullWidth(by: 0x9e37_79b9).low)
    }

    /// What left the record so far, rebuilt from the journal.
    private var ended: RecentCalls {
        var record = Record()
        var recent = RecentCalls()
        for fact in journal {
            if let call = record.apply(fact) { recent.append(call, seq: seq) }
            if case .commandDecided(let command) = fact { recent.append(command, seq: seq) }
        }
        return recent
    }

    private func collect(into turn: Turn) -> Turn {
        var turn = translated(turn)
        turn.facts = engine.takeFacts()
        if !turn.facts.isEmpty { note(turn.facts) }
        return turn
    }

    private func note(_ facts: [Fact]) {
        seq += 1
        journal += facts
        replica.beginBatch(seq)
        for fact in facts { _ = replica.apply(fact) }
    }

    private func translated(_ turn: Turn) -> Turn {
        var effects: [Effect] = []
        engine.takeEffects(into: &effects)
        var turn = turn
        turn.answers += effects.map(answer)
        return turn
    }

    private func answer(_ effect: Effect) -> Answer {
        switch effect {
        case .welcome(let session, let kept): .welcome(session, kept: kept.map(\.isKept))
        case .helloRefused(_, let refusal): .helloRefused(refusal)
        case .confirmFiled(let session, let receipt): .filed(session, receipt)
        case .refuseSubmit(_, let id, let refusal): .submitRefused(id, refusal)
        case .assign(let session, let slot): .assigned(session, engine.claim(slot))
        case .callBack(let session, let claim): .calledBack(session, claim)
        case .confirmOutcome(_, let claim, let isRepeated):
            .outcome(claim, isRepeated: isRepeated)
        case .refuseOutcome(_, let claim, let refusal): .outcomeRefused(claim, refusal)
        case .confirmProgress(_, let claim, let step, let isRepeated):
            .progress(claim, step, isRepeated: isRepeated)
        case .refuseProgress(_, let claim, let step, let refusal):
            .progressRefused(claim, step, refusal)
        case .confirmCommand(_, let id, let revision, let isRepeated):
            .command(id, revision: revision, isRepeated: isRepeated)
        case .refuseCommand(_, let id, let refusal): .commandRefused(id, refusal)
        case .directWorker(let session, let order): .directed(session, order)
        case .dismiss(let session, let reason): .dismissed(session, reason)
        case .sessionEnded(let session, _): .ended(session)
        }
    }
}

extension EngineFixture: CustomTestStringConvertible {
    /// Short: a failed expectation shows the fixture, and a whole journal helps nobody.
    var testDescription: String { "the engine after batch \(seq)" }
}
