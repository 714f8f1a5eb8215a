import BrokerEngine
import GridModel
import Testing

@Suite("Engine: retry")
struct RetryTests {
    @Test("the backoff begins at 5 s and doubles up to 5 min")
    func backoff() {
        let policy = WorkPolicy()
        let waits = (0...9).map { policy.backoff(afterFailures: $0) / 1_000 }
        #expect(waits == [5, 5, 10, 20, 40, 80, 160, 300, 300, 300])
        #expect(policy.backoff(afterFailures: .max) == 300_000)
    }

    @Test(
        "a failed assignment comes back when its backoff ends, not earlier, and is stuck after five"
    )
    func fiveFailures() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("endless"))
        for (index, wait) in [Int64(5_000), 10_000, 20_000, 40_000].enumerated() {
            let claim = try #require(fixture.claim(number))
            #expect(claim.attempt == UInt32(index + 1))
            fixture.report(.failed, claim, from: worker)
            #expect(fixture.slot(number)?.notBefore == fixture.wall.advanced(byMilliseconds: wait))
            var left = wait - 1
            while left > 0 {
                let step = min(left, 9_000)
                fixture.engine.heard(worker)
                #expect(fixture.turn(after: step).assigned.isEmpty)
                left -= step
            }
            fixture.engine.heard(worker)
            #expect(fixture.turn(after: 1).assigned.map(\.attempt) == [UInt32(index + 2)])
        }
        let last = try #require(fixture.claim(number))
        let turn = fixture.report(.failed, last, from: worker)
        #expect(turn.facts.contains(.assignmentStuck(number, cause: .failed)))
        #expect(fixture.state(number) == .stuck && fixture.counters("urban").stuck == 1)
        #expect(fixture.counters("urban").queued == 0 && fixture.counters("urban").inHand == 0)
    }

    @Test("lease ends count like failures")
    func fiveLeaseEnds() {
        let fixture = EngineFixture()
        let number = fixture.part(0, of: fixture.file("endless"))
        for _ in 0..<5 {
            #expect(fixture.state(number) == .queued)
            fixture.worker("urban", credit: 1)
            #expect(fixture.state(number) == .dispatched)
            fixture.turn(after: 31_000)
            fixture.turn(after: 300_000)
        }
        #expect(fixture.state(number) == .stuck)
    }

    @Test("requeued by an operator a stuck assignment has all its attempts again")
    func requeue() throws {
        let fixture = EngineFixture(catalogue: SampleStreet.catalogue(policy: hasty(2)))
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("litter")
        let number = fixture.part(0, of: receipt)
        for attempt in UInt32(1)...2 {
            let claim = Claim(epoch: 1, assignment: number, attempt: attempt)
            fixture.report(.failed, claim, from: worker)
            fixture.turn(after: 9_000, .heartbeat(worker, claims: [], credit: 1))
        }
        #expect(fixture.state(number) == .stuck)
        let turn = fixture.order(.requeue, on: receipt.id)
        #expect(turn.assigned == [Claim(epoch: 1, assignment: number, attempt: 3)])
        fixture.report(.failed, turn.assigned[0], from: worker)
        #expect(fixture.state(number) == .queued && fixture.slot(number)?.failures == 1)
    }

    @Test("an accept clock that ran while it got stuck does not ring as a dispatch clock later")
    func requeuedClock() {
        let fixture = EngineFixture(catalogue: SampleStreet.catalogue(policy: hasty(1)))
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("litter")
        let number = fixture.part(0, of: receipt)
        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 1), from: worker)
        fixture.turn(.goodbye(worker))
        fixture.order(.requeue, on: receipt.id)
        let turn = fixture.turn(after: 31 * SampleStreet.minute)
        #expect(fixture.state(number) == .queued)
        #expect(turn.facts.isEmpty)
    }

    @Test("giving back and returning count no attempt")
    func notCounted() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        for attempt in UInt32(1)...9 {
            let claim = try #require(fixture.claim(number))
            #expect(claim.attempt == attempt)
            let turn = fixture.turn(.progress(worker, claim, .giveBack))
            #expect(turn.assigned.map(\.attempt) == [attempt + 1])
        }
        #expect(fixture.slot(number)?.failures == 0)
        let claim = try #require(fixture.claim(number))
        fixture.report(.returned, claim, from: worker)
        #expect(fixture.slot(number)?.failures == 0)
    }

    @Test("a backoff goes on over a new start")
    func restart() {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 1), from: worker)
        fixture.restart(after: 3_000)
        fixture.worker("urban", credit: 1)
        fixture.turn(after: 1_999)
        #expect(fixture.state(number) == .queued)
        fixture.turn(after: 1)
        #expect(fixture.state(number) == .dispatched)
    }

    @Test("a wall clock that is set back makes no backoff longer, also over a new start")
    func clockSetBack() {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 1), from: worker)
        fixture.moveWall(by: -72 * SampleStreet.hour)
        fixture.turn(after: 4_999)
        #expect(fixture.state(number) == .queued)
        fixture.turn(after: 1)
        #expect(fixture.state(number) == .dispatched)

        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 2), from: worker)
        fixture.restart(after: 1_000)
        fixture.worker("urban", credit: 1)
        fixture.turn(after: 9_999)
        #expect(fixture.state(number) == .queued)
        fixture.turn(after: 1)
        #expect(fixture.state(number) == .dispatched)
        #expect(fixture.record == fixture.replica)
    }

    @Test("a start while the wall clock is ahead loses no part that waits, once it is set back")
    func startWhileAhead() {
        let fixture = EngineFixture()
        let first = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 1), from: first)
        fixture.turn(.goodbye(first))
        fixture.moveWall(by: 60_000)
        fixture.restart(after: 1_000)
        fixture.moveWall(by: -60_000)
        fixture.worker("urban", credit: 1)
        fixture.turn(after: 5_000)
        #expect(fixture.state(number) == .dispatched)
    }

    @Test("a wall clock that ran ahead for a moment loses no part that waits")
    func clockAheadForAMoment() {
        let fixture = EngineFixture()
        let first = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 1), from: first)
        fixture.turn(.goodbye(first))
        // Its timer speaks, but nothing is written, so that the journal's time goes back again.
        fixture.moveWall(by: 4_000)
        #expect(fixture.turn(after: 2_000).facts.isEmpty)
        fixture.moveWall(by: -4_000)
        fixture.worker("urban", credit: 1)
        #expect(fixture.state(number) == .queued)
        fixture.turn(after: 3_000)
        #expect(fixture.state(number) == .dispatched)
    }

    private func hasty(_ attempts: Int) -> WorkPolicy {
        var policy = WorkPolicy()
        policy.maximumAttempts = attempts
        return policy
    }
}
