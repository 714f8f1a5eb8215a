import BrokerEngine
import GridModel
import Testing

/// What a command must do to a part in a state.
private enum Expectation: Sendable {
    case to(AssignmentState)
    case same
    case refused
}

private let commands: [(String, PersonCommand.Action)] = [
    ("accept", .accept), ("arrive", .arrive), ("propose minor", .propose(PeopleStreet.minor)),
    ("propose major", .propose(PeopleStreet.major)), ("complete", .complete(PeopleStreet.minor)),
    ("return", .return), ("fail", .fail), ("extension", .requestExtension),
    ("suspend", .suspend(until: SampleStreet.start.advanced(byMilliseconds: SampleStreet.day))),
    ("resume", .resume), ("reply", .reply),
]

private let no = Expectation.refused
private let expectations: [AssignmentState: [Expectation]] = [
    .queued: [no, no, no, no, no, no, no, .same, .same, no, no],
    .dispatched: [
        no, no, no, no, .to(.completed), .to(.returned), .to(.queued), .same, .same, no, no,
    ],
    .delivered: [
        .to(.accepted), no, no, no, .to(.completed), .to(.returned), .to(.queued), .same, .same,
        no, no,
    ],
    .accepted: [
        no, .to(.arrived), .same, .to(.underReview), .to(.completed), .to(.returned),
        .to(.queued), .same, .same, no, no,
    ],
    .arrived: [
        no, no, .same, .to(.underReview), .to(.completed), .to(.returned), .to(.queued), .same,
        .same, no, no,
    ],
    .underReview: [no, no, no, no, no, no, no, .same, .same, no, no],
    .completed: [no, no, no, no, no, no, no, no, no, no, no],
    .returned: [no, no, no, no, no, no, no, no, .same, no, no],
    .withdrawn: [no, no, no, no, no, no, no, no, no, no, no],
    .stuck: [no, no, no, no, no, no, no, .same, .same, no, no],
]

@Suite("Engine: officers")
struct OfficerTests {
    @Test(
        "every command in every state leads on or is refused and leaves nothing",
        arguments: AssignmentState.allCases, commands.indices)
    func everyPair(state: AssignmentState, index: Int) throws {
        // Two more departments keep the call open when this part is done.
        let scene = PeopleScene("unclear", state)
        let turn = scene.give(commands[index].1)
        let expected = try #require(expectations[state]?[index])
        let name = commands[index].0
        switch expected {
        case .to(let next): #expect(scene.state == next && turn.refusal == nil, "\(name)")
        case .same: #expect(scene.state == state && turn.refusal == nil, "\(name)")
        case .refused:
            #expect(scene.state == state && turn.facts.isEmpty, "\(name)")
            #expect(turn.refusal?.code == .notAllowedInState, "\(name)")
        }
        #expect(
            turn.facts.isEmpty || scene.fixture.record == scene.fixture.replica, "\(name)")
    }

    @Test("an officer acts for the departments of the key, and is told which these are")
    func departments() {
        let scene = PeopleScene("shop", .delivered)
        let foreign = scene.give(.accept, authority: .departments(["market", "safety"]))
        #expect(foreign.refusal?.code == .notOwner)
        #expect(foreign.refusal?.reason.contains("market, safety") == true)
        #expect(scene.give(.accept, authority: .departments(["urban"])).refusal == nil)
    }

    @Test("what officers took has no lease, survives a restart and is no worker's any more")
    func noLease() throws {
        let scene = PeopleScene("raze", .delivered)
        let claim = try #require(scene.fixture.claim(scene.number))
        scene.give(.accept)
        scene.fixture.turn(after: 600_000)
        scene.fixture.restart()
        scene.fixture.turn(after: 600_000)
        #expect(scene.state == .accepted)
        let worker = scene.fixture.worker("urban", credit: 5, claims: [claim])
        for step in [ProgressStep.accept, .arrive, .giveBack] {
            let turn = scene.fixture.turn(.progress(worker, claim, step))
            #expect(turn.refusal?.code == .notAllowedInState && turn.facts.isEmpty, "\(step)")
        }
        let again = scene.fixture.turn(.progress(worker, claim, .deliver))
        #expect(again.answers.contains(.progress(claim, .deliver, isRepeated: true)))
        let outcome = scene.fixture.report(.completed, claim, from: worker)
        #expect(outcome.refusal?.code == .notAllowedInState)
        #expect(scene.give(.arrive).refusal == nil && scene.state == .arrived)
    }

    @Test("a worker whose part an officer ends is called back and has room again")
    func calledBack() throws {
        for action in [PersonCommand.Action.complete(PeopleStreet.nothing), .return, .fail] {
            let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
            let worker = fixture.worker("urban", credit: 1)
            let receipt = fixture.file("litter")
            let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
            fixture.turn(.progress(worker, claim, .accept))
            let next = fixture.part(0, of: fixture.file("litter"))
            let turn = fixture.give(action, on: receipt.id)
            #expect(turn.answers.contains(.calledBack(worker, claim)), "\(action)")
            #expect(turn.assigned.map(\.assignment) == [next], "\(action)")
        }
    }

    @Test("what an officer did names the officer, and counts once however often it is sent")
    func once() throws {
        let scene = PeopleScene("litter", .accepted)
        let command = scene.fixture.command(
            .complete(PeopleStreet.nothing), on: scene.receipt.id)
        let first = scene.fixture.turn(.command(scene.officer, command, old: nil))
        let ended = first.facts.compactMap { fact -> AssignmentEnded? in
            if case .assignmentCompleted(let ended) = fact { ended } else { nil }
        }
        let actor = try #require(ended.first?.actor)
        #expect(scene.fixture.record.actors[Int(actor)] == "officer")
        let again = scene.fixture.turn(.command(scene.officer, command, old: nil))
        #expect(again.facts.isEmpty && again.refusal == nil)
        #expect(scene.fixture.record.street.closed == 1)
    }

    @Test("the first department to accept leads where nobody did, and only the first")
    func lead() throws {
        let scene = PeopleScene("unclear", .delivered)
        func roles() -> [DepartmentRole] {
            let call = scene.fixture.record.call(serial: scene.receipt.serial) ?? 0
            return scene.fixture.record.assignments(of: call).map {
                scene.fixture.record.assignments[$0].role
            }
        }
        #expect(roles() == [.assist, .assist, .assist])
        let market = scene.fixture.worker("market", credit: 1)
        let claim = try #require(scene.fixture.claim(scene.fixture.part(1, of: scene.receipt)))
        scene.fixture.turn(.progress(market, claim, .accept))
        #expect(roles() == [.assist, .lead, .assist])
        scene.give(.accept)
        #expect(roles() == [.assist, .lead, .assist])
    }

    @Test("a call returned once was dispatched wrongly, twice it was passed on; each counts once")
    func returns() {
        let scene = PeopleScene("shop", .delivered)
        scene.give(.return)
        scene.fixture.force(
            EngineFixture.facts(leading: scene.fixture.part(1, of: scene.receipt), to: .returned))
        scene.fixture.force(
            EngineFixture.facts(leading: scene.fixture.part(2, of: scene.receipt), to: .returned))
        let street = scene.fixture.record.street
        #expect((street.dispatched, street.misdispatched, street.passedOn) == (1, 1, 1))
    }
}
