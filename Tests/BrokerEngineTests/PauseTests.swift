import BrokerEngine
import GridModel
import Testing

@Suite("Engine: extension and suspension")
struct PauseTests {
    private static let minute = SampleStreet.minute

    @Test("an extension adds once the limit, at most twice; yellow begins at 80 % of the whole")
    func extended() {
        // 240 minutes.
        let scene = PeopleScene("raze", .accepted)
        for (count, green) in [(1, 384), (2, 576)] as [(Int64, Int64)] {
            #expect(scene.give(.requestExtension).refusal == nil)
            #expect(scene.give(.requestExtension).refusal?.code == .notAllowedInState)
            scene.give(.decideExtension(approved: true), by: scene.chief, hasReason: false)
            let resolve = scene.fixture.slot(scene.number)?.resolve
            #expect(resolve?.dueAt == Self.at(240 * (count + 1)))
            #expect(resolve?.warnsAt == Self.at(green))
        }
        #expect(scene.give(.requestExtension).refusal?.code == .notAllowedInState)
    }

    @Test("an extension is asked for before the part is overdue: one millisecond decides")
    func beforeOverdue() {
        for (late, isAllowed) in [(-1, true), (0, false), (1, false)] as [(Int64, Bool)] {
            let scene = PeopleScene("raze", .accepted)
            scene.fixture.turn(after: 240 * Self.minute + late)
            #expect((scene.give(.requestExtension).refusal == nil) == isAllowed, "\(late)")
        }
    }

    @Test("granted after it was due, an extension takes back that the part is overdue")
    func grantedLate() {
        let scene = PeopleScene("raze", .accepted)
        scene.give(.requestExtension)
        scene.fixture.turn(after: 241 * Self.minute)
        #expect(scene.fixture.counters("urban").overdue == 1)
        scene.give(.decideExtension(approved: true), by: scene.chief)
        #expect(scene.fixture.counters("urban").overdue == 0)
        let missed = scene.fixture.turn(after: 239 * Self.minute).facts
        #expect(missed.contains(.deadlineMissed(scene.number, clock: .resolve)))
        #expect(scene.fixture.counters("urban").overdue == 1)
    }

    @Test("a refused extension changes no clock, needs a reason, and may be asked for again")
    func refused() {
        let scene = PeopleScene("raze", .accepted)
        let before = scene.fixture.slot(scene.number)?.resolve
        #expect(
            scene.give(.decideExtension(approved: true)).refusal?.code == .notAllowedInState)
        scene.give(.requestExtension)
        let blank = scene.give(.decideExtension(approved: false), hasReason: false)
        #expect(blank.refusal?.code == .reasonRequired)
        scene.give(.decideExtension(approved: false))
        #expect(scene.fixture.slot(scene.number)?.resolve == before)
        #expect(scene.give(.requestExtension).refusal == nil)
    }

    @Test("a suspended part's clocks stand still and run on with what was left, by themselves")
    func suspended() {
        let scene = PeopleScene("raze", .accepted)
        scene.fixture.turn(after: 100 * Self.minute)
        #expect(scene.give(.suspend(until: Self.at(1_000)), hasReason: true).refusal == nil)
        #expect(scene.fixture.turn(after: 899 * Self.minute).facts.isEmpty)
        scene.fixture.restart()
        let resumed = scene.fixture.turn(after: Self.minute).facts
        #expect(resumed.count == 2)
        let resolve = scene.fixture.slot(scene.number)?.resolve
        #expect(resolve?.dueAt == Self.at(1_140) && resolve?.warnsAt == Self.at(1_092))
        let warned = scene.fixture.turn(after: 92 * Self.minute).facts
        #expect(warned.contains(.deadlineWarned(scene.number, clock: .resolve)))
        #expect(scene.fixture.record == scene.fixture.replica)
    }

    @Test("a part is suspended once, for at most 366 days, and not into the past")
    func bounds() {
        let scene = PeopleScene("raze", .accepted)
        let longest = 366 * SampleStreet.day
        for (until, isAllowed) in [(0, false), (longest + 1, false), (longest, true)]
            as [(Int64, Bool)]
        {
            let turn = scene.give(
                .suspend(until: SampleStreet.start.advanced(byMilliseconds: until)))
            #expect((turn.refusal?.code == .valueOutOfRange) == !isAllowed, "\(until)")
        }
        #expect(scene.give(.requestExtension).refusal?.code == .notAllowedInState)
        #expect(scene.give(.resume, hasReason: false).refusal == nil)
        #expect(scene.give(.resume).refusal?.code == .notAllowedInState)
        let again = scene.give(.suspend(until: Self.at(100)))
        #expect(again.refusal?.code == .notAllowedInState)
    }

    @Test("nothing suspended is dispatched, and it is as soon as it resumes")
    func dispatched() {
        let scene = PeopleScene("litter", .queued)
        scene.give(.suspend(until: Self.at(60)))
        scene.fixture.turn(after: 60 * Self.minute - 1)
        let worker = scene.fixture.worker("urban", credit: 1)
        #expect(scene.state == .queued)
        let turn = scene.fixture.turn(after: 1)
        #expect(turn.facts.contains { if case .assignmentResumed = $0 { true } else { false } })
        #expect(scene.state == .dispatched && turn.assigned.count == 1)
        _ = worker
    }

    @Test("an overdue part that was suspended is missed once, and counts as overdue once")
    func overdue() {
        let scene = PeopleScene("raze", .accepted)
        scene.fixture.turn(after: 240 * Self.minute)
        scene.give(.suspend(until: Self.at(500)))
        scene.fixture.turn(after: 500 * Self.minute)
        scene.fixture.turn(after: 500 * Self.minute)
        #expect(scene.fixture.record.street.missed[Int(ClockKind.resolve.rawValue)] == 1)
        #expect(scene.fixture.counters("urban").overdue == 1)
    }

    /// So many minutes after the call was filed.
    private static func at(_ minutes: Int64) -> Timestamp {
        SampleStreet.start.advanced(byMilliseconds: minutes * minute)
    }
}
