import GridModel
import Testing

@testable import BrokerEngine

/// Everything that can happen to one part with major decisions, tried in every order.
@Suite("Engine: the gate of legal review, searched")
struct LegalGateSearchTests {
    @Test("in no state that commands and crashes lead to is a major decision completed unreviewed")
    func search() throws {
        var seen: [GateState: [GateStep]] = [:]
        var frontier: [[GateStep]] = [[]]
        seen[GateRun([]).state] = []
        var edges = 0
        var completions = 0
        while !frontier.isEmpty {
            var next: [[GateStep]] = []
            for path in frontier {
                for step in GateStep.allCases {
                    let run = GateRun(path + [step])
                    try #require(run.violation == nil, "\(run.violation ?? "") by \(path), \(step)")
                    edges += 1
                    completions += run.majorCompletions
                    guard seen.updateValue(path + [step], forKey: run.state) == nil else {
                        continue
                    }
                    next.append(path + [step])
                }
            }
            frontier = next
        }
        print("legal gate: \(seen.count) states, \(edges) edges")
        // The search goes deep enough to be worth something, and major decisions do get through.
        #expect(seen.count > 100 && completions > 0)
        #expect(seen.keys.contains { $0.call == nil })
    }
}

/// One thing that somebody does, or that happens.
private enum GateStep: CaseIterable {
    case credit, accept, deliver, giveBack, leaseEnds, crash
    case outcomeNothing, outcomeMinor, outcomeFirst, outcomeSecond
    case officerAccepts, proposeMinor, proposeFirst, proposeSecond
    case completeNothing, completeMinor, completeFirst, completeSecond, fail
    case approveFirst, approveSecond, correct, reject, bypassByProposer, bypassByDeputy
    case requeue, checkFails, checkPasses
}

/// What tells two moments apart as far as the gate goes.
private struct GateState: Hashable {
    var call: CallState?
    var part: AssignmentState?
    var before: AssignmentState?
    var isHeld = false
    var isWithOfficers = false
    var failures: UInt16 = 0
    var proposed: Digest?
    var approved: Digest?
    var hasCredit = false
}

/// The steps of a path taken from a fresh call on, with an opinion of its own about each fact.
private struct GateRun {
    private(set) var state = GateState()
    private(set) var violation: String?
    private(set) var majorCompletions = 0

    private let fixture: EngineFixture
    private let receipt: FiledReceipt
    private let worker: SessionID
    private var session: SessionHandle
    private var hasCredit = false
    private let officer: SessionHandle
    private let deputy: SessionHandle
    private var people: (officer: SessionHandle, deputy: SessionHandle)
    // The oracle: what was proposed and approved, by the facts alone.
    private var proposed: Digest?
    private var approved: Digest?

    private static let catalogue: StreetCatalogue = {
        var catalogue = PeopleStreet.catalogue()
        catalogue.categories.removeAll { $0.id != "raze" }
        catalogue.categories[0].isChecked = true
        catalogue.campaigns = []
        catalogue.policy.maximumAttempts = 2
        return catalogue
    }()

    init(_ path: [GateStep]) {
        fixture = EngineFixture(catalogue: Self.catalogue)
        worker = fixture.newID()
        receipt = fixture.file("raze")
        officer = fixture.person(.officer, "officer")
        deputy = fixture.person(.operator, "deputy")
        people = (officer, deputy)
        session = .none
        greet()
        for (index, step) in path.enumerated() {
            let isLast = index == path.count - 1
            if isLast { majorCompletions = 0 }
            take(step)
        }
        look()
    }

    private mutating func greet() {
        session =
            fixture.turn(
                .hello(
                    PeerIntroduction(
                        session: worker, role: .worker, name: "w", department: "urban",
                        credit: hasCredit ? 1 : 0, claims: claim.map { [$0] } ?? []))
            ).session ?? .none
    }

    private var number: AssignmentNumber { fixture.part(0, of: receipt) }
    private var claim: Claim? { fixture.claim(number) }

