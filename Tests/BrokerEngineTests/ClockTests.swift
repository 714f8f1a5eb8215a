import BrokerEngine
import GridModel
import Testing

@Suite("Engine: clocks")
struct ClockTests {
    static let minute = SampleStreet.minute

    @Test("each clock warns at 80 % and is missed at 100 %, exactly and once")
    func onceEach() {
        let fixture = EngineFixture()
        let number = fixture.part(0, of: fixture.file("litter"))
        let events: [(Int64, Fact)] = [
            (8, .deadlineWarned(number, clock: .dispatch)),
            (10, .deadlineMissed(number, clock: .dispatch)),
            (192, .deadlineWarned(number, clock: .resolve)),
            (240, .deadlineMissed(number, clock: .resolve)),
        ]
        var elapsed: Int64 = 0
        for (minutes, fact) in events {
            let before = minutes * Self.minute - 1 - elapsed
            #expect(fixture.turn(after: before).facts.isEmpty)
            #expect(fixture.turn(after: 1).facts.dropFirst() == [fact])
            #expect(fixture.turn(after: 1).facts.isEmpty)
            elapsed = minutes * Self.minute + 1
        }
        #expect(fixture.turn(after: 50 * SampleStreet.day).facts.isEmpty)
        #expect(fixture.nextTimer == nil)
    }

    @Test("time that passed in one leap warns and misses at once, each clock once")
    func leap() {
        let fixture = EngineFixture()
        fixture.file("litter")
        let turn = fixture.turn(after: SampleStreet.day)
        #expect(turn.facts.count == 5)
        #expect(fixture.turn(after: SampleStreet.day).facts.isEmpty)
    }

