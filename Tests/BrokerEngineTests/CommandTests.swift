import BrokerEngine
import GridModel
import Testing

@Suite("Engine: commands of people")
struct CommandTests {
    @Test("a command counts once however often it is sent, also when the call has ended")
    func repeated() throws {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        let withdraw = fixture.command(.withdraw, on: receipt.id, ordinal: 1)
        let first = fixture.turn(.command(.none, withdraw, old: nil))
        let revision = try #require(self.revision(of: receipt, fixture))
        #expect(first.answers == [.command(withdraw.id, revision: revision, isRepeated: false)])
        let again = fixture.turn(.command(.none, withdraw, old: nil))
        #expect(again.answers == [.command(withdraw.id, revision: revision, isRepeated: true)])
        #expect(again.facts.isEmpty)
        let void = fixture.command(.void, on: receipt.id)
        let voided = fixture.turn(.command(.none, void, old: nil))
        guard case .command(_, let last, false) = voided.answers.last else {
            Issue.record("an open call can be voided")
            return
        }
        #expect(last > revision)
        fixture.restart()
        for command in [withdraw, void] {
            let turn = fixture.turn(.command(.none, command, old: nil))
            #expect(turn.answers.count == 1 && turn.facts.isEmpty)
            #expect(
                turn.answers[0]
                    == .command(
                        command.id, revision: command.id == void.id ? last : revision,
                        isRepeated: true))
        }
    }

    @Test("a command from the archive gets the answer it got then")
    func archived() {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        let command = fixture.command(.withdraw, on: receipt.id)
        fixture.turn(.command(.none, command, old: nil))
        let ended = fixture.engine.ended(upTo: fixture.seq, limit: 10)
        #expect(ended.commands.map(\.id) == [command.id])
        fixture.engine.forget(ended)
        let turn = fixture.turn(.command(.none, command, old: ended.commands[0]))
        #expect(
            turn.answers
                == [
                    .command(
                        command.id, revision: ended.commands[0].revision, isRepeated: true)
                ])
    }

    @Test("other content under a command's id is refused")
    func otherContent() {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        var command = fixture.command(.withdraw, on: receipt.id)
        fixture.turn(.command(.none, command, old: nil))
        command.contentDigest = UniqueID(high: 5, low: 5)
        let turn = fixture.turn(.command(.none, command, old: nil))
        #expect(turn.refusal?.code == .contentDiffers && turn.refusal?.field == "id")
    }

    @Test("a refused command's id is not used up")
    func refusedID() {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        var command = fixture.command(.withdraw, on: receipt.id, ordinal: 7)
        #expect(fixture.turn(.command(.none, command, old: nil)).refusal?.code == .notFound)
        command.ordinal = 2
        #expect(fixture.turn(.command(.none, command, old: nil)).refusal == nil)
    }

    @Test(
        "the revision expected must be the call's; zero stands for any",
        arguments: [(-1, false), (0, true), (1, false)])
    func expectedRevision(offset: Int, isDone: Bool) throws {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        let revision = try #require(self.revision(of: receipt, fixture))
        let command = fixture.command(
            .withdraw, on: receipt.id, revision: UInt32(Int(revision) + offset))
        let turn = fixture.turn(.command(.none, command, old: nil))
        #expect((turn.refusal == nil) == isDone)
        if !isDone {
            #expect(turn.refusal?.code == .revisionChanged)
            #expect(turn.refusal?.field == "expected_revision")
        }
    }

    @Test("every fact that changes a call changes its revision")
    func revisions() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 0)
        let receipt = fixture.file("shop")
        var before = try #require(self.revision(of: receipt, fixture))
        let claim = Claim(epoch: 1, assignment: fixture.part(0, of: receipt), attempt: 1)
        let steps: [Input] = [
            .heartbeat(worker, claims: [], credit: 1), .progress(worker, claim, .accept),
            .progress(worker, claim, .arrive),
            .outcome(worker, OutcomeReport(claim: claim, result: .completed), old: nil),
        ]
        for step in steps {
            fixture.turn(step)
            let after = try #require(self.revision(of: receipt, fixture))
            #expect(after > before)
            before = after
        }
    }

    @Test("redispatch, withdraw and void need a reason, requeue does not")
    func reasons() {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        fixture.force(
            EngineFixture.facts(leading: fixture.part(1, of: receipt), to: .stuck))
        for action in [PersonCommand.Action.redispatch(department: "urban"), .withdraw, .void] {
            let command = fixture.command(action, on: receipt.id, hasReason: false)
            let refusal = fixture.turn(.command(.none, command, old: nil)).refusal
            #expect(refusal?.code == .reasonRequired && refusal?.field == "reason")
        }
        let requeue = fixture.command(.requeue, on: receipt.id, ordinal: 1, hasReason: false)
        #expect(fixture.turn(.command(.none, requeue, old: nil)).refusal == nil)
    }

    @Test("a call, part or department that is not there is refused with its field")
    func notThere() {
        let fixture = EngineFixture()
        let receipt = fixture.file("litter")
        let nobody = UniqueID(high: 99, low: 99)
        let noCall = fixture.order(.withdraw, on: nobody).refusal
        #expect(noCall?.code == .notFound && noCall?.field == "call")
        for ordinal in [-1, 1, 63, 64, Int.max] {
            let noPart = fixture.order(.withdraw, on: receipt.id, ordinal: ordinal).refusal
            #expect(noPart?.code == .notFound && noPart?.field == "ordinal")
        }
        let noDepartment = fixture.order(.redispatch(department: "parks"), on: receipt.id).refusal
        #expect(noDepartment?.code == .unknownDepartment && noDepartment?.field == "department")
        fixture.order(.void, on: receipt.id)
        #expect(fixture.order(.void, on: receipt.id).refusal?.code == .notAllowedInState)
    }

    @Test("nothing is re-dispatched to a department the catalogue in force no longer declares")
    func retiredDepartment() {
        let fixture = EngineFixture()
        let receipt = fixture.file("litter")
        var next = SampleStreet.catalogue()
        next.departments.removeAll { $0.id == "judicial" }
        fixture.turn(.adopt(next))
        let refusal = fixture.order(.redispatch(department: "judicial"), on: receipt.id).refusal
        #expect(refusal?.code == .unknownDepartment)
    }

    @Test("withdrawing work in hand calls it back and frees the worker")
    func calledBack() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("litter")
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        let next = fixture.part(0, of: fixture.file("litter"))
        let turn = fixture.order(.withdraw, on: receipt.id)
        #expect(turn.answers.contains(.calledBack(worker, claim)))
        #expect(turn.assigned.map(\.assignment) == [next])
        #expect(fixture.state(fixture.part(0, of: receipt)) == .withdrawn)
    }

    @Test("voiding calls every part back, whoever holds it, and counts once")
    func voided() {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let safety = fixture.worker("safety")
        let receipt = fixture.file(fixture.submission("shop", campaign: "spring"))
        let turn = fixture.order(.void, on: receipt.id)
        let backs = turn.answers.filter { if case .calledBack = $0 { true } else { false } }
        #expect(backs.count == 2)
        #expect(fixture.record.street.voided == 1 && fixture.campaign("spring").voided == 1)
        for department in SampleStreet.departments {
            let counters = fixture.counters(department)
            #expect(counters.queued == 0 && counters.inHand == 0)
        }
        _ = (urban, safety)
    }

    @Test("without a key, whoever commands is this machine's own operator")
    func actor() {
        let fixture = EngineFixture()
        let person = fixture.peer(.operator)
        let receipt = fixture.file("litter")
        let command = fixture.command(.withdraw, on: receipt.id)
        let turn = fixture.turn(.command(person, command, old: nil))
        let number = fixture.part(0, of: receipt)
        #expect(
            turn.facts.contains(
                .assignmentWithdrawn(number, actor: 0, reason: EngineFixture.text)))
    }

    private func revision(of receipt: FiledReceipt, _ fixture: EngineFixture) -> UInt32? {
        fixture.record.call(serial: receipt.serial).map { fixture.record.calls[$0].revision }
    }
}
