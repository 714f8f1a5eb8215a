import BrokerEngine
import GridModel
import Testing

/// What an input must do in a state.
private enum Expectation: Equatable, Sendable {
    case to(AssignmentState)
    case refused(RefusalCode)
    /// It lies in the inbox: officers act, not workers.
    case forOfficers
    case repeated
    case unchanged
}

/// The inputs that peers, people and time can give the engine today, in the columns' order.
private let drivable: [AssignmentInput] = [
    .credit, .deliver, .accept, .arrive, .leaseEnd, .giveBack, .complete, .return, .fail,
    .withdraw, .redispatch, .requeue,
]

private let lost = Expectation.refused(.claimLost)
private let never = Expectation.refused(.notAllowedInState)
private let other = Expectation.refused(.contentDiffers)

private let expectations: [AssignmentState: [Expectation]] = [
    .queued: [
        .to(.dispatched), lost, lost, lost, .unchanged, lost, lost, lost, lost,
        .to(.withdrawn), .to(.withdrawn), never,
    ],
    .dispatched: [
        .unchanged, .to(.delivered), .to(.accepted), never, .to(.queued), .to(.queued),
        .to(.completed), .to(.returned), .to(.queued), .to(.withdrawn), never, never,
    ],
    .delivered: [
        .unchanged, .repeated, .forOfficers, never, .unchanged, never,
        .to(.completed), .to(.returned), .to(.queued), .to(.withdrawn), never, never,
    ],
    .accepted: [
        .unchanged, .unchanged, .repeated, .to(.arrived), .to(.queued), .to(.queued),
        .to(.completed), .to(.returned), .to(.queued), .to(.withdrawn), never, never,
    ],
    .arrived: [
        .unchanged, .unchanged, .repeated, .repeated, .to(.queued), .to(.queued),
        .to(.completed), .to(.returned), .to(.queued), .to(.withdrawn), never, never,
    ],
    .underReview: [
        .unchanged, never, .repeated, never, .to(.queued), .to(.queued),
        never, never, never, .to(.withdrawn), never, never,
    ],
    .completed: [
        .unchanged, .repeated, .repeated, .repeated, .unchanged, lost, .repeated, other, other,
        never, never, never,
    ],
    .returned: [
        .unchanged, lost, lost, lost, .unchanged, lost, other, .repeated, other,
        .to(.withdrawn), .to(.withdrawn), never,
    ],
    .withdrawn: [
        .unchanged, lost, lost, lost, .unchanged, lost, lost, lost, lost, never, never, never,
    ],
    .stuck: [
        .unchanged, lost, lost, lost, .unchanged, lost, lost, lost, lost,
        .to(.withdrawn), never, .to(.queued),
    ],
]

@Suite("Engine: every input in every state")
struct AssignmentStateTests {
    @Test(
        "an input leads on, is a repeat, or is refused with what would be allowed",
        arguments: AssignmentState.allCases, drivable)
    func everyPair(state: AssignmentState, input: AssignmentInput) throws {
        var scene = Scene(state)
        let turn = scene.give(input)
        let expected = try #require(expectations[state]?[drivable.firstIndex(of: input) ?? 0])
        let now = scene.fixture.state(scene.number)
        switch expected {
        case .to(let next): #expect(now == next && turn.refusal == nil)
        case .unchanged: #expect(now == state && turn.answers.compactMap(\.refusal).isEmpty)
        case .forOfficers:
            #expect(now == state && turn.refusal?.code == .notAllowedInState)
            #expect(turn.refusal?.reason.contains("officers") == true)
        case .repeated:
            #expect(now == state && isRepeat(turn) && turn.facts.isEmpty)
        case .refused(let code):
            #expect(now == state && turn.refusal?.code == code && turn.facts.isEmpty)
            if code == .notAllowedInState { expectNaming(turn.refusal, input, state) }
        }
        #expect(scene.fixture.record == scene.fixture.replica || turn.facts.isEmpty)
    }

    @Test(
        "void ends a call that is open and takes its parts out of every hand",
        arguments: AssignmentState.allCases)
    func void(state: AssignmentState) {
        let scene = Scene(state)
        let turn = scene.fixture.order(.void, on: scene.receipt.id)
        #expect(turn.refusal == nil)
        #expect(scene.fixture.state(of: scene.receipt) == nil)
        let wasHeld = [.dispatched, .accepted, .arrived, .underReview].contains(state)
        let calledBack = turn.answers.contains(.calledBack(scene.worker, scene.claim))
        #expect(calledBack == wasHeld)
        #expect(scene.fixture.counters("urban").inHand == 0)
    }

    @Test("a merged call cannot be voided, and the refusal names what would be possible")
    func voidMerged() {
        let scene = Scene(.queued)
        scene.fixture.force([
            .callMerged(serial: scene.receipt.serial, into: 99, actor: 0, reason: nil)
        ])
        let refusal = scene.fixture.order(.void, on: scene.receipt.id).refusal
        #expect(refusal?.code == .notAllowedInState)
        #expect(refusal?.possible == ["unmerge"])
    }

    private func isRepeat(_ turn: Turn) -> Bool {
        turn.answers.contains {
            switch $0 {
            case .outcome(_, let isRepeated), .progress(_, _, let isRepeated): isRepeated
            default: false
            }
        }
    }

    /// A person is told every command that the state accepts; a worker every input, or `nothing`.
    private func expectNaming(
        _ refusal: Refusal?, _ input: AssignmentInput, _ state: AssignmentState
    ) {
        guard ![.withdraw, .redispatch, .requeue].contains(input) else {
            #expect(refusal?.possible == Transitions.commands(in: state))
            return
        }
        let names = Transitions.allowed(in: state).map { "\($0)" }
        for name in names.isEmpty ? ["nothing"] : names {
            #expect(refusal?.reason.contains(name) == true, "\(name) in \(refusal?.reason ?? "")")
        }
    }
}

/// A call for three departments whose first part was led into a state, and its worker.
private struct Scene {
    let fixture = EngineFixture()
    let receipt: FiledReceipt
    let number: AssignmentNumber
    let claim: Claim
    let worker: SessionHandle

    init(_ state: AssignmentState) {
        receipt = fixture.file("shop")
        number = fixture.part(0, of: receipt)
        fixture.force(EngineFixture.facts(leading: number, to: state))
        claim = fixture.claim(number) ?? Claim(epoch: 0, assignment: number, attempt: 0)
        worker = fixture.worker("urban", credit: 0, claims: [claim])
    }

    mutating func give(_ input: AssignmentInput) -> Turn {
        switch input {
        case .credit: fixture.turn(.heartbeat(worker, claims: [claim], credit: 5))
        case .deliver: fixture.turn(.progress(worker, claim, .deliver))
        case .accept: fixture.turn(.progress(worker, claim, .accept))
        case .arrive: fixture.turn(.progress(worker, claim, .arrive))
        case .giveBack: fixture.turn(.progress(worker, claim, .giveBack))
        case .leaseEnd: fixture.turn(after: 30_001)
        case .complete: fixture.report(.completed, claim, from: worker)
        case .return: fixture.report(.returned, claim, from: worker)
        case .fail: fixture.report(.failed, claim, from: worker)
        case .withdraw: fixture.order(.withdraw, on: receipt.id)
        case .redispatch: fixture.order(.redispatch(department: "judicial"), on: receipt.id)
        case .requeue: fixture.order(.requeue, on: receipt.id)
        default: preconditionFailure("\(input) has no way in yet")
        }
    }
}
