import BrokerEngine
import GridModel
import Histogram
import Testing

@Suite("Engine: repeated and stale outcomes")
struct OutcomeTests {
    @Test(
        "a repeat under the claim that counted is confirmed while the call is open",
        arguments: OutcomeResult.allCases)
    func repeatedOpen(result: OutcomeResult) {
        let scene = Scene()
        scene.fixture.report(result, scene.claim, from: scene.worker)
        let turn = scene.fixture.report(result, scene.claim, from: scene.worker)
        #expect(turn.answers == [.outcome(scene.claim, isRepeated: true)])
        #expect(turn.facts.isEmpty)
    }

    @Test("another result under the claim that counted is refused while the call is open")
    func otherResult() {
        for first in OutcomeResult.allCases {
            for second in OutcomeResult.allCases where second != first {
                let scene = Scene()
                scene.fixture.report(first, scene.claim, from: scene.worker)
                let turn = scene.fixture.report(second, scene.claim, from: scene.worker)
                #expect(turn.refusal?.code == .contentDiffers && turn.refusal?.field == "result")
                #expect(turn.facts.isEmpty)
            }
        }
    }

    @Test("both hold after the call has closed: just now, and from the archive")
    func afterClosing() {
        var scene = Scene(category: "litter")
        scene.fixture.report(.completed, scene.claim, from: scene.worker)
        expectAnswers(&scene, old: nil)
        let ended = scene.fixture.engine.ended(upTo: scene.fixture.seq, limit: 10)
        scene.fixture.engine.forget(ended)
        #expect(!scene.fixture.knows(scene.number))
        expectAnswers(&scene, old: ended.calls.first)
        let unknown = scene.fixture.report(.completed, scene.claim, from: scene.worker)
        #expect(unknown.refusal?.code == .claimLost)
    }

    @Test("both hold after a new start")
    func afterRestart() {
        var scene = Scene(category: "litter")
        scene.fixture.report(.completed, scene.claim, from: scene.worker)
        scene.fixture.restart()
        scene.worker = scene.fixture.worker("urban", credit: 0)
        expectAnswers(&scene, old: nil)
    }

    @Test(
        "a returned outcome is still known after the part was withdrawn or re-dispatched",
        arguments: [PersonCommand.Action.withdraw, .redispatch(department: "judicial")])
    func returnedThenGone(action: PersonCommand.Action) {
        let scene = Scene()
        scene.fixture.report(.returned, scene.claim, from: scene.worker)
        scene.fixture.order(action, on: scene.receipt.id)
        #expect(scene.state == .withdrawn)
        let turn = scene.fixture.report(.returned, scene.claim, from: scene.worker)
        #expect(turn.answers == [.outcome(scene.claim, isRepeated: true)])
        let other = scene.fixture.report(.completed, scene.claim, from: scene.worker)
        #expect(other.refusal?.code == .contentDiffers)
        scene.fixture.order(.void, on: scene.receipt.id)
        let late = scene.fixture.report(.returned, scene.claim, from: scene.worker)
        #expect(late.answers == [.outcome(scene.claim, isRepeated: true)])
    }

    @Test("a claim that was withdrawn in hand is lost, also after the call has ended")
    func withdrawn() {
        let scene = Scene()
        scene.fixture.order(.withdraw, on: scene.receipt.id)
        for _ in 0..<2 {
            for result in OutcomeResult.allCases {
                let turn = scene.fixture.report(result, scene.claim, from: scene.worker)
                #expect(turn.refusal?.code == .claimLost)
            }
            scene.fixture.order(.void, on: scene.receipt.id)
        }
    }

    @Test(
        "wrong attempts and epochs are lost whatever the state", arguments: OutcomeResult.allCases)
    func wrongClaims(result: OutcomeResult) {
        let scene = Scene()
        let wrong = [
            Claim(epoch: 0, assignment: scene.number, attempt: 1),
            Claim(epoch: 2, assignment: scene.number, attempt: 1),
            Claim(epoch: 1, assignment: scene.number, attempt: 0),
            Claim(epoch: 1, assignment: scene.number, attempt: 2),
            Claim(epoch: 1, assignment: AssignmentNumber(serial: 9, ordinal: 0), attempt: 1),
            Claim(epoch: 1, assignment: AssignmentNumber(serial: 1, ordinal: 62), attempt: 1),
            Claim(epoch: 1, assignment: AssignmentNumber(rawValue: .max), attempt: .max),
        ]
        for _ in 0..<2 {
            for claim in wrong {
                let turn = scene.fixture.report(result, claim, from: scene.worker)
                #expect(turn.refusal?.code == .claimLost && turn.facts.isEmpty)
            }
            scene.fixture.report(.completed, scene.claim, from: scene.worker)
        }
    }

    @Test("an earlier attempt's outcome is lost once the work was handed out anew")
    func earlierAttempt() {
        let scene = Scene()
        scene.fixture.report(.failed, scene.claim, from: scene.worker)
        scene.fixture.turn(after: 5_000)
        let second = Claim(epoch: 1, assignment: scene.number, attempt: 2)
        #expect(scene.state == .dispatched)
        for result in OutcomeResult.allCases {
            let turn = scene.fixture.report(result, scene.claim, from: scene.worker)
            #expect(turn.refusal?.code == .claimLost)
        }
        scene.fixture.report(.completed, second, from: scene.worker)
        let stale = scene.fixture.report(.completed, scene.claim, from: scene.worker)
        #expect(stale.refusal?.code == .claimLost)
    }

