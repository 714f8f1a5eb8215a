import BrokerEngine
import GridModel
import Testing

@Suite("Engine: fan-out and fan-in")
struct StagesTests {
    static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    static let departments = ["urban", "market", "safety"]

    @Test(
        "a call closes when the last of three departments has completed, in whatever order",
        arguments: orders)
    func everyOrder(order: [Int]) throws {
        let fixture = EngineFixture()
        let workers = Self.departments.map { fixture.worker($0) }
        let receipt = fixture.file("shop")
        #expect(fixture.slot(fixture.part(0, of: receipt))?.role == .lead)
        #expect(fixture.slot(fixture.part(1, of: receipt))?.role == .assist)
        #expect(fixture.slot(fixture.part(2, of: receipt))?.role == .assist)
        for (count, ordinal) in order.enumerated() {
            #expect(fixture.state(of: receipt) == .working)
            let claim = try #require(fixture.claim(fixture.part(ordinal, of: receipt)))
            let turn = fixture.report(.completed, claim, from: workers[ordinal])
            #expect(turn.facts.contains(.callClosed(serial: receipt.serial)) == (count == 2))
        }
        #expect(fixture.state(of: receipt) == nil)
        #expect(fixture.record.street.closed == 1)
        #expect(fixture.record.assignments.count == 0)
    }

    @Test(
        "one department's return holds the call open in whatever place it comes",
        arguments: orders)
    func returned(order: [Int]) throws {
        let fixture = EngineFixture()
        let workers = Self.departments.map { fixture.worker($0) }
        let receipt = fixture.file("shop")
        for (count, ordinal) in order.enumerated() {
            let claim = try #require(fixture.claim(fixture.part(ordinal, of: receipt)))
            fixture.report(count == 1 ? .returned : .completed, claim, from: workers[ordinal])
        }
        #expect(fixture.state(of: receipt) == .working)
        let turn = fixture.order(.withdraw, on: receipt.id, ordinal: order[1])
        #expect(turn.facts.contains(.callClosed(serial: receipt.serial)))
        #expect(fixture.state(of: receipt) == nil)
    }

    @Test("a returned part that is re-dispatched is done by the other department")
    func redispatched() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let judicial = fixture.worker("judicial")
        let receipt = fixture.file("litter")
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.report(.returned, claim, from: urban)
        #expect(fixture.state(of: receipt) == .working)
        let turn = fixture.order(.redispatch(department: "judicial"), on: receipt.id)
        let next = fixture.part(1, of: receipt)
        #expect(turn.assigned.map(\.assignment) == [next])
        #expect(fixture.slot(next)?.role == .lead)
        let second = try #require(fixture.claim(next))
        fixture.report(.completed, second, from: judicial)
        #expect(fixture.state(of: receipt) == nil)
    }

    @Test("a call whose parts were all withdrawn is only to be voided")
    func allWithdrawn() {
        let fixture = EngineFixture()
        let receipt = fixture.file("shop")
        for ordinal in 0..<3 { fixture.order(.withdraw, on: receipt.id, ordinal: ordinal) }
        #expect(fixture.state(of: receipt) == .filed)
        for ordinal in 0..<3 {
            for action in [
                PersonCommand.Action.requeue, .withdraw, .redispatch(department: "urban"),
            ] {
                let refusal = fixture.order(action, on: receipt.id, ordinal: ordinal).refusal
                #expect(refusal?.code == .notAllowedInState)
            }
        }
        #expect(fixture.order(.void, on: receipt.id).refusal == nil)
        #expect(fixture.state(of: receipt) == nil)
        #expect(fixture.record.street.voided == 1)
    }

    @Test("stages follow one another, and the clocks of a stage start with it")
    func stages() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let market = fixture.worker("market")
        let safety = fixture.worker("safety")
        let receipt = fixture.file("building")
        #expect(fixture.counters("market").dispatched == 0)
        fixture.turn(after: 5_000)
        let first = try #require(fixture.claim(fixture.part(0, of: receipt)))
        let turn = fixture.report(.completed, first, from: urban)
        #expect(turn.facts.contains(.stageBegan(serial: receipt.serial, stage: 1)))
        let assist = fixture.part(2, of: receipt)
        #expect(fixture.slot(assist)?.queuedAt == fixture.wall)
        #expect(fixture.slot(assist)?.stage == 1 && fixture.slot(assist)?.role == .assist)
        let third = try #require(fixture.claim(assist))
        fixture.report(.completed, third, from: safety)
        #expect(fixture.counters("urban").dispatched == 1)
        let second = try #require(fixture.claim(fixture.part(1, of: receipt)))
        fixture.report(.completed, second, from: market)
        #expect(fixture.counters("urban").dispatched == 2)
        let last = try #require(fixture.claim(fixture.part(3, of: receipt)))
        fixture.report(.completed, last, from: urban)
        #expect(fixture.state(of: receipt) == nil && fixture.record.street.closed == 1)
    }

    @Test("a category with a check waits for it when all have completed")
    func check() throws {
        let fixture = EngineFixture()
        let safety = fixture.worker("safety")
        let urban = fixture.worker("urban")
        let receipt = fixture.file("smoke")
        let lead = try #require(fixture.claim(fixture.part(0, of: receipt)))
        let assist = try #require(fixture.claim(fixture.part(1, of: receipt)))
        fixture.report(.completed, assist, from: urban)
        let turn = fixture.report(.completed, lead, from: safety)
        let due = fixture.wall.advanced(byMilliseconds: 600 * SampleStreet.minute)
        #expect(
            turn.facts.contains { fact in
                if case .checkOpened(receipt.serial, let deadline) = fact {
                    deadline.dueAt == due
                } else {
                    false
                }
            })
        #expect(fixture.state(of: receipt) == .checking)
        #expect(fixture.record.street.closed == 0)
        #expect(fixture.order(.void, on: receipt.id).refusal == nil)
    }

    @Test("a call to be verified first is dispatched to nobody")
    func verifying() {
        let fixture = EngineFixture()
        fixture.worker("urban")
        let receipt = fixture.file("rumour")
        #expect(fixture.state(of: receipt) == .verifying)
        #expect(fixture.counters("urban").queued == 0)
        let refusal = fixture.order(.withdraw, on: receipt.id).refusal
        #expect(refusal?.code == .notFound && refusal?.field == "ordinal")
        #expect(refusal?.reason.contains("-1") == false)
    }

    @Test("re-dispatching leaves room for the parts of the stages to come")
    func roomForStages() throws {
        let fixture = EngineFixture()
        let receipt = fixture.file("building")
        var ordinal = 0
        var refusal: Refusal?
        while refusal == nil, ordinal < 70 {
            refusal =
                fixture.order(.redispatch(department: "urban"), on: receipt.id, ordinal: ordinal)
                .refusal
            if refusal == nil { ordinal += 1 }
        }
        #expect(refusal?.code == .tooManyAssignments)
        #expect(ordinal == AssignmentNumber.maximumPerCall - 1 - 3)
        let workers = Self.departments.map { fixture.worker($0) }
        for step in [(ordinal, 0), (ordinal + 1, 1), (ordinal + 2, 2), (ordinal + 3, 0)] {
            let claim = try #require(fixture.claim(fixture.part(step.0, of: receipt)))
            fixture.report(.completed, claim, from: workers[step.1])
        }
        #expect(fixture.state(of: receipt) == nil && fixture.record.street.closed == 1)
    }
}