    private mutating func take(_ step: GateStep) {
        switch step {
        case .credit:
            hasCredit = true
            read(fixture.turn(.heartbeat(session, claims: held, credit: 1)), nil)
        case .accept: progress(.accept)
        case .deliver: progress(.deliver)
        case .giveBack: progress(.giveBack)
        case .leaseEnds: read(fixture.turn(after: 31_000), nil); greet()
        case .crash:
            fixture.restart()
            hasCredit = false
            people = (fixture.person(.officer, "officer"), fixture.person(.operator, "deputy"))
            greet()
        case .outcomeNothing: outcome(nil)
        case .outcomeMinor: outcome(PeopleStreet.minor)
        case .outcomeFirst: outcome(PeopleStreet.major)
        case .outcomeSecond: outcome(PeopleStreet.otherMajor)
        default: takeCommand(step)
        }
    }

    private mutating func takeCommand(_ step: GateStep) {
        let (first, second) = (PeopleStreet.major, PeopleStreet.otherMajor)
        switch step {
        case .officerAccepts: give(.accept)
        case .proposeMinor: give(.propose(PeopleStreet.minor))
        case .proposeFirst: give(.propose(first))
        case .proposeSecond: give(.propose(second))
        case .completeNothing: give(.complete(PeopleStreet.nothing), nil)
        case .completeMinor: give(.complete(PeopleStreet.minor), PeopleStreet.minor)
        case .completeFirst: give(.complete(first), first)
        case .completeSecond: give(.complete(second), second)
        case .fail: give(.fail)
        case .approveFirst: give(.review(.approved, digest: first.digest))
        case .approveSecond: give(.review(.approved, digest: second.digest))
        case .correct: give(.review(.corrected, digest: first.digest))
        case .reject: give(.review(.rejected, digest: second.digest))
        case .bypassByProposer: give(.review(.bypassed, digest: first.digest))
        case .bypassByDeputy:
            give(.review(.bypassed, digest: first.digest), by: people.deputy)
        case .requeue: give(.requeue)
        case .checkFails: give(.check(passed: false, failed: []))
        default: give(.check(passed: true, failed: []))
        }
    }

    private var held: [Claim] { claim.map { fixture.isHeld($0, by: session) ? [$0] : [] } ?? [] }

    private mutating func progress(_ step: ProgressStep) {
        guard let claim else { return }
        read(fixture.turn(.progress(session, claim, step)), nil)
    }

    private mutating func outcome(_ proposal: Proposal?) {
        guard let claim else { return }
        let report = OutcomeReport(claim: claim, result: .completed, proposal: proposal)
        read(fixture.turn(.outcome(session, report, old: nil)), proposal)
    }

    private mutating func give(
        _ action: PersonCommand.Action, _ measures: Proposal? = nil, by person: SessionHandle? = nil
    ) {
        read(fixture.give(action, on: receipt.id, by: person ?? people.officer), measures)
    }

    /// Holds every fact against what was approved before it.
    private mutating func read(_ turn: Turn, _ measures: Proposal?) {
        for fact in turn.facts {
            switch fact {
            case .measuresProposed(let fact): (proposed, approved) = (fact.digest, nil)
            case .proposalReviewed(let fact):
                if fact.digest != proposed { violation = "another proposal was reviewed" }
                let opens = fact.verdict == .approved || fact.verdict == .bypassed
                approved = opens ? fact.digest : nil
                if fact.verdict == .bypassed, fact.actor == proposer(turn) {
                    violation = "the proposer bypassed the review"
                }
            case .assignmentReworked: (proposed, approved) = (nil, nil)
            case .assignmentCompleted: complete(measures)
            default: break
            }
        }
    }

    private func proposer(_ turn: Turn) -> ActorID? {
        fixture.record.actor(named: "officer")
    }

    private mutating func complete(_ measures: Proposal?) {
        let isMajor = measures == PeopleStreet.major || measures == PeopleStreet.otherMajor
        guard isMajor else { return }
        majorCompletions += 1
        if measures?.digest != approved { violation = "a major decision was completed unreviewed" }
    }

    private mutating func look() {
        state.call = fixture.state(of: receipt)
        guard let slot = fixture.slot(number) else { return }
        state.part = slot.state
        state.before = slot.state == .underReview ? slot.stateBeforeReview : nil
        state.isHeld = claim.map { fixture.isHeld($0, by: session) } ?? false
        state.isWithOfficers = slot.flags.contains(.withOfficers)
        state.failures = slot.failures
        let detail = fixture.record.assignment(number).flatMap { fixture.record.detail(of: $0) }
        state.proposed = detail?.proposal?.digest
        state.approved = detail?.approved
        state.hasCredit = hasCredit
        if detail?.approved != approved { violation = "the record approves what no fact does" }
    }
}
