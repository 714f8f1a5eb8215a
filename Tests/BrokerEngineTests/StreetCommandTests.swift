import BrokerEngine
import GridModel
import Testing

@Suite("Engine: commands of the whole street")
struct StreetCommandTests {
    private let fixture = EngineFixture()

    @Test("a paused department gets nothing until its time comes or it is resumed")
    func paused() {
        let hour = SampleStreet.hour
        let until = SampleStreet.start.advanced(byMilliseconds: hour)
        #expect(fixture.order(.pauseQueue(department: "urban", until: until)).refusal == nil)
        #expect(fixture.nextTimer == until)
        let number = fixture.part(0, of: fixture.file("litter"))
        let worker = fixture.worker("urban", credit: 1)
        #expect(fixture.state(number) == .queued)
        fixture.restart()
        let again = fixture.worker("urban", credit: 1)
        fixture.turn(after: hour - 1, .heartbeat(again, claims: [], credit: 1))
        #expect(fixture.state(number) == .queued)
        fixture.turn(after: 1, .heartbeat(again, claims: [], credit: 1))
        #expect(fixture.state(number) == .queued || fixture.state(number) == .dispatched)
        fixture.turn()
        _ = worker
    }

    @Test("a pause without an end is ended by a person, and the queue is served at once")
    func resumed() {
        fixture.order(.pauseQueue(department: "urban", until: .distantFuture))
        #expect(fixture.nextTimer == nil)
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        #expect(fixture.state(number) == .queued)
        let turn = fixture.order(.resumeQueue(department: "urban"))
        #expect(turn.assigned.count == 1 && fixture.state(number) == .dispatched)
        #expect(
            fixture.order(.resumeQueue(department: "urban")).refusal?.code == .notAllowedInState)
        _ = worker
    }

    @Test("what cannot be is refused with its field, and leaves nothing")
    func refused() {
        let past = SampleStreet.start
        let cases: [(PersonCommand.Action, RefusalCode, String)] = [
            (
                .pauseQueue(department: "none", until: .distantFuture), .unknownDepartment,
                "department"
            ),
            (.pauseQueue(department: "urban", until: past), .valueOutOfRange, "until"),
            (.resumeQueue(department: "none"), .unknownDepartment, "department"),
            (.directWorker(.quiet, .named("w", department: "urban")), .notFound, "name"),
            (.directWorker(.quiet, .session(fixture.newID())), .notFound, "name"),
            (.confirmClock, .notAllowedInState, ""),
        ]
        for (action, code, field) in cases {
            let turn = fixture.order(action)
            #expect(turn.refusal?.code == code && turn.refusal?.field == field, "\(action)")
            #expect(turn.facts.isEmpty, "\(action)")
        }
    }

    @Test("a quiet worker keeps what it has and gets nothing new until it is told to work")
    func quiet() throws {
        let worker = fixture.worker("urban", credit: 5)
        let first = fixture.part(0, of: fixture.file("litter"))
        let name = try #require(fixture.engine.workers(of: []).first)
        let actor = fixture.record.actors[Int(name.actor)]
        let choice = WorkerChoice.named(
            String(actor.dropFirst("urban/".count)), department: "urban")
        let turn = fixture.order(.directWorker(.drain, choice))
        #expect(turn.answers.contains(.directed(worker, .drain)))
        let second = fixture.part(0, of: fixture.file("litter"))
        #expect(fixture.state(first) == .dispatched && fixture.state(second) == .queued)
        #expect(fixture.engine.order(of: worker) == .drain)
        let work = fixture.order(.directWorker(.work, .session(name.session)))
        #expect(work.assigned.map(\.assignment) == [second])
    }

    @Test("a command of the street counts once, also after a restart")
    func once() {
        let command = fixture.command(
            .pauseQueue(department: "urban", until: .distantFuture),
            on: CallID(high: 0, low: 0))
        fixture.turn(.command(.none, command, old: nil))
        fixture.restart()
        let again = fixture.turn(.command(.none, command, old: nil))
        #expect(again.answers == [.command(command.id, revision: 0, isRepeated: true)])
        #expect(again.facts.isEmpty)
    }

    @Test(
        "after a jump of the clock ahead deadlines wait for a confirmation, and nothing is lost",
        arguments: [(5 * SampleStreet.minute, false), (5 * SampleStreet.minute + 1, true)])
    func jump(milliseconds: Int64, waits: Bool) throws {
        let worker = fixture.worker("urban", credit: 1)
        let held = fixture.part(0, of: fixture.file("litter"))
        let claim = try #require(fixture.claim(held))
        let waiting = fixture.part(0, of: fixture.file("litter"))
        fixture.turn(after: 476_000, .heartbeat(worker, claims: [claim], credit: 1))
        fixture.moveWall(by: milliseconds)
        let turn = fixture.turn(after: 5_000, .heartbeat(worker, claims: [claim], credit: 1))
        let jumped = turn.facts.contains { if case .clockJumped = $0 { true } else { false } }
        #expect(jumped == waits)
        let warned = turn.facts.contains(.deadlineWarned(waiting, clock: .dispatch))
        #expect(warned == !waits)
        #expect(fixture.state(held) == .dispatched)
        guard waits else { return }
        fixture.restart()
        #expect(fixture.turn(after: SampleStreet.hour).facts.allSatisfy(Self.isNoDeadline))
        let confirmed = fixture.order(.confirmClock)
        #expect(confirmed.facts.contains(.deadlineMissed(waiting, clock: .dispatch)))
        #expect(fixture.record == fixture.replica)
        #expect(fixture.order(.confirmClock).refusal?.code == .notAllowedInState)
    }

    private static func isNoDeadline(_ fact: Fact) -> Bool {
        switch fact {
        case .deadlineWarned, .deadlineMissed: false
        default: true
        }
    }
}
