import BrokerEngine
import GridModel
import Testing

/// Deadlines past the published calendar, and the next one that moves them.
@Suite("Engine: provisional deadlines")
struct RevisionTests {
    /// The street with every clock limited by working time, under a calendar that is published
    /// through day 70, 84 or 140.
    private static func catalogue(
        published days: Int64, resolve: Limit = Limit(12, .workDay),
        others: Limit = Limit(10, .workDay)
    ) -> StreetCatalogue {
        var catalogue = PeopleStreet.catalogue()
        catalogue.calendar = calendar(published: days)
        for index in catalogue.categories.indices where catalogue.categories[index].id == "raze" {
            catalogue.categories[index].isChecked = true
            for condition in catalogue.categories[index].conditions.indices {
                var limits = ClockLimits()
                limits.resolve = resolve
                limits.dispatch = others
                limits.accept = others
                limits.arrive = others
                limits.review = others
                limits.check = others
                limits.reply = Limit(30, .workDay)
                catalogue.categories[index].conditions[condition].limits = limits
            }
        }
        return catalogue
    }

    /// Nine to five from Monday to Friday; from day 70 on with holidays, a make-up Saturday and
    /// Sunday, and shorter Fridays, which nobody knows of before they are published.
    private static func calendar(published days: Int64) -> WorkCalendar {
        let intervals = (0..<days).compactMap { index -> WorkCalendar.Interval? in
            let isFree = (72..<79).contains(index) || index == 93
            let isMadeUp = index == 82 || index == 89
            guard isMadeUp || (index % 7 < 5 && !isFree) else { return nil }
            let midnight = SampleStreet.monday.advanced(byMilliseconds: index * SampleStreet.day)
            let closing: Int64 = index >= 70 && index % 7 == 4 ? 15 : 17
            return WorkCalendar.Interval(
                opens: midnight.advanced(byMilliseconds: 9 * SampleStreet.hour),
                closes: midnight.advanced(byMilliseconds: closing * SampleStreet.hour),
                day: midnight.milliseconds / SampleStreet.day)
        }
        return WorkCalendar(
            intervals: intervals,
            publishedThrough: SampleStreet.monday.advanced(byMilliseconds: days * SampleStreet.day),
            zone: .utc)
    }

    // MARK: - Against the calendar that was always known

    /// What somebody does to a call, or that time passes.
    private enum Step: CaseIterable {
        case deliver, accept, arrive, propose, approve, correct, extend, suspend, resume
        case supervise, reply, complete, failCheck, fail, merge, unmerge, wait, restart
    }

    /// A street, its calls and what may be done to the last part of the second of them.
    private final class Scene {
        let fixture: EngineFixture
        let main: FiledReceipt
        let receipt: FiledReceipt

        init(_ catalogue: StreetCatalogue) {
            fixture = EngineFixture(catalogue: catalogue)
            fixture.turn(after: 61 * SampleStreet.day + 90 * SampleStreet.minute)
            main = fixture.file("raze")
            receipt = fixture.file("raze")
        }

        var parts: [AssignmentSlot] {
            guard let call = fixture.record.call(serial: receipt.serial) else { return [] }
            return fixture.record.assignments(of: call).map { fixture.record.assignments[$0] }
        }

        /// The refusal, if there was one.
        func take(_ step: Step, _ amount: Int64) -> RefusalCode? {
            fixture.turn(after: amount)
            let now = fixture.wall
            switch step {
            case .deliver: return deliver()
            case .accept: return give(.accept)
            case .arrive: return give(.arrive)
            case .propose: return give(.propose(PeopleStreet.major))
            case .approve: return give(.review(.approved, digest: PeopleStreet.major.digest))
            case .correct: return give(.review(.corrected, digest: PeopleStreet.major.digest))
            case .extend:
                return give(.requestExtension) ?? give(.decideExtension(approved: true))
            case .suspend:
                return give(.suspend(until: now.advanced(byMilliseconds: amount * 20 + 1)))
            case .resume: return give(.resume)
            case .supervise: return give(.supervise)
            case .reply: return give(.reply)
            case .complete: return give(.complete(PeopleStreet.minor))
            case .failCheck: return give(.check(passed: false, failed: []))
            case .fail: return give(.fail)
            case .merge: return give(.merge(into: main.id))
            case .unmerge: return give(.unmerge)
            case .wait: return nil
            case .restart:
                fixture.restart()
                return nil
            }
        }

