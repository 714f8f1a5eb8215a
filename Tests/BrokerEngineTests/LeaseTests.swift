import BrokerEngine
import GridModel
import Testing

@Suite("Engine: leases and sessions")
struct LeaseTests {
    @Test(
        "a lease ends exactly at its limit, counted from the hand-out",
        arguments: [(Int64(29_999), false), (30_000, true), (30_001, true)])
    func limit(after: Int64, isEnded: Bool) {
        let scene = Scene()
        let turn = scene.wait(after)
        #expect((scene.state == .queued) == isEnded)
        #expect(turn.answers.contains(.calledBack(scene.worker, scene.claim)) == isEnded)
        let failures = scene.fixture.slot(scene.number)?.failures
        #expect(failures == (isEnded ? 1 : 0))
    }

    @Test(
        "a heartbeat that lists a claim renews its lease in full",
        arguments: [(Int64(29_999), false), (30_000, true), (30_001, true)])
    func renewal(after: Int64, isEnded: Bool) {
        let scene = Scene()
        scene.wait(20_000)
        scene.fixture.turn(.heartbeat(scene.worker, claims: [scene.claim], credit: 1))
        scene.wait(after)
        #expect((scene.state == .queued) == isEnded)
    }

    @Test("a heartbeat without the claim renews nothing")
    func notListed() {
        let scene = Scene()
        scene.fixture.turn(after: 9_000, .heartbeat(scene.worker, claims: [], credit: 1))
        scene.wait(21_000)
        #expect(scene.state == .queued)
    }

    @Test("a claim of another attempt, epoch or department renews nothing")
    func wrongClaims() {
        let scene = Scene()
        let market = scene.fixture.worker("market")
        let claim = scene.claim
        let wrong = [
            Claim(epoch: 2, assignment: claim.assignment, attempt: 1),
            Claim(epoch: 1, assignment: claim.assignment, attempt: 2),
            Claim(epoch: 1, assignment: AssignmentNumber(rawValue: .max), attempt: 1),
        ]
        scene.fixture.turn(after: 9_000, .heartbeat(scene.worker, claims: wrong, credit: 1))
        scene.fixture.turn(.heartbeat(market, claims: [claim], credit: 1))
        scene.wait(21_000)
        #expect(scene.state == .queued)
    }

    @Test("a claim missing in two heartbeats after its hand-out is sent again, the same")
    func sentAgain() {
        let scene = Scene()
        func heartbeat(_ claims: [Claim]) -> [Claim] {
            scene.fixture.turn(after: 2_000, .heartbeat(scene.worker, claims: claims, credit: 1))
                .assigned
        }
        #expect(heartbeat([]) == [])
        #expect(heartbeat([]) == [scene.claim])
        #expect(heartbeat([]) == [])
        #expect(heartbeat([]) == [scene.claim])
        #expect(heartbeat([scene.claim]) == [])
        #expect(heartbeat([]) == [])
        #expect(heartbeat([]) == [scene.claim])
        #expect(scene.fixture.counters("urban").dispatched == 1)
    }