    @Test("a failure that made the part stuck is confirmed again, a lease end is not a failure")
    func stuck() {
        var policy = WorkPolicy()
        policy.maximumAttempts = 1
        let failed = Scene(policy: policy)
        failed.fixture.report(.failed, failed.claim, from: failed.worker)
        #expect(failed.state == .stuck)
        let again = failed.fixture.report(.failed, failed.claim, from: failed.worker)
        #expect(again.answers == [.outcome(failed.claim, isRepeated: true)])
        let slept = Scene(policy: policy)
        slept.fixture.turn(after: 31_000)
        #expect(slept.state == .stuck)
        let worker = slept.fixture.worker("urban", credit: 0)
        let late = slept.fixture.report(.failed, slept.claim, from: worker)
        #expect(late.refusal?.code == .claimLost)
    }

    @Test("an outcome counts once: counters do not move with a repeat")
    func counters() {
        let scene = Scene()
        for _ in 0..<5 { scene.fixture.report(.completed, scene.claim, from: scene.worker) }
        #expect(scene.fixture.counters("urban").completed == 1)
        #expect(scene.fixture.counters("urban").latencies.resolve.values.totalCount == 1)
    }

    @Test("a colleague's outcome under the live claim counts and frees the holder's credit")
    func colleague() {
        let scene = Scene()
        let colleague = scene.fixture.worker("urban", credit: 0)
        scene.fixture.report(.completed, scene.claim, from: colleague)
        #expect(scene.state == .completed)
        let next = scene.fixture.turn(
            .submit(.none, scene.fixture.submission("litter"), old: nil))
        #expect(next.assigned.count == 1)
    }

    @Test("a terminal's outcome is not its to give")
    func terminal() {
        let scene = Scene()
        let terminal = scene.fixture.peer(.terminal)
        let turn = scene.fixture.report(.completed, scene.claim, from: terminal)
        #expect(turn.refusal?.code == .notOwner && scene.state == .dispatched)
    }

    @Test("a step repeated is confirmed as such; giving back twice too, until handed out anew")
    func repeatedSteps() {
        let scene = Scene()
        func step(_ step: ProgressStep) -> Turn {
            scene.fixture.turn(.progress(scene.worker, scene.claim, step))
        }
        for kind in [ProgressStep.accept, .arrive] {
            #expect(step(kind).answers == [.progress(scene.claim, kind, isRepeated: false)])
            #expect(step(kind).answers == [.progress(scene.claim, kind, isRepeated: true)])
        }
        #expect(step(.accept).answers == [.progress(scene.claim, .accept, isRepeated: true)])
        scene.fixture.turn(.heartbeat(scene.worker, claims: [scene.claim], credit: 0))
        #expect(step(.giveBack).answers == [.progress(scene.claim, .giveBack, isRepeated: false)])
        #expect(step(.giveBack).answers == [.progress(scene.claim, .giveBack, isRepeated: true)])
        scene.fixture.turn(.heartbeat(scene.worker, claims: [], credit: 1))
        #expect(step(.giveBack).refusal?.code == .claimLost)
    }

    @Test("a failure of long ago does not speak for the attempt a failed check reworks")
    func reworked() throws {
        let scene = Scene()
        scene.fixture.report(.failed, scene.claim, from: scene.worker)
        scene.fixture.turn(after: 5_000)
        let second = Claim(epoch: 1, assignment: scene.number, attempt: 2)
        scene.fixture.report(.completed, second, from: scene.worker)
        scene.fixture.force([
            .assignmentReworked(scene.number, dispatch: .none, resolve: .none)
        ])
        let worker = scene.fixture.worker("urban", credit: 0)
        let turn = scene.fixture.report(.failed, second, from: worker)
        #expect(turn.refusal?.code == .contentDiffers)
    }

    private func expectAnswers(_ scene: inout Scene, old: OldCall?) {
        let repeated = scene.fixture.report(
            .completed, scene.claim, from: scene.worker, old: old)
        #expect(repeated.answers == [.outcome(scene.claim, isRepeated: true)])
        for result in [OutcomeResult.returned, .failed] {
            let turn = scene.fixture.report(result, scene.claim, from: scene.worker, old: old)
            #expect(turn.refusal?.code == .contentDiffers)
        }
        let stale = Claim(epoch: 1, assignment: scene.number, attempt: 2)
        let lost = scene.fixture.report(.completed, stale, from: scene.worker, old: old)
        #expect(lost.refusal?.code == .claimLost)
    }

    private struct Scene {
        var fixture: EngineFixture
        var worker: SessionHandle
        let receipt: FiledReceipt
        let number: AssignmentNumber
        let claim: Claim

        init(category: String = "shop", policy: WorkPolicy = WorkPolicy()) {
            fixture = EngineFixture(catalogue: SampleStreet.catalogue(policy: policy))
            worker = fixture.worker("urban", credit: 1)
            receipt = fixture.file(category)
            number = fixture.part(0, of: receipt)
            claim = Claim(epoch: 1, assignment: number, attempt: 1)
        }

        var state: AssignmentState? { fixture.state(number) }
    }
}
