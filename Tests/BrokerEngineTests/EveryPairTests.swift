import BrokerEngine
import GridModel
import Testing

/// Every pair of a state and an input, given to a living engine: what the tables allow is done and
/// leads where they say, everything else leaves the state as it was.
///
/// `TransitionsTests` holds the tables against design; this suite holds the engine against the
/// tables, by the way in that each input has (a worker, a person, or time). Conditions beside the
/// state (a request to decide on, a suspension to end) are met beforehand.
@Suite("Engine: every pair of the tables")
struct EveryPairTests {
    @Test(
        "every input of a part in every state does what the table says",
        arguments: AssignmentState.allCases)
    func assignments(state: AssignmentState) throws {
        for input in AssignmentInput.allCases {
            let scene = PartScene(state, for: input)
            #expect(scene.state == state, "\(state), \(input)")
            let turn = scene.give(input)
            let target = Transitions.assignment[state]?[input]
            switch target {
            case .state(let next): #expect(scene.state == next, "\(state), \(input)")
            case .either(let next, let last):
                #expect(scene.state == next || scene.state == last, "\(state), \(input)")
            case .stateBefore: #expect(scene.state == .accepted, "\(state), \(input)")
            case .same, nil: #expect(scene.state == state, "\(state), \(input)")
            }
            if target != nil {
                #expect(turn.refusal == nil && !turn.facts.isEmpty, "\(state), \(input)")
            }
            let isReplayed = turn.facts.isEmpty || scene.fixture.record == scene.fixture.replica
            #expect(isReplayed, "\(state), \(input)")
        }
    }

    @Test(
        "every input of a call in every state does what the table says",
        arguments: CallState.allCases)
    func calls(state: CallState) {
        for input in CallInput.allCases {
            let scene = CallScene(state, for: input)
            let before = scene.state
            #expect(before == (state.isGone ? nil : state), "\(state), \(input)")
            let turn = scene.give(input)
            let target = Transitions.call[state]?[input]
            switch target {
            case .state(let next):
                #expect(scene.state == (next.isGone ? nil : next), "\(state), \(input)")
            default: #expect(scene.state == before, "\(state), \(input)")
            }
            if target != nil {
                #expect(turn.refusal == nil && !turn.facts.isEmpty, "\(state), \(input)")
            } else if input.isCommand {
                #expect(turn.refusal != nil && turn.facts.isEmpty, "\(state), \(input)")
            }
            let isReplayed = turn.facts.isEmpty || scene.fixture.record == scene.fixture.replica
            #expect(isReplayed, "\(state), \(input)")
        }
    }

    @Test("the tables hold so many pairs")
    func count() {
        let parts = AssignmentState.allCases.count * AssignmentInput.allCases.count
        let calls = CallState.allCases.count * CallInput.allCases.count
        let allowed =
            Transitions.assignment.values.reduce(0) { $0 + $1.count }
            + Transitions.call.values.reduce(0) { $0 + $1.count }
        print("every pair: \(parts) of parts, \(calls) of calls; \(allowed) of them allowed")
        #expect(parts == 230 && calls == 98)
    }
}

extension CallState {
    /// Whether the record holds nothing of it any more.
    fileprivate var isGone: Bool { self == .closed || self == .voided }
}

extension CallInput {
    /// Whether a person gives it; the others follow from what becomes of the parts.
    fileprivate var isCommand: Bool {
        switch self {
        case .firstDispatch, .nextStage, .openCheck, .close: false
        default: true
        }
    }
}

/// Categories that reach every pair: each is reported on, and has a rule of major decisions.
private enum PairStreet {
    static let catalogue: StreetCatalogue = {
        var catalogue = PeopleStreet.catalogue()
        catalogue.categories = [
            category("plain", [["urban"]]),
            category("checked", [["urban"]]) { $0.isChecked = true },
            category("staged", [["urban"], ["market"]]),
            category("pair", [["urban", "market"]]),
            category("verified", [["urban"]]) { $0.isVerified = true },
        ]
        catalogue.campaigns = []
        return catalogue
    }()

    private static func category(
        _ id: String, _ stages: [[String]], _ change: (inout Category) -> Void = { _ in }
    ) -> Category {
        guard var category = PeopleStreet.catalogue().categories.first(where: { $0.id == "raze" })
        else { preconditionFailure("the street of people has raze") }
        category.id = id
        category.reports = [ReportRule(every: 1, .week)]
        category.stages = stages.map { departments in
            Stage(parts: departments.map { Stage.Part(department: $0, role: .lead) })
        }
        change(&category)
        return category
    }
}

/// A part that was led into a state, its worker, and people for every command.
private struct PartScene {
    let fixture = EngineFixture(catalogue: PairStreet.catalogue)
    let receipt: FiledReceipt
    private let worker: SessionHandle
    private let deputy: SessionHandle

    private var number: AssignmentNumber { fixture.part(0, of: receipt) }
    private var claim: Claim {
        fixture.claim(number) ?? Claim(epoch: 0, assignment: number, attempt: 0)
    }
    var state: AssignmentState? { fixture.state(number) }