    @Test("among several claims only the one not listed is sent again")
    func onlyTheMissing() {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 5)
        let claims = (0..<5).compactMap { _ in fixture.claimOfNewCall("litter") }
        for missing in [0, 2, 4] {
            var listed = claims
            listed.remove(at: missing)
            fixture.turn(.heartbeat(worker, claims: claims, credit: 5))
            fixture.turn(.heartbeat(worker, claims: listed, credit: 5))
            let turn = fixture.turn(.heartbeat(worker, claims: listed.reversed(), credit: 5))
            #expect(turn.assigned == [claims[missing]])
        }
    }

    @Test("a Hello answers each claim: kept, or lost; what it does not list is sent again")
    func hello() throws {
        let fixture = EngineFixture()
        let hello = PeerIntroduction(
            session: fixture.newID(), role: .worker, name: "w", department: "urban", credit: 3)
        let worker = try #require(fixture.turn(.hello(hello)).session)
        let claims = [fixture.claimOfNewCall("litter"), fixture.claimOfNewCall("litter")]
        let kept = try #require(claims[0])
        let unlisted = try #require(claims[1])
        let lost = Claim(epoch: 1, assignment: kept.assignment, attempt: 9)
        var again = hello
        again.claims = [lost, kept]
        let turn = fixture.turn(after: 3_000, .hello(again))
        #expect(
            turn.answers == [
                .welcome(worker, kept: [false, true]), .assigned(worker, unlisted),
            ])
    }

    @Test(
        "a new start gives every live claim one full lease, and Hello binds it again",
        arguments: [(Int64(29_999), false), (30_000, true), (30_001, true)])
    func grace(after: Int64, isEnded: Bool) {
        let scene = Scene()
        scene.wait(25_000)
        scene.fixture.restart(after: 4_000)
        scene.wait(after)
        #expect((scene.state == .queued) == isEnded)
    }

    @Test("after a new start a kept claim goes on under its session, and may be completed")
    func keptAfterRestart() {
        let scene = Scene()
        scene.fixture.restart(after: 1_000)
        let worker = scene.fixture.worker("urban", credit: 0, claims: [scene.claim])
        #expect(scene.fixture.isHeld(scene.claim, by: worker))
        scene.wait(29_999)
        #expect(scene.state == .dispatched)
        let turn = scene.fixture.report(.completed, scene.claim, from: worker)
        #expect(turn.answers == [.outcome(scene.claim, isRepeated: false)])
    }

    @Test("after a new start an outcome counts even before any heartbeat")
    func outcomeAfterRestart() {
        let scene = Scene()
        scene.fixture.restart(after: 1_000)
        let worker = scene.fixture.worker("urban", credit: 0)
        let turn = scene.fixture.report(.completed, scene.claim, from: worker)
        #expect(turn.answers == [.outcome(scene.claim, isRepeated: false)])
    }

    @Test("an orphan's claim is taken over by a heartbeat that lists it")
    func orphanByHeartbeat() {
        let scene = Scene()
        scene.fixture.restart()
        let worker = scene.fixture.worker("urban", credit: 1)
        scene.fixture.turn(.heartbeat(worker, claims: [scene.claim], credit: 1))
        #expect(scene.fixture.isHeld(scene.claim, by: worker))
    }

    @Test(
        "a silent session ends just past its limit; its claims live on until their leases end",
        arguments: [(Int64(9_999), true), (10_000, true), (10_001, false)])
    func silence(after: Int64, isOpen: Bool) {
        let scene = Scene()
        scene.fixture.turn(after: after)
        #expect(scene.fixture.isOpen(scene.worker) == isOpen)
        #expect(scene.state == .dispatched)
        scene.wait(29_999 - after)
        #expect(scene.state == .dispatched)
        scene.wait(300)
        #expect(scene.state == .queued)
    }

    @Test("whatever a session sends keeps it alive, but only listing renews its claims")
    func heard() {
        let scene = Scene()
        for _ in 0..<3 {
            scene.fixture.turn(after: 9_000)
            scene.fixture.engine.heard(scene.worker)
        }
        #expect(scene.fixture.isOpen(scene.worker))
        scene.fixture.turn(after: 3_000)
        #expect(scene.fixture.isOpen(scene.worker) && scene.state == .queued)
    }

    @Test("goodbye gives everything back at once, without backoff or a counted attempt")
    func goodbye() {
        let scene = Scene()
        let other = scene.fixture.worker("urban", credit: 0)
        let turn = scene.fixture.turn(
            .heartbeat(other, claims: [], credit: 5), .goodbye(scene.worker))
        #expect(turn.answers.contains(.ended(scene.worker)))
        #expect(
            turn.assigned == [
                Claim(epoch: 1, assignment: scene.number, attempt: 2)
            ])
        #expect(scene.fixture.slot(scene.number)?.failures == 0)
        #expect(!scene.fixture.isOpen(scene.worker))
    }

    @Test("after its lease a worker's late outcome is refused, and it knows")
    func late() {
        let scene = Scene()
        scene.wait(30_000)
        let turn = scene.fixture.report(.completed, scene.claim, from: scene.worker)
        #expect(turn.refusal?.code == .claimLost && turn.refusal?.field == "claim")
        #expect(turn.facts.isEmpty)
    }

    @Test("a wall clock that jumps ends no lease and no session")
    func wallJump() {
        let scene = Scene()
        scene.fixture.moveWall(by: 3 * SampleStreet.hour)
        scene.fixture.turn(after: 1_000)
        #expect(scene.state == .dispatched && scene.fixture.isOpen(scene.worker))
        scene.fixture.moveWall(by: -5 * SampleStreet.hour)
        let before = scene.fixture.record.now
        scene.fixture.turn(after: 1_000)
        scene.fixture.file("litter")
        #expect(scene.fixture.record.now == before)
    }

    @Test("a delivered claim has no lease and is kept by a Hello that still lists it")
    func delivered() throws {
        let scene = Scene()
        scene.fixture.turn(.progress(scene.worker, scene.claim, .deliver))
        scene.fixture.turn(after: SampleStreet.hour)
        #expect(scene.state == .delivered)
        let hello = PeerIntroduction(
            session: scene.fixture.newID(), role: .worker, name: "w", department: "urban",
            credit: 1, claims: [scene.claim])
        let turn = scene.fixture.turn(.hello(hello))
        let worker = try #require(turn.session)
        #expect(turn.answers == [.welcome(worker, kept: [true])])
        #expect(!scene.fixture.isHeld(scene.claim, by: worker))
    }

    @Test("a claim of a former epoch is lost; its assignment comes back when the grace is over")
    func epochs() {
        let scene = Scene()
        scene.fixture.force([.epochBegan(epoch: 2)])
        let hello = PeerIntroduction(
            session: scene.fixture.newID(), role: .worker, name: "w", department: "urban",
            credit: 0, claims: [scene.claim])
        let turn = scene.fixture.turn(.hello(hello))
        guard let worker = turn.session else { return }
        #expect(turn.answers == [.welcome(worker, kept: [false])])
        #expect(
            scene.fixture.report(.completed, scene.claim, from: worker).refusal?.code
                == .claimLost)
        scene.wait(30_000)
        #expect(scene.state == .queued)
    }

    @Test("another department's Hello, heartbeat, step or outcome takes nothing over")
    func otherDepartment() {
        let scene = Scene()
        let hello = PeerIntroduction(
            session: scene.fixture.newID(), role: .worker, name: "w", department: "market",
            credit: 1, claims: [scene.claim])
        let turn = scene.fixture.turn(.hello(hello))
        guard let market = turn.session else { return }
        #expect(turn.answers == [.welcome(market, kept: [false])])
        let step = scene.fixture.turn(.progress(market, scene.claim, .accept))
        #expect(step.refusal?.code == .notOwner)
        let outcome = scene.fixture.report(.completed, scene.claim, from: market)
        #expect(outcome.refusal?.code == .notOwner && outcome.facts.isEmpty)
        #expect(scene.fixture.isHeld(scene.claim, by: scene.worker))
    }

    @Test("a session that is gone, or never was, does nothing")
    func nobody() {
        let scene = Scene()
        scene.fixture.turn(.goodbye(scene.worker))
        for handle in [scene.worker, .none, SessionHandle(rawValue: 77)] {
            let turn = scene.fixture.turn(
                .heartbeat(handle, claims: [scene.claim], credit: 9), .goodbye(handle))
            #expect(turn.facts.isEmpty && turn.answers.isEmpty)
            #expect(!scene.fixture.isOpen(handle))
        }
    }

    @Test("a terminal that calls itself a worker under its old session gets no work")
    func changedRole() {
        let fixture = EngineFixture()
        let id = fixture.newID()
        fixture.turn(.hello(PeerIntroduction(session: id, role: .terminal, name: "t")))
        fixture.turn(
            .hello(
                PeerIntroduction(
                    session: id, role: .worker, name: "t", department: "urban", credit: 5)))
        fixture.file("litter")
        #expect(fixture.counters("urban").inHand == 0)
        #expect(fixture.session(id).flatMap(fixture.role) == .terminal)
    }

    private struct Scene {
        let fixture = EngineFixture()
        let worker: SessionHandle
        let number: AssignmentNumber
        let claim: Claim

        init() {
            worker = fixture.worker("urban", credit: 1)
            number = fixture.part(0, of: fixture.file("litter"))
            claim = Claim(epoch: 1, assignment: number, attempt: 1)
            fixture.turn(.heartbeat(worker, claims: [claim], credit: 1))
        }

        var state: AssignmentState? { fixture.state(number) }

        /// Lets time pass while the worker is heard but lists nothing and wants nothing more.
        @discardableResult
        func wait(_ milliseconds: Int64) -> Turn {
            var left = milliseconds
            while left > 9_000 {
                fixture.engine.heard(worker)
                fixture.turn(after: 9_000)
                left -= 9_000
            }
            fixture.engine.heard(worker)
            return fixture.turn(after: left)
        }
    }
}