        private func give(_ action: PersonCommand.Action) -> RefusalCode? {
            let ordinal = max(0, parts.count - 1)
            return fixture.give(action, on: receipt.id, ordinal: ordinal).refusal?.code
        }

        private func deliver() -> RefusalCode? {
            guard let part = parts.last, part.state == .queued else { return .notAllowedInState }
            let worker = fixture.worker("urban", credit: 2)
            for number in [fixture.part(0, of: main), part.number] {
                guard let claim = fixture.claim(number) else { continue }
                fixture.turn(.progress(worker, claim, .deliver))
            }
            fixture.turn(.goodbye(worker))
            return nil
        }

        /// Every clock of the call that runs, by name.
        var clocks: [String: Deadline] {
            var clocks: [String: Deadline] = [:]
            for (index, part) in parts.enumerated() where part.state.isOpen {
                clocks["resolve \(index)"] = part.resolve
                if let clock = part.stepClock { clocks["\(clock) \(index)"] = part.step }
                let slot = fixture.record.assignment(part.number)
                let supervision = slot.flatMap { fixture.record.detail(of: $0) }?.supervision
                if let supervision, !supervision.isReplied {
                    clocks["reply \(index)"] = supervision.reply.deadline
                }
            }
            if let call = fixture.record.call(serial: receipt.serial) {
                clocks["check"] = fixture.record.detail(ofCall: call)?.check?.deadline
            }
            return clocks
        }
    }

