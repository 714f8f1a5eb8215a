import BrokerEngine
import GridModel
import Testing

/// A worker that met a major decision leaves the part to the officers.
@Suite("Engine: what a worker leaves to people")
struct LeftToPeopleTests {
    private let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())

    private func majorOutcome(_ claim: Claim, from worker: SessionHandle) -> Turn {
        let report = OutcomeReport(
            claim: claim, result: .completed, proposal: PeopleStreet.major)
        return fixture.turn(.outcome(worker, report, old: nil))
    }

    @Test(
        "an accepted part stays accepted, frees the worker, bears no lease and is the officers'",
        arguments: [true, false])
    func accepted(hasArrived: Bool) throws {
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("raze")
        let number = fixture.part(0, of: receipt)
        let claim = try #require(fixture.claim(number))
        fixture.turn(.progress(worker, claim, .accept))
        if hasArrived { fixture.turn(.progress(worker, claim, .arrive)) }
        let state = fixture.state(number)
        let refused = majorOutcome(claim, from: worker)
        #expect(refused.refusal?.code == .reviewRequired && refused.facts.isEmpty)
        let waiting = fixture.part(0, of: fixture.file("litter"))
        #expect(fixture.state(waiting) == .queued)
        let left = fixture.turn(.progress(worker, claim, .deliver))
        #expect(left.answers.contains(.progress(claim, .deliver, isRepeated: false)))
        #expect(left.assigned.map(\.assignment) == [waiting])
        #expect(fixture.state(number) == state)
        let isReplayed = fixture.record == fixture.replica
        #expect(isReplayed)
        let again = fixture.turn(.progress(worker, claim, .deliver))
        #expect(again.answers.contains(.progress(claim, .deliver, isRepeated: true)))
        fixture.turn(after: 600_000)
        fixture.restart()
        fixture.turn(after: 600_000)
        #expect(fixture.state(number) == state)
        let back = fixture.worker("urban", credit: 0, claims: [claim])
        #expect(majorOutcome(claim, from: back).refusal?.code == .notAllowedInState)
    }

    @Test("officers then propose, wait for the review, and complete what was approved")
    func goesOn() throws {
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("raze")
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.turn(.progress(worker, claim, .accept))
        fixture.turn(.progress(worker, claim, .deliver))
        let (officer, reviewer) = (
            fixture.person(.officer, "officer"), fixture.person(.reviewer, "reviewer")
        )
        let major = PeopleStreet.major
        #expect(
            fixture.give(.complete(major), on: receipt.id, by: officer).refusal?.code
                == .reviewRequired)
        #expect(fixture.give(.propose(major), on: receipt.id, by: officer).refusal == nil)
        #expect(
            fixture.give(.review(.approved, digest: major.digest), on: receipt.id, by: reviewer)
                .refusal == nil)
        #expect(fixture.give(.complete(major), on: receipt.id, by: officer).refusal == nil)
        #expect(fixture.record.street.closed == 1)
    }

    @Test("what officers could not do is a machine's again, under a new claim with a lease")
    func failed() throws {
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("raze")
        let number = fixture.part(0, of: receipt)
        let claim = try #require(fixture.claim(number))
        fixture.turn(.progress(worker, claim, .accept))
        fixture.turn(.progress(worker, claim, .deliver))
        #expect(fixture.give(.fail, on: receipt.id).refusal == nil)
        fixture.turn(after: 5_001, .heartbeat(worker, claims: [], credit: 1))
        #expect(fixture.state(number) == .dispatched && fixture.claim(number)?.attempt == 2)
        fixture.turn(after: 30_001)
        #expect(fixture.state(number) == .queued)
    }
}