    init(_ state: AssignmentState, for input: AssignmentInput) {
        receipt = fixture.file("checked")
        let number = fixture.part(0, of: receipt)
        var facts = EngineFixture.facts(leading: number, to: state)
        switch input {
        case .decideExtension: facts.append(.extensionRequested(number, actor: 0, reason: nil))
        case .resume:
            facts.append(
                .assignmentSuspended(
                    number, remaining: 0, until: .distantFuture, actor: 0, reason: nil))
        default: break
        }
        if state == .completed {
            facts.append(.checkOpened(serial: receipt.serial, deadline: .none))
        }
        fixture.force(facts)
        let claims = fixture.claim(number).map { [$0] } ?? []
        worker = fixture.worker("urban", credit: 0, claims: claims)
        deputy = fixture.person(.operator, "deputy")
    }

    func give(_ input: AssignmentInput) -> Turn {
        switch input {
        case .credit: fixture.turn(.heartbeat(worker, claims: [claim], credit: 5))
        case .deliver: fixture.turn(.progress(worker, claim, .deliver))
        case .accept where state == .delivered: fixture.give(.accept, on: receipt.id)
        case .accept: fixture.turn(.progress(worker, claim, .accept))
        case .arrive: fixture.turn(.progress(worker, claim, .arrive))
        case .giveBack: fixture.turn(.progress(worker, claim, .giveBack))
        case .leaseEnd: fixture.turn(after: 30_001)
        default: fixture.give(action(input), on: receipt.id, by: deputy)
        }
    }

    private func action(_ input: AssignmentInput) -> PersonCommand.Action {
        let proposed = Digest(words: (1, 1, 1, 1))
        return switch input {
        case .proposeMinor: .propose(PeopleStreet.minor)
        case .proposeMajor: .propose(PeopleStreet.major)
        case .reviewApprove: .review(.approved, digest: proposed)
        case .reviewCorrect: .review(.corrected, digest: proposed)
        case .reviewReject: .review(.rejected, digest: proposed)
        case .reviewBypass: .review(.bypassed, digest: proposed)
        case .complete: .complete(PeopleStreet.minor)
        case .return: .return
        case .fail: .fail
        case .requestExtension: .requestExtension
        case .decideExtension: .decideExtension(approved: true)
        case .suspend: .suspend(until: fixture.wall.advanced(byMilliseconds: SampleStreet.day))
        case .resume: .resume
        case .withdraw: .withdraw
        case .redispatch: .redispatch(department: "judicial")
        case .requeue: .requeue
        case .rework: .check(passed: false, failed: [0])
        case .credit, .deliver, .accept, .arrive, .leaseEnd, .giveBack:
            preconditionFailure("\(input) is no person's alone")
        }
    }
}

/// A call that was led into a state, and a call it can be merged into.
private struct CallScene {
    let fixture = EngineFixture(catalogue: PairStreet.catalogue)
    let receipt: FiledReceipt
    private let main: FiledReceipt

    var state: CallState? { fixture.state(of: receipt) }

    init(_ state: CallState, for input: CallInput) {
        main = fixture.file("plain")
        fixture.force([.assignmentWithdrawn(fixture.part(0, of: main), actor: 0, reason: nil)])
        receipt = fixture.file(state == .verifying ? "verified" : Self.category(for: input))
        let first = fixture.part(0, of: receipt)
        let delivered = EngineFixture.facts(leading: first, to: .delivered)
        switch state {
        case .verifying, .filed: break
        case .working: fixture.force(delivered)
        case .checking:
            // A check with an open part comes of nothing but the wish to supervise one.
            let done = EngineFixture.facts(leading: first, to: .completed)
            fixture.force(input == .supervise || input == .firstDispatch ? delivered : done)
            fixture.force([.checkOpened(serial: receipt.serial, deadline: .none)])
        case .closed: fixture.force(delivered + [.callClosed(serial: receipt.serial)])
        case .voided:
            fixture.force([.callVoided(serial: receipt.serial, actor: 0, reason: nil)])
        case .merged: fixture.give(.merge(into: main.id), on: receipt.id)
        }
        guard input == .reply, !state.isGone, state != .verifying else { return }
        fixture.force([
            .supervisionOpened(first, deadline: .none, supervisor: nil, actor: 0, order: nil)
        ])
    }

    private static func category(for input: CallInput) -> String {
        switch input {
        case .firstDispatch: "pair"
        case .nextStage: "staged"
        case .openCheck: "checked"
        default: "plain"
        }
    }

    func give(_ input: CallInput) -> Turn {
        guard input != .firstDispatch else {
            return fixture.turn(.hello(worker("urban")), .hello(worker("market")))
        }
        return fixture.give(action(input), on: receipt.id)
    }

    private func action(_ input: CallInput) -> PersonCommand.Action {
        switch input {
        case .verifyPass: .verify(passed: true)
        case .verifyFail: .verify(passed: false)
        case .nextStage, .openCheck, .close: .complete(PeopleStreet.minor)
        case .checkPass: .check(passed: true, failed: [])
        case .checkFail: .check(passed: false, failed: [])
        case .void: .void
        case .merge: .merge(into: main.id)
        case .unmerge: .unmerge
        case .supervise: .supervise
        case .reply: .reply
        case .report: .report()
        case .firstDispatch: preconditionFailure("workers do it")
        }
    }

    private func worker(_ department: String) -> PeerIntroduction {
        PeerIntroduction(
            session: fixture.newID(), role: .worker, name: "w", department: department, credit: 1)
    }
}