    @Test(
        "whatever happened to a clock, the next calendar moves it to where it would have been",
        arguments: 0..<400)
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let resolve = [Limit(12, .workDay), Limit(90, .workHour), Limit(20, .workDay)]
        let others = [Limit(10, .workDay), Limit(80, .workHour)]
        let limits = (
            resolve[Int(random.next() % 3)], others[Int(random.next() % 2)]
        )
        func street(_ days: Int64) -> StreetCatalogue {
            Self.catalogue(published: days, resolve: limits.0, others: limits.1)
        }
        let (known, learning) = (Scene(street(140)), Scene(street(70)))
        let count = 4 + Int(random.next() % 12)
        // Some streets learn of the next weeks in two steps.
        let learns = Int(random.next() % UInt64(count + 1))
        let learnsMore = random.next() % 2 == 0 ? nil : Int(random.next() % UInt64(count + 1))
        for index in 0...count {
            if index == learnsMore, index <= learns { learning.fixture.turn(.adopt(street(84))) }
            if index == learns { learning.fixture.turn(.adopt(street(140))) }
            let step = Step.allCases[Int(random.next() % UInt64(Step.allCases.count))]
            let amount = Int64(random.next() % UInt64(14 * SampleStreet.hour))
            let (right, left) = (known.take(step, amount), learning.take(step, amount))
            #expect(left == right, "\(step)")
        }
        #expect(learning.parts.map(\.state) == known.parts.map(\.state))
        #expect(learning.clocks == known.clocks)
        learning.fixture.file("litter")
        let isReplayed = learning.fixture.record == learning.fixture.replica
        #expect(isReplayed)
    }

    // MARK: - One by one

    @Test("every clock that runs past the published calendar is moved", arguments: [true, false])
    func everyClock(afterRestart: Bool) {
        let paths: [(ClockKind, [Step])] = [
            (.dispatch, []), (.accept, [.deliver]), (.arrive, [.deliver, .accept]),
            (.review, [.deliver, .accept, .propose]), (.resolve, []),
            (.reply, [.supervise]), (.check, [.deliver, .complete]),
        ]
        for (clock, path) in paths {
            let scene = Scene(Self.catalogue(published: 70))
            for step in path { #expect(scene.take(step, 0) == nil, "\(clock), \(step)") }
            if afterRestart { scene.fixture.restart() }
            let turn = scene.fixture.turn(.adopt(Self.catalogue(published: 140)))
            let revised = turn.facts.contains { fact in
                guard case .deadlineRevised(let number, clock, let deadline) = fact else {
                    return false
                }
                return number.serial == scene.receipt.serial && !deadline.isProvisional
            }
            #expect(revised, "\(clock)")
            #expect(scene.fixture.record == scene.fixture.replica, "\(clock)")
        }
    }

    @Test("a warning that was given is not given again, and a deadline that passed is missed")
    func warnsOnce() throws {
        let scene = Scene(Self.catalogue(published: 70))
        let number = scene.fixture.part(0, of: scene.receipt)
        let provisional = try #require(scene.fixture.slot(number)).resolve
        let wait = provisional.warnsAt.milliseconds(since: scene.fixture.wall)
        let warned = scene.fixture.turn(after: wait).facts
        #expect(warned.contains(.deadlineWarned(number, clock: .resolve)))
        let next = Self.catalogue(published: 140)
        let revised = next.calendar.deadline(
            from: try #require(scene.fixture.slot(number)).queuedAt, limit: Limit(12, .workDay))
        #expect(revised.warnsAt > scene.fixture.wall)
        let turn = scene.fixture.turn(.adopt(next))
        #expect(turn.facts.contains(.deadlineRevised(number, clock: .resolve, deadline: revised)))
        var facts: [Fact] = turn.facts
        let end = revised.dueAt.milliseconds(since: scene.fixture.wall)
        facts += scene.fixture.turn(after: max(0, end)).facts
        facts += scene.fixture.turn(after: 1).facts
        #expect(!facts.contains(.deadlineWarned(number, clock: .resolve)))
        #expect(facts.filter { $0 == .deadlineMissed(number, clock: .resolve) }.count == 1)
    }

    @Test("a deadline that a new calendar moves into the past is missed at the next turn")
    func movedIntoThePast() throws {
        let scene = Scene(Self.catalogue(published: 70))
        let number = scene.fixture.part(0, of: scene.receipt)
        let due = try #require(scene.fixture.slot(number)).resolve.dueAt
        scene.fixture.turn(after: due.milliseconds(since: scene.fixture.wall) - 1)
        var next = Self.catalogue(published: 140)
        next.calendar = SampleStreet.everyDay(through: 140)
        scene.fixture.turn(.adopt(next))
        let revised = try #require(scene.fixture.slot(number)).resolve
        #expect(revised.dueAt < scene.fixture.wall)
        let missed = scene.fixture.turn().facts + scene.fixture.journal
        #expect(missed.contains(.deadlineMissed(number, clock: .resolve)))
    }

    @Test("what was missed stays missed, and what is certain is not touched")
    func leftAlone() throws {
        let scene = Scene(Self.catalogue(published: 70))
        let number = scene.fixture.part(0, of: scene.receipt)
        let due = try #require(scene.fixture.slot(number)).resolve.dueAt
        scene.fixture.turn(after: due.milliseconds(since: scene.fixture.wall))
        let turn = scene.fixture.turn(.adopt(Self.catalogue(published: 140)))
        #expect(
            !turn.facts.contains { fact in
                if case .deadlineRevised(number, .resolve, _) = fact { true } else { false }
            })
        #expect(scene.fixture.counters("urban").overdue == 2)
        let certain = EngineFixture(catalogue: Self.catalogue(published: 70))
        certain.file("raze")
        let facts = certain.turn(.adopt(Self.catalogue(published: 140))).facts
        #expect(!facts.contains { if case .deadlineRevised = $0 { true } else { false } })
    }
}

extension SampleStreet {
    /// Nine to five every day, published through a day.
    fileprivate static func everyDay(through days: Int64) -> WorkCalendar {
        let intervals = (0..<days).map { index in
            let midnight = monday.advanced(byMilliseconds: index * day)
            return WorkCalendar.Interval(
                opens: midnight.advanced(byMilliseconds: 9 * hour),
                closes: midnight.advanced(byMilliseconds: 17 * hour),
                day: midnight.milliseconds / day)
        }
        return WorkCalendar(
            intervals: intervals,
            publishedThrough: monday.advanced(byMilliseconds: days * day), zone: .utc)
    }
}
