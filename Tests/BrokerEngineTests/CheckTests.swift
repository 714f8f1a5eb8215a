import BrokerEngine
import GridModel
import Testing

@Suite("Engine: verification and check")
struct CheckTests {
    @Test("a report that is verified is filed and its parts are queued; else it is voided")
    func verify() {
        for passed in [true, false] {
            let fixture = EngineFixture()
            let receipt = fixture.file("rumour")
            #expect(fixture.state(of: receipt) == .verifying)
            #expect(fixture.state(fixture.part(0, of: receipt)) == nil)
            let turn = fixture.give(.verify(passed: passed), on: receipt.id)
            #expect(turn.refusal == nil)
            #expect(fixture.state(of: receipt) == (passed ? .filed : nil))
            #expect(fixture.state(fixture.part(0, of: receipt)) == (passed ? .queued : nil))
            #expect(fixture.record.street.voided == (passed ? 0 : 1))
            let again = fixture.give(.verify(passed: passed), on: receipt.id)
            #expect(again.refusal?.code == .notAllowedInState)
        }
    }

    @Test("a check that passes closes the call; one that fails reworks the lead's part alone")
    func check() throws {
        let fixture = EngineFixture()
        let receipt = try checking(fixture)
        let blank = fixture.give(
            .check(passed: false, failed: []), on: receipt.id, hasReason: false)
        #expect(blank.refusal?.code == .reasonRequired)
        let turn = fixture.give(.check(passed: false, failed: []), on: receipt.id)
        #expect(turn.refusal == nil)
        #expect(fixture.state(of: receipt) == .working)
        #expect(fixture.state(fixture.part(0, of: receipt)) == .queued)
        #expect(fixture.state(fixture.part(1, of: receipt)) == .completed)
        #expect(fixture.slot(fixture.part(0, of: receipt))?.department == 2)
        try finish(0, of: receipt, fixture, "safety")
        #expect(fixture.state(of: receipt) == .checking)
        fixture.give(.check(passed: true, failed: []), on: receipt.id, hasReason: false)
        #expect(fixture.state(of: receipt) == nil && fixture.record.street.closed == 1)
        #expect(fixture.record == fixture.replica)
    }

    @Test("nothing goes back to a department that the catalogue took out meanwhile")
    func retiredDepartment() throws {
        let fixture = EngineFixture()
        let receipt = try checking(fixture)
        var next = SampleStreet.catalogue()
        next.departments.removeAll { $0.id == "safety" }
        for index in next.categories.indices {
            next.categories[index].stages = [
                Stage(parts: [Stage.Part(department: "urban", role: .lead)])
            ]
        }
        fixture.turn(.adopt(next))
        let turn = fixture.give(.check(passed: false, failed: [0]), on: receipt.id)
        #expect(turn.refusal?.code == .unknownDepartment && turn.facts.isEmpty)
        #expect(fixture.give(.check(passed: false, failed: [1]), on: receipt.id).refusal == nil)
    }

    @Test("an outcome sent again after its part was reworked gets the receipt it got")
    func repeatedOutcome() throws {
        let fixture = EngineFixture()
        let receipt = try checking(fixture)
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.give(.check(passed: false, failed: [0]), on: receipt.id)
        let worker = fixture.worker("safety", credit: 0)
        let again = fixture.report(.completed, claim, from: worker)
        #expect(again.answers.contains(.outcome(claim, isRepeated: true)) && again.facts.isEmpty)
        fixture.turn(.heartbeat(worker, claims: [], credit: 1))
        let late = fixture.report(.completed, claim, from: worker)
        #expect(late.answers.contains(.outcome(claim, isRepeated: true)))
        #expect(fixture.state(fixture.part(0, of: receipt)) == .dispatched)
    }

    @Test("the parts that are named are reworked, those that are not there are refused")
    func named() throws {
        let fixture = EngineFixture()
        let receipt = try checking(fixture)
        for ordinals in [[2], [0, 7], [-1]] {
            let turn = fixture.give(.check(passed: false, failed: ordinals), on: receipt.id)
            #expect(turn.refusal?.code == .notFound && turn.facts.isEmpty, "\(ordinals)")
        }
        fixture.give(.check(passed: false, failed: [1, 0, 1]), on: receipt.id)
        for ordinal in 0...1 {
            #expect(fixture.state(fixture.part(ordinal, of: receipt)) == .queued)
        }
    }

    @Test("a part of an earlier stage that is reworked holds the call back")
    func earlierStage() throws {
        var catalogue = SampleStreet.catalogue()
        if let index = catalogue.categories.firstIndex(where: { $0.id == "building" }) {
            catalogue.categories[index].isChecked = true
        }
        let fixture = EngineFixture(catalogue: catalogue)
        let receipt = fixture.file("building")
        for (ordinal, department) in ["urban", "market", "safety", "urban"].enumerated() {
            try finish(ordinal, of: receipt, fixture, department)
        }
        fixture.give(.check(passed: false, failed: [0, 3]), on: receipt.id)
        try finish(3, of: receipt, fixture, "urban")
        #expect(fixture.state(of: receipt) == .working)
        try finish(0, of: receipt, fixture, "urban")
        #expect(fixture.state(of: receipt) == .checking)
    }

    @Test("only the terminal that filed a call checks it; another's is not there for it")
    func reporter() throws {
        let fixture = EngineFixture()
        let reporter = fixture.person(.terminal, "reporter")
        let other = fixture.person(.terminal, "other")
        let submission = fixture.submission("smoke")
        fixture.turn(.submit(reporter, submission, old: nil))
        let pass = PersonCommand.Action.check(passed: true, failed: [])
        let foreign = fixture.give(pass, on: submission.id, by: other, authority: .ownCalls)
        #expect(foreign.refusal?.code == .notFound && foreign.refusal?.field == "call")
        let early = fixture.give(pass, on: submission.id, by: reporter, authority: .ownCalls)
        #expect(early.refusal?.code == .notAllowedInState)
    }

    @Test("the check's clock warns and is missed once, also after a restart, and stops with it")
    func clock() throws {
        let fixture = EngineFixture()
        let receipt = try checking(fixture)
        let number = fixture.part(0, of: receipt)
        let minute = SampleStreet.minute
        #expect(
            fixture.turn(after: 480 * minute).facts.contains(.deadlineWarned(number, clock: .check))
        )
        fixture.restart()
        #expect(
            fixture.turn(after: 120 * minute).facts.contains(.deadlineMissed(number, clock: .check))
        )
        fixture.restart()
        #expect(fixture.turn(after: 600 * minute).facts.isEmpty)
        fixture.give(.check(passed: true, failed: []), on: receipt.id)
        #expect(fixture.nextTimer == nil)
    }

    /// A call of `smoke` whose two departments are done.
    private func checking(_ fixture: EngineFixture) throws -> FiledReceipt {
        let receipt = fixture.file("smoke")
        try finish(0, of: receipt, fixture, "safety")
        try finish(1, of: receipt, fixture, "urban")
        #expect(fixture.state(of: receipt) == .checking)
        return receipt
    }

    private func finish(
        _ ordinal: Int, of receipt: FiledReceipt, _ fixture: EngineFixture, _ department: String
    ) throws {
        let worker = fixture.worker(department, credit: 9)
        let claim = try #require(fixture.claim(fixture.part(ordinal, of: receipt)))
        fixture.report(.completed, claim, from: worker)
        fixture.turn(.goodbye(worker))
    }
}