    @Test("accept and arrive clocks run from the step before, and stop with the step")
    func steps() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        let claim = try #require(fixture.claim(number))
        func pass(_ minutes: Int) -> [Fact] {
            (0..<minutes * 10).flatMap { _ in
                fixture.turn(after: 6_000, .heartbeat(worker, claims: [claim], credit: 1)).facts
                    .filter { if case .turnBegan = $0 { false } else { true } }
            }
        }
        #expect(pass(23).isEmpty)
        #expect(
            pass(7) == [
                .deadlineWarned(number, clock: .accept), .deadlineMissed(number, clock: .accept),
            ])
        fixture.turn(.progress(worker, claim, .accept))
        #expect(pass(47).isEmpty)
        #expect(pass(2) == [.deadlineWarned(number, clock: .arrive)])
        fixture.turn(.progress(worker, claim, .arrive))
        #expect(pass(100).isEmpty)
        #expect(fixture.record.street.missed[Int(ClockKind.accept.rawValue)] == 1)
        #expect(fixture.record.street.missed[Int(ClockKind.arrive.rawValue)] == 0)
    }

    @Test("a delivered part keeps its accept clock")
    func delivered() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        let claim = try #require(fixture.claim(number))
        fixture.turn(.progress(worker, claim, .deliver))
        let turn = fixture.turn(after: 30 * Self.minute)
        #expect(turn.facts.contains(.deadlineMissed(number, clock: .accept)))
    }

    @Test(
        "overdue goes up with the resolve clock and down with the end, by department and campaign")
    func overdue() throws {
        let fixture = EngineFixture()
        let receipt = fixture.file(fixture.submission("shop", campaign: "spring"))
        fixture.turn(after: 600 * Self.minute - 1)
        #expect(fixture.counters("urban").overdue == 0 && fixture.campaign("spring").overdue == 0)
        fixture.turn(after: 1)
        for department in ["urban", "market", "safety"] {
            #expect(fixture.counters(department).overdue == 1)
        }
        #expect(fixture.campaign("spring").overdue == 1)
        let urban = fixture.worker("urban")
        #expect(fixture.counters("urban").overdue == 1)
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.report(.completed, claim, from: urban)
        #expect(fixture.counters("urban").overdue == 0 && fixture.campaign("spring").overdue == 1)
        fixture.order(.withdraw, on: receipt.id, ordinal: 1)
        #expect(fixture.counters("market").overdue == 0 && fixture.campaign("spring").overdue == 1)
        fixture.order(.withdraw, on: receipt.id, ordinal: 2)
        #expect(fixture.counters("safety").overdue == 0 && fixture.campaign("spring").overdue == 0)
    }

    @Test("a returned part's resolve clock runs on: it is open, and nobody is forgotten")
    func returned() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let receipt = fixture.file("litter")
        let number = fixture.part(0, of: receipt)
        let claim = try #require(fixture.claim(number))
        fixture.report(.returned, claim, from: urban)
        let turn = fixture.turn(after: 240 * Self.minute)
        #expect(turn.facts.contains(.deadlineMissed(number, clock: .resolve)))
        #expect(
            fixture.counters("urban").overdue == 1 && fixture.counters("urban").returnedNow == 1)
        fixture.order(.redispatch(department: "judicial"), on: receipt.id)
        #expect(
            fixture.counters("urban").overdue == 0 && fixture.counters("urban").returnedNow == 0)
    }

    @Test("a stuck part's resolve clock runs on")
    func stuck() {
        var policy = WorkPolicy()
        policy.maximumAttempts = 1
        let fixture = EngineFixture(catalogue: SampleStreet.catalogue(policy: policy))
        let urban = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        fixture.report(.failed, Claim(epoch: 1, assignment: number, attempt: 1), from: urban)
        let turn = fixture.turn(after: 240 * Self.minute)
        #expect(turn.facts.contains(.deadlineMissed(number, clock: .resolve)))
        #expect(fixture.counters("urban").overdue == 1)
    }

    @Test("clocks go on over a new start: none rings twice, none is forgotten")
    func restart() {
        let fixture = EngineFixture()
        let number = fixture.part(0, of: fixture.file("litter"))
        fixture.turn(after: 200 * Self.minute)
        fixture.restart(after: 50 * Self.minute)
        let turn = fixture.turn()
        #expect(turn.facts.dropFirst() == [.deadlineMissed(number, clock: .resolve)])
    }

    @Test("the four units run as the street's calendar says")
    func units() {
        let fixture = EngineFixture()
        let monday = SampleStreet.monday
        let hour = SampleStreet.hour
        let day = SampleStreet.day
        fixture.turn(after: 6 * hour)
        func due(_ category: String) -> Int64? {
            let receipt = fixture.file(category)
            return fixture.slot(fixture.part(0, of: receipt))?.resolve.dueAt
                .milliseconds(since: monday)
        }
        #expect(due("manhole") == 17 * hour)
        #expect(due("food") == day + 11 * hour)
        #expect(due("smoke") == 15 * hour + 2 * day)
        #expect(due("building") == 9 * day + 17 * hour)
    }

    @Test("the shell is asked for a turn when the next clock speaks")
    func nextTimer() {
        let fixture = EngineFixture()
        fixture.file("litter")
        #expect(fixture.nextTimer == fixture.wall.advanced(byMilliseconds: 8 * Self.minute))
    }

    @Test("since when the oldest waits: by department, over hand-outs, backoff and a new start")
    func oldestWaiting() throws {
        let fixture = EngineFixture()
        let urban = try #require(fixture.record.symbols.departments.number(of: "urban"))
        #expect(fixture.oldestWaiting(urban) == nil)
        let first = fixture.file("litter")
        let start = fixture.wall
        fixture.turn(after: 1_000)
        fixture.file("litter")
        #expect(fixture.oldestWaiting(urban) == start)
        let worker = fixture.worker("urban", credit: 1)
        #expect(fixture.oldestWaiting(urban) == start.advanced(byMilliseconds: 1_000))
        fixture.turn(after: 2_000)
        let claim = try #require(fixture.claim(fixture.part(0, of: first)))
        fixture.report(.failed, claim, from: worker)
        #expect(fixture.oldestWaiting(urban) == start.advanced(byMilliseconds: 3_000))
        fixture.file("litter")
        fixture.turn(after: 500)
        fixture.file("litter")
        fixture.restart()
        #expect(fixture.oldestWaiting(urban) == start.advanced(byMilliseconds: 3_000))
        #expect(fixture.oldestWaiting(99) == nil)
    }

    @Test("after a new start the oldest is first whatever places the calls have")
    func oldestAfterRestart() throws {
        let fixture = EngineFixture()
        let urban = try #require(fixture.record.symbols.departments.number(of: "urban"))
        let gone = fixture.file("litter")
        fixture.turn(after: 1_000)
        fixture.file("litter")
        let oldest = fixture.wall
        fixture.turn(after: 1_000)
        fixture.order(.void, on: gone.id)
        fixture.file("litter")
        fixture.restart()
        #expect(fixture.oldestWaiting(urban) == oldest)
    }
}
