import BrokerEngine
import GridModel
import Testing

@Suite("Engine: handing out work")
struct DispatchTests {
    @Test("work goes out by urgency, then nearest deadline, then filing order")
    func order() {
        let fixture = EngineFixture()
        let receipts = [
            fixture.file("endless"), fixture.file("litter"),
            fixture.file(fixture.submission("litter", condition: "strict")),
            fixture.file("stall"), fixture.file("litter"), fixture.file("manhole"),
        ]
        let turn = {
            let worker = fixture.worker("urban", credit: 0)
            return fixture.turn(.heartbeat(worker, claims: [], credit: 10))
        }()
        let expected = [5, 3, 2, 1, 4, 0].map { receipts[$0].serial }
        #expect(turn.assigned.map(\.assignment.serial) == expected)
    }

    @Test("random work goes out as a sorted list would give it", arguments: UInt64(1)...8)
    func sorted(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 0)
        var held: [Claim] = []
        for _ in 0..<40 {
            var calls: [Submission] = []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                calls.append(
                    fixture.submission(
                        random.pick(["litter", "stall", "manhole", "endless"]),
                        condition: random.pick(["", "strict"]),
                        urgency: random.pick([nil, .emergency, .urgent, .ordinary])))
            }
            let later = Int64.random(in: 0...9_000, using: &random)
            let credit = held.count + Int.random(in: 0...4, using: &random)
            fixture.turn(
                after: later,
                calls.map { .submit(.none, $0, old: nil) } + [
                    .heartbeat(worker, claims: held, credit: held.count)
                ])
            let expected = queued(fixture).prefix(credit - held.count)
            let turn = fixture.turn(.heartbeat(worker, claims: held, credit: credit))
            #expect(turn.assigned.map(\.assignment) == Array(expected))
            held += turn.assigned
        }
    }

    @Test("a worker out of reach is handed nothing until it is heard again, and keeps its own")
    func unreachable() {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 10)
        let submit = { Input.submit(.none, fixture.submission("litter"), old: nil) }
        let held = fixture.turn(submit()).assigned
        #expect(held.count == 1)
        fixture.engine.unreachable(worker)
        #expect(fixture.turn(submit()).assigned.isEmpty)
        fixture.engine.unreachable(fixture.peer(.terminal))
        let turn = fixture.turn(.heartbeat(worker, claims: held, credit: 10))
        #expect(turn.assigned.count == 1 && !held.contains(turn.assigned[0]))
    }

    @Test("a worker never holds more than its credit, which is absolute", arguments: UInt64(1)...5)
    func credit(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let fixture = EngineFixture()
        let workers = (0..<3).map { _ in fixture.worker("urban", credit: 0) }
        var held: [SessionHandle: [Claim]] = [:]
        for _ in 0..<200 {
            var inputs: [Input] = []
            if random.isOne(in: 2) {
                inputs.append(.submit(.none, fixture.submission("litter"), old: nil))
            }
            let worker = random.pick(workers)
            let credit = Int.random(in: 0...4, using: &random)
            if random.isOne(in: 3), let claim = held[worker]?.popLast() {
                inputs.append(
                    .outcome(worker, OutcomeReport(claim: claim, result: .completed), old: nil))
            }
            inputs.append(.heartbeat(worker, claims: held[worker] ?? [], credit: credit))
            let before = held[worker]?.count ?? 0
            for answer in fixture.turn(inputs).answers {
                if case .assigned(let session, let claim) = answer {
                    held[session, default: []].append(claim)
                }
            }
            #expect(held[worker]?.count ?? 0 <= max(credit, before))
            if fixture.counters("urban").queued > 0 { #expect(held[worker]?.count ?? 0 >= credit) }
        }
    }

    @Test("credit lowered below what is in hand takes nothing away and gives nothing new")
    func lowered() {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 3)
        for _ in 0..<4 { fixture.file("litter") }
        #expect(fixture.counters("urban").inHand == 3)
        fixture.turn(.heartbeat(worker, claims: [], credit: 1))
        #expect(fixture.counters("urban").inHand == 3 && fixture.counters("urban").queued == 1)
    }

    @Test(
        "credit at the limit is welcome, above it or below zero the Hello is refused",
        arguments: [(-1, false), (0, true), (4_095, true), (4_096, true), (4_097, false)])
    func creditLimit(credit: Int, isWelcome: Bool) {
        let fixture = EngineFixture()
        let hello = PeerIntroduction(
            session: fixture.newID(), role: .worker, name: "w", department: "urban",
            credit: credit)
        let turn = fixture.turn(.hello(hello))
        #expect((turn.session != nil) == isWelcome)
        if !isWelcome {
            #expect(turn.refusal?.code == .creditOutOfRange && turn.refusal?.field == "credit")
        }
    }

    @Test("credit above the limit in a heartbeat counts as the limit, below zero as zero")
    func creditInHeartbeat() {
        var limits = ProtocolLimits()
        limits.credit = 2
        let fixture = EngineFixture(limits: limits)
        let worker = fixture.worker("urban", credit: 0)
        for _ in 0..<5 { fixture.file("litter") }
        #expect(fixture.turn(.heartbeat(worker, claims: [], credit: -7)).assigned.isEmpty)
        #expect(fixture.turn(.heartbeat(worker, claims: [], credit: .max)).assigned.count == 2)
    }

    @Test("a delivered assignment frees its worker's credit, and an officer's takes none")
    func delivered() throws {
        let fixture = EngineFixture()
        let worker = fixture.worker("urban", credit: 1)
        let first = fixture.part(0, of: fixture.file("litter"))
        let second = fixture.part(0, of: fixture.file("litter"))
        let claim = try #require(fixture.claim(first))
        let turn = fixture.turn(.progress(worker, claim, .deliver))
        #expect(turn.assigned.map(\.assignment) == [second])
        let next = try #require(fixture.claim(second))
        let call = fixture.record.calls[fixture.record.call(serial: claim.assignment.serial) ?? 0]
        fixture.order(.accept, on: call.id)
        fixture.report(.completed, next, from: worker)
        let third = fixture.part(0, of: fixture.file("litter"))
        #expect(fixture.state(first) == .accepted && fixture.state(third) == .dispatched)
    }

    @Test("a worker gets only the grids and categories it names")
    func profiles() {
        let fixture = EngineFixture()
        fixture.file("litter", grid: "g1")
        fixture.file("litter", grid: "g2")
        fixture.file("stall", grid: "g1")
        fixture.worker("urban", grids: ["g1"], categories: ["litter"])
        #expect(fixture.counters("urban").inHand == 1)
        fixture.worker("urban", grids: ["g1"])
        #expect(fixture.counters("urban").inHand == 2)
        fixture.worker("urban", categories: ["stall"])
        #expect(fixture.counters("urban").inHand == 2)
        fixture.worker("urban")
        #expect(fixture.counters("urban").inHand == 3)
    }

    @Test("the most specific worker gets the work, among equals the least loaded")
    func mostSpecific() {
        let fixture = EngineFixture()
        let anything = fixture.worker("urban", credit: 9)
        let grid = fixture.worker("urban", credit: 9, grids: ["g1"])
        let twin = fixture.worker("urban", credit: 9, grids: ["g1"])
        let both = fixture.worker("urban", credit: 1, grids: ["g1"], categories: ["litter"])
        let calls = (0..<5).map { _ in fixture.submission("litter", grid: "g1") }
        let turn = fixture.turn(calls.map { .submit(.none, $0, old: nil) })
        #expect(holders(turn) == [both, grid, twin, grid, twin])
        let elsewhere = fixture.submission("litter", grid: "g2")
        #expect(holders(fixture.turn(.submit(.none, elsewhere, old: nil))) == [anything])
    }

    @Test("work that no present worker serves holds up no other work")
    func noHeadOfLine() {
        let fixture = EngineFixture()
        fixture.worker("urban", credit: 2, grids: ["g1"])
        let urgent = fixture.file("manhole", grid: "g3")
        let ordinary = fixture.file("litter", grid: "g1")
        #expect(fixture.state(fixture.part(0, of: urgent)) == .queued)
        #expect(fixture.state(fixture.part(0, of: ordinary)) == .dispatched)
    }

    @Test(
        "random filters: every hand-out serves, and is the best that was waiting",
        arguments: UInt64(1)...8)
    func randomProfiles(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let fixture = EngineFixture()
        var filters: [SessionHandle: (grids: [String], categories: [String])] = [:]
        for _ in 0..<60 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                fixture.turn(
                    .submit(
                        .none,
                        fixture.submission(
                            random.pick(["litter", "stall", "manhole"]),
                            grid: random.pick(SampleStreet.grids)), old: nil))
            }
            let grids = random.isOne(in: 2) ? [random.pick(SampleStreet.grids)] : []
            let categories = random.isOne(in: 2) ? [random.pick(["litter", "stall"])] : []
            let worker = fixture.worker("urban", credit: 0, grids: grids, categories: categories)
            filters[worker] = (grids, categories)
            let waiting = queued(fixture)
            let turn = fixture.turn(.heartbeat(worker, claims: [], credit: 2))
            let served = waiting.filter { serves(filters[worker], $0, fixture) }
            #expect(turn.assigned.map(\.assignment) == Array(served.prefix(2)))
            fixture.turn(.heartbeat(worker, claims: [], credit: 0))
        }
    }

    @Test("a Hello of a department, grid or category nobody declared is refused with its field")
    func unknownIDs() {
        let fixture = EngineFixture()
        func refusal(_ department: String, _ grids: [String], _ categories: [String]) -> Refusal? {
            fixture.turn(
                .hello(
                    PeerIntroduction(
                        session: fixture.newID(), role: .worker, name: "w",
                        department: department, grids: grids, categories: categories))
            ).refusal
        }
        #expect(refusal("parks", [], [])?.code == .unknownDepartment)
        #expect(refusal("parks", [], [])?.field == "department")
        #expect(refusal("urban", ["g1", "g9"], [])?.code == .unknownGrid)
        #expect(refusal("urban", ["g9"], [])?.field == "grids")
        #expect(refusal("urban", [], ["fog"])?.code == .unknownCategory)
        #expect(refusal("urban", [], ["fog"])?.field == "categories")
        #expect(fixture.sessionCount == 0)
    }

    @Test("filters of workers that left make room for new ones")
    func profilesComeAndGo() {
        var street = SampleStreet.catalogue()
        street.grids += (0..<100).map { number in
            Grid(id: "x\(number)", name: LocalizedName(chinese: "", english: ""))
        }
        let fixture = EngineFixture(catalogue: street)
        for number in 0..<100 {
            let call = fixture.file("litter", grid: "x\(number)")
            let hello = PeerIntroduction(
                session: fixture.newID(), role: .worker, name: "w", department: "urban",
                grids: ["x\(number)"], credit: 1)
            let turn = fixture.turn(.hello(hello))
            #expect(turn.assigned.map(\.assignment) == [fixture.part(0, of: call)])
            if let worker = turn.session { fixture.turn(.goodbye(worker)) }
        }
        fixture.worker("urban", credit: 200)
        #expect(fixture.counters("urban").inHand == 100)
    }

    @Test("a department's workers name at most 63 different filters at once")
    func tooManyProfiles() {
        var street = SampleStreet.catalogue()
        street.grids += (0..<64).map { number in
            Grid(id: "x\(number)", name: LocalizedName(chinese: "", english: ""))
        }
        let fixture = EngineFixture(catalogue: street)
        for number in 0..<63 { fixture.worker("urban", grids: ["x\(number)"]) }
        let hello = PeerIntroduction(
            session: fixture.newID(), role: .worker, name: "w", department: "urban",
            grids: ["x63"], credit: 1)
        let refusal = fixture.turn(.hello(hello)).refusal
        #expect(refusal?.code == .valueOutOfRange && refusal?.field == "grids")
        fixture.worker("urban", grids: ["x7"])
        fixture.worker("urban")
    }

    @Test("a paused department gets nothing until its pause is over")
    func paused() throws {
        let fixture = EngineFixture()
        let until = fixture.wall.advanced(byMilliseconds: 60_000)
        let urban = try #require(fixture.record.symbols.departments.number(of: "urban"))
        fixture.force([.queuePaused(department: urban, until: until, actor: 0, reason: nil)])
        let worker = fixture.worker("urban")
        let part = fixture.part(0, of: fixture.file("litter"))
        fixture.turn(after: 5_000)
        #expect(fixture.state(part) == .queued)
        for _ in 0..<6 {
            fixture.engine.heard(worker)
            fixture.turn(after: 9_500)
        }
        #expect(fixture.state(part) == .dispatched)
    }

    @Test("sessions have a limit; a session that is there may say Hello again")
    func sessions() {
        var limits = ProtocolLimits()
        limits.sessions = 2
        let fixture = EngineFixture(limits: limits)
        let first = PeerIntroduction(session: fixture.newID(), role: .terminal, name: "a")
        let second = PeerIntroduction(session: fixture.newID(), role: .terminal, name: "b")
        let third = PeerIntroduction(session: fixture.newID(), role: .terminal, name: "c")
        let handle = fixture.turn(.hello(first)).session
        fixture.turn(.hello(second))
        #expect(fixture.turn(.hello(third)).refusal?.code == .tooManySessions)
        #expect(fixture.turn(.hello(first)).session == handle)
        fixture.turn(.goodbye(handle ?? .none))
        #expect(fixture.turn(.hello(third)).session != nil)
    }

    private func holders(_ turn: Turn) -> [SessionHandle] {
        turn.answers.compactMap { if case .assigned(let session, _) = $0 { session } else { nil } }
    }

    private func need(
        _ serial: UInt64, _ fixture: EngineFixture
    ) -> (need: [Int64], number: AssignmentNumber) {
        let number = AssignmentNumber(serial: serial, ordinal: 0)
        guard let slot = fixture.slot(number) else { return ([], number) }
        let urgency = fixture.record.calls[slot.call].urgency
        return ([Int64(urgency.rawValue), slot.resolve.dueAt.milliseconds], number)
    }

    /// What waits, in order of need.
    private func queued(_ fixture: EngineFixture) -> [AssignmentNumber] {
        (1..<fixture.record.nextSerial).map { need($0, fixture) }
            .filter { fixture.state($0.number) == .queued }
            .sorted { ($0.need, $0.number) < ($1.need, $1.number) }.map(\.number)
    }

    private func serves(
        _ filter: (grids: [String], categories: [String])?, _ number: AssignmentNumber,
        _ fixture: EngineFixture
    ) -> Bool {
        guard let filter, let slot = fixture.slot(number) else { return false }
        let call = fixture.record.calls[slot.call]
        let grid = fixture.record.symbols.grids.name(of: call.grid)
        let category = fixture.record.symbols.categories.name(of: call.category)
        return (filter.grids.isEmpty || filter.grids.contains(grid))
            && (filter.categories.isEmpty || filter.categories.contains(category))
    }
}

/// Lists are compared element by element, as words are.
private func < (
    left: ([Int64], AssignmentNumber), right: ([Int64], AssignmentNumber)
) -> Bool {
    left.0 == right.0 ? left.1 < right.1 : left.0.lexicographicallyPrecedes(right.0)
}
