import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("WorkerMachine")
struct WorkerMachineTests {
    private static let grace: Int64 = 1_000

    private func machine(capacity: Int = 2, accepts: Bool = true) -> WorkerMachine {
        WorkerMachine(
            settings: .init(
                capacity: capacity, accepts: accepts, graceMilliseconds: Self.grace,
                settleMilliseconds: 0))
    }

    // MARK: - Taking work

    @Test("starts and accepts an assignment in the same turn")
    func startsAndAccepts() {
        var machine = machine()
        let actions = machine.handle(.assigned([assignment(1)]))
        #expect(actions.starts == [assignment(1)])
        #expect(actions.accepts == [claim(1)])
        #expect(machine.hand(of: claim(1)) == .working)
    }

    @Test("starts without accepting when told so")
    func startsWithoutAccepting() {
        var machine = machine(accepts: false)
        let actions = machine.handle(.assigned([assignment(1)]))
        #expect(actions.starts == [assignment(1)])
        #expect(actions.accepts.isEmpty)
    }

    @Test("starts a repeated assignment only once")
    func ignoresRepeats() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        #expect(machine.handle(.assigned([assignment(1)])) == WorkerActions())
        #expect(machine.counts.assigned == 1)
    }

    @Test("starts what exceeds its capacity when a handler is free, in order")
    func queuesBeyondCapacity() {
        var machine = machine(capacity: 1)
        let first = machine.handle(.assigned([assignment(1), assignment(2), assignment(3)]))
        #expect(first.starts == [assignment(1)])
        #expect(machine.hand(of: claim(2)) == .waiting)
        let second = machine.handle(.finished([completed(1)]))
        #expect(second.starts == [assignment(2)])
        #expect(second.accepts == [claim(2)])
    }

    @Test("a handler that is being ended still takes its place")
    func endingHandlersCount() {
        var machine = machine(capacity: 1)
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.claimsLost([claim(1)], reason: "withdrawn"))
        #expect(machine.handle(.assigned([assignment(2)])).starts.isEmpty)
        #expect(machine.handle(.finished([stopped(1)])).starts == [assignment(2)])
    }

    @Test("a claim lost while it waits is never started")
    func lostWhileWaiting() {
        var machine = machine(capacity: 1)
        _ = machine.handle(.assigned([assignment(1), assignment(2)]))
        let lost = machine.handle(.claimsLost([claim(2)], reason: "withdrawn"))
        #expect(lost.stops.isEmpty)
        let next = machine.handle(.finished([completed(1)]))
        #expect(next.starts.isEmpty)
        #expect(machine.hand(of: claim(2)) == nil)
    }

    // MARK: - Every event in every state

    /// A state, how to get there, and what each event makes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        var state: WorkerMachine.Hand?
        var path: [WorkerMachine.Event]
        var after: [String: WorkerMachine.Hand?]
        var testDescription: String { state.map { "\($0)" } ?? "not in hand" }
    }

    static let events: [(name: String, event: WorkerMachine.Event)] = [
        ("assigned", .assigned([assignment(1)])),
        ("lost", .claimsLost([claim(1)], reason: "withdrawn")),
        ("completed", .finished([completed(1)])),
        ("failed", .finished([FinishedWork(claim(1), .outcome(.failed("no")))])),
        ("stopped", .finished([stopped(1)])),
        ("accepted", .answered([WorkAnswer(claim(1), .accept)])),
        ("acceptLost", .answered([WorkAnswer(claim(1), .accept, refusal: claimLost)])),
        (
            "acceptRefused",
            .answered([
                WorkAnswer(claim(1), .accept, refusal: Refusal(.notAllowedInState, reason: "no"))
            ])
        ),
        ("gaveBack", .answered([WorkAnswer(claim(1), .giveBack)])),
        ("giveBackLost", .answered([WorkAnswer(claim(1), .giveBack, refusal: claimLost)])),
        ("confirmed", .answered([WorkAnswer(claim(1))])),
        ("tooLate", .answered([WorkAnswer(claim(1), refusal: claimLost)])),
        (
            "refused",
            .answered([
                WorkAnswer(claim(1), refusal: Refusal(.textTooLong, reason: "no"))
            ])
        ),
        (
            "reviewRequired",
            .answered([
                WorkAnswer(claim(1), refusal: Refusal(.reviewRequired, reason: "major"))
            ])
        ),
        ("delivered", .answered([WorkAnswer(claim(1), .deliver)])),
        ("deliverLost", .answered([WorkAnswer(claim(1), .deliver, refusal: claimLost)])),
        (
            "deliverRefused",
            .answered([
                WorkAnswer(claim(1), .deliver, refusal: Refusal(.notAllowedInState, reason: "no"))
            ])
        ),
        ("tick", .tick(now: 500)),
        ("drain", .drainRequested(now: 0)),
    ]

    static let work: WorkerMachine.Event = .assigned([assignment(1)])
    static let other: WorkerMachine.Event = .assigned([assignment(9)])
    static let lost: WorkerMachine.Event = .claimsLost([claim(1)], reason: "withdrawn")
    static let drain: WorkerMachine.Event = .drainRequested(now: 0)

    static let table: [Row] = [
        Row(state: nil, path: [], after: ["assigned": .working]),
        Row(
            state: .waiting, path: [other, work],
            after: ["lost": nil, "drain": .givingBack]),
        Row(
            state: .working, path: [work],
            after: [
                "lost": .endingLost, "acceptLost": .endingLost,
                "completed": .reporting(.completed), "failed": .reporting(.failed),
                "stopped": .givingBack,
            ]),
        Row(
            state: .endingLost, path: [work, lost],
            after: ["completed": nil, "failed": nil, "stopped": nil]),
        Row(
            state: .endingToGiveBack, path: [work, drain, drain],
            after: [
                "lost": .endingLost, "acceptLost": .endingLost,
                "completed": .reporting(.completed), "failed": .givingBack,
                "stopped": .givingBack,
            ]),
        Row(
            state: .reporting(.completed), path: [work, .finished([completed(1)])],
            after: [
                "confirmed": nil, "tooLate": nil, "refused": .reporting(.failed),
                "reviewRequired": .delivering,
            ]),
        Row(
            state: .reporting(.failed),
            path: [work, .finished([FinishedWork(claim(1), .outcome(.failed("no")))])],
            after: ["confirmed": nil, "tooLate": nil, "refused": nil, "reviewRequired": nil]),
        Row(
            state: .delivering,
            path: [
                work, .finished([completed(1)]),
                .answered([
                    WorkAnswer(claim(1), refusal: Refusal(.reviewRequired, reason: "major"))
                ]),
            ],
            after: [
                "delivered": nil, "deliverLost": nil, "deliverRefused": .reporting(.failed),
            ]),
        Row(
            state: .givingBack, path: [work, drain, drain, .finished([stopped(1)])],
            after: ["gaveBack": nil, "giveBackLost": nil]),
    ]

    @Test("every event in every state leads where the table says", arguments: table)
    func transitions(row: Row) {
        for (name, event) in Self.events {
            var machine = machine(capacity: 1)
            for step in row.path { _ = machine.handle(step) }
            #expect(machine.hand(of: claim(1)) == row.state)
            _ = machine.handle(event)
            let expected = row.after[name] ?? row.state
            #expect(machine.hand(of: claim(1)) == expected, "after \(name)")
        }
    }

    // MARK: - What is sent

    @Test("sends the outcome of a handler")
    func sendsOutcomes() throws {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        let outcome = WorkOutcome(
            .returned, reason: "not ours", measures: [WorkMeasure("owner", "water works")])
        let actions = machine.handle(.finished([FinishedWork(claim(1), .outcome(outcome))]))
        let item = try #require(actions.outcomes.first)
        #expect(item.claim.model == claim(1))
        #expect(item.result == .returned)
        #expect(item.reason == "not ours")
        #expect(item.measures.map(\.name) == ["owner"])
    }

    @Test("ends the handler of a lost claim and sends nothing of it")
    func lostClaimIsSilent() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        let lost = machine.handle(.claimsLost([claim(1)], reason: "withdrawn"))
        #expect(lost.stops == [claim(1)])
        #expect(lost.notices == [.claimLost(claim(1), reason: "withdrawn")])
        let ended = machine.handle(.finished([completed(1)]))
        #expect(ended.outcomes.isEmpty)
        #expect(ended.giveBacks.isEmpty)
        #expect(machine.counts.claimsLost == 1)
    }

    @Test("counts and reports an outcome that came too late")
    func reportsLateOutcome() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.finished([completed(1)]))
        let actions = machine.handle(.answered([WorkAnswer(claim(1), refusal: claimLost)]))
        #expect(actions.notices == [.outcomeTooLate(claim(1))])
        #expect(machine.counts.outcomesTooLate == 1)
        #expect(machine.counts.confirmed == 0)
    }

    @Test("leaves a major decision without its approval to people, and burns no attempt on it")
    func leavesToPeople() throws {
        var machine = machine()
        let refusal = Refusal(.reviewRequired, field: "measures", reason: "propose them")
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.finished([completed(1)]))
        let refused = machine.handle(.answered([WorkAnswer(claim(1), refusal: refusal)]))
        #expect(refused.deliveries == [claim(1)] && refused.outcomes.isEmpty)
        #expect(refused.starts.isEmpty && refused.giveBacks.isEmpty)
        #expect(refused.notices == [.leftToPeople(claim(1), refusal)])
        let done = machine.handle(.answered([WorkAnswer(claim(1), .deliver)]))
        #expect(done == WorkerActions() && machine.hand(of: claim(1)) == nil)
        #expect(machine.counts.leftToPeople == 1 && machine.counts.failed == 0)
    }

    @Test("a draining worker waits until what it leaves to people lies there")
    func leavesToPeopleWhileDraining() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.drainRequested(now: 0))
        _ = machine.handle(.finished([completed(1)]))
        let refusal = Refusal(.reviewRequired, reason: "major")
        let refused = machine.handle(.answered([WorkAnswer(claim(1), refusal: refusal)]))
        #expect(refused.deliveries == [claim(1)] && !refused.isDone)
        #expect(machine.handle(.answered([WorkAnswer(claim(1), .deliver)])).isDone)
    }

    @Test("reports an outcome the broker does not take as failed, and gives up after that")
    func refusedOutcomeFails() throws {
        var machine = machine()
        let refusal = Refusal(.textTooLong, field: "reason", reason: "too long")
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.finished([completed(1)]))
        let first = machine.handle(.answered([WorkAnswer(claim(1), refusal: refusal)]))
        #expect(first.outcomes.map(\.result) == [.failed])
        #expect(first.outcomes.map(\.reason) == ["the broker refused the outcome: too long"])
        let second = machine.handle(.answered([WorkAnswer(claim(1), refusal: refusal)]))
        #expect(second.outcomes.isEmpty)
        #expect(second.releases == [claim(1)])
        #expect(second.notices == [.abandoned(claim(1), refusal)])
    }
}

func completed(_ serial: UInt64) -> FinishedWork {
    FinishedWork(claim(serial), .outcome(WorkOutcome(.completed)))
}

func stopped(_ serial: UInt64) -> FinishedWork {
    FinishedWork(claim(serial), .stopped)
}
