import BrokerEngine
import GridModel
import Testing

@Suite("Engine: supervision")
struct SupervisionTests {
    private static let minute = SampleStreet.minute

    @Test("an order owes one reply; its clock speaks until the reply, and not after it")
    func reply() {
        let scene = PeopleScene("raze", .accepted)
        #expect(scene.give(.reply).refusal?.code == .notAllowedInState)
        #expect(scene.give(.supervise, by: scene.reviewer).refusal == nil)
        #expect(scene.give(.supervise, by: scene.chief).refusal?.code == .notAllowedInState)
        let warned = scene.fixture.turn(after: 40 * Self.minute).facts
        #expect(warned.contains(.deadlineWarned(scene.number, clock: .reply)))
        let blank = scene.give(.reply, hasReason: false)
        #expect(blank.refusal?.code == .reasonRequired)
        #expect(scene.give(.reply).refusal == nil)
        let later = scene.fixture.turn(after: 60 * Self.minute).facts
        #expect(!later.contains(.deadlineMissed(scene.number, clock: .reply)))
        #expect(scene.give(.supervise, by: scene.chief).refusal == nil)
    }

    @Test("a reply is owed though the part is done meanwhile, and is missed")
    func done() {
        let scene = PeopleScene("shop", .accepted)
        scene.give(.supervise, by: scene.chief)
        scene.give(.complete(PeopleStreet.nothing))
        #expect(scene.state == .completed)
        #expect(scene.give(.supervise, by: scene.chief).refusal?.code == .notAllowedInState)
        #expect(scene.give(.reply).refusal == nil)
    }

    @Test("a missed clock is put before the department the catalogue names, once")
    func escalation() {
        let scene = PeopleScene("unclear", .accepted)
        let facts = scene.fixture.turn(after: 600 * Self.minute).facts
        let supervisors = facts.compactMap { fact -> UInt16? in
            if case .supervisionOpened(_, _, let supervisor, _, _) = fact {
                supervisor
            } else {
                nil
            }
        }
        // Three departments, each overdue.
        #expect(supervisors == [3, 3, 3])
        let later = scene.fixture.turn(after: 600 * Self.minute).facts
        #expect(!later.contains { if case .supervisionOpened = $0 { true } else { false } })
        #expect(scene.give(.reply).refusal == nil)
    }

    @Test("other clocks and other categories escalate nothing")
    func noRule() {
        let scene = PeopleScene("raze", .accepted)
        let facts = scene.fixture.turn(after: SampleStreet.day).facts
        #expect(!facts.contains { if case .supervisionOpened = $0 { true } else { false } })
    }
}

@Suite("Engine: reports on a case")
struct ReportTests {
    @Test("a report is due every week, warned of and missed; filing it sets the next")
    func weekly() throws {
        let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        let receipt = fixture.file("suit")
        let number = fixture.part(0, of: receipt)
        let week = 7 * SampleStreet.day
        let warned = fixture.turn(after: week / 10 * 8).facts
        #expect(warned.contains(.deadlineWarned(number, clock: .reportDue)))
        fixture.restart()
        let missed = fixture.turn(after: week / 10 * 2).facts
        #expect(missed.contains(.deadlineMissed(number, clock: .reportDue)))
        #expect(fixture.turn(after: week / 2).facts.isEmpty)
        let filed = fixture.give(.report(), on: receipt.id).facts
        let due = filed.compactMap { fact -> Timestamp? in
            if case .reportScheduled(_, let deadline, _) = fact { deadline.dueAt } else { nil }
        }
        #expect(due == [SampleStreet.start.advanced(byMilliseconds: 2 * week)])
    }

    @Test("a category that asks for none takes none")
    func none() {
        let scene = PeopleScene("raze", .accepted)
        #expect(scene.give(.report()).refusal?.code == .notAllowedInState)
    }
}
