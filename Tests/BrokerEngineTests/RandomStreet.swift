import BrokerEngine
import GridModel

/// A street's life from one seed: terminals that repeat themselves, workers that come, go, fall
/// silent and report late, people who command, clocks that jump, and new starts.
struct RandomStreet {
    private(set) var fixture: EngineFixture
    private(set) var statistics = NaiveStatistics()
    /// Every answer so far, to compare two runs.
    private(set) var answers: [Answer] = []
    private var random: SeededRandom
    private var workers: [Worker] = []
    private var filed: [Submission] = []
    private var claims: [Claim] = []
    private var commands: [PersonCommand] = []
    private var counted = 0

    private struct Worker {
        var hello: PeerIntroduction
        var session: SessionHandle
        var held: [Claim] = []
    }

    init(seed: UInt64, catalogue: StreetCatalogue = SampleStreet.catalogue()) {
        var catalogue = catalogue
        catalogue.policy.maximumAttempts = 3
        fixture = EngineFixture(catalogue: catalogue)
        random = SeededRandom(seed: seed)
        recount()
    }

    /// One turn of anything.
    mutating func turn() {
        if random.isOne(in: 60) { restart() }
        if random.isOne(in: 40) { decideChecks() }
        if random.isOne(in: 50) {
            fixture.moveWall(by: .random(in: -3_600_000...3_600_000, using: &random))
        }
        var inputs: [Input] = []
        for _ in 0..<Int.random(in: 0...6, using: &random) { inputs.append(input()) }
        note(fixture.turn(after: pause(), inputs))
    }

    /// Lets time pass in which nobody but the workers' heartbeats is heard.
    mutating func quietTurn(after milliseconds: Int64) {
        note(
            fixture.turn(
                after: milliseconds,
                workers.map { .heartbeat($0.session, claims: $0.held, credit: 1_000) }))
    }

    /// A new process on the same journal; everybody's session is gone.
    mutating func restart() {
        fixture.restart(after: random.isOne(in: 2) ? 500 : 40_000)
        let hellos = workers.map { worker in
            var hello = worker.hello
            hello.claims = worker.held
            return Input.hello(hello)
        }
        workers = []
        note(fixture.turn(hellos))
    }

    /// Everybody goes; one worker for each department comes that takes anything.
    mutating func changeShift() {
        note(fixture.turn(workers.map { .goodbye($0.session) }))
        for department in SampleStreet.departments {
            note(fixture.turn(.hello(hello(department, credit: 1_000))))
        }
    }

    /// Brings a wall clock that was set back to where engine time is: backoffs end by it.
    mutating func setClockRight() {
        fixture.moveWall(by: max(0, fixture.record.now.milliseconds(since: fixture.wall)))
    }

    /// Completes all that is in hand and brings all that is stuck or returned back into motion.
    mutating func workOff() {
        var inputs = workers.flatMap { worker in
            worker.held.map { claim in
                Input.outcome(
                    worker.session, OutcomeReport(claim: claim, result: .completed), old: nil)
            }
        }
        for (number, part) in statistics.parts.sorted(by: { $0.key < $1.key }) {
            guard let call = fixture.record.call(serial: number.serial) else { continue }
            let id = fixture.record.calls[call].id
            if part.state == .stuck || part.state == .returned {
                let action: PersonCommand.Action = part.state == .stuck ? .requeue : .withdraw
                inputs.append(
                    .command(
                        .none, fixture.command(action, on: id, ordinal: number.ordinal),
                        old: nil))
            } else if part.state == .delivered, let claim = fixture.claim(number) {
                inputs.append(
                    .outcome(
                        workers[part.department].session,
                        OutcomeReport(claim: claim, result: .completed), old: nil))
            }
        }
        note(fixture.turn(after: 100, inputs))
    }

    private mutating func pause() -> Int64 {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: Int64.random(in: 30_000...4_000_000, using: &random)
        case 1...3: Int64.random(in: 10_000...35_000, using: &random)
        case 4...20: 0
        default: Int64.random(in: 1...4_000, using: &random)
        }
    }

    private mutating func input() -> Input {
        switch Int.random(in: 0..<20, using: &random) {
        case 0...4: return submit()
        case 5...6: return helloInput()
        case 7...11: return heartbeat()
        case 12...13: return progress()
        case 14...17: return outcome()
        case 18: return command()
        default: return random.isOne(in: 3) ? .goodbye(session()) : heartbeat()
        }
    }

    private mutating func submit() -> Input {
        if random.isOne(in: 6), !filed.isEmpty {
            var again = random.pick(filed)
            if random.isOne(in: 3) { again.contentDigest = UniqueID(high: 3, low: 3) }
            return .submit(session(), again, old: nil)
        }
        let call = fixture.submission(
            random.pick(SampleStreet.categories.map(\.id)), grid: random.pick(SampleStreet.grids),
            condition: random.pick(["", "strict"]),
            campaign: random.isOne(in: 4) ? random.pick(SampleStreet.campaigns.map(\.id)) : "",
            urgency: random.isOne(in: 4) ? .emergency : nil)
        filed.append(call)
        return .submit(session(), call, old: nil)
    }

    private mutating func helloInput() -> Input {
        if random.isOne(in: 2), let worker = workers.randomElement(using: &random) {
            var again = worker.hello
            again.claims = worker.held.filter { _ in !random.isOne(in: 4) }
            if random.isOne(in: 5), let claim = claims.randomElement(using: &random) {
                again.claims.append(claim)
            }
            return .hello(again)
        }
        var hello = hello(
            random.pick(SampleStreet.departments), credit: Int.random(in: 0...6, using: &random))
        if random.isOne(in: 3) { hello.grids = [random.pick(SampleStreet.grids)] }
        if random.isOne(in: 3) {
            hello.categories = [random.pick(SampleStreet.categories.map(\.id))]
        }
        return .hello(hello)
    }

    private mutating func hello(_ department: String, credit: Int) -> PeerIntroduction {
        let introduction = PeerIntroduction(
            session: fixture.newID(), role: .worker, name: random.pick(["a", "b"]),
            department: department, credit: credit)
        hellos.append(introduction)
        return introduction
    }

    private var hellos: [PeerIntroduction] = []

    private mutating func heartbeat() -> Input {
        guard let worker = workers.randomElement(using: &random) else {
            return .heartbeat(.none, claims: claims, credit: 3)
        }
        let listed = worker.held.filter { _ in !random.isOne(in: 5) }
        return .heartbeat(
            worker.session, claims: listed, credit: Int.random(in: 0...8, using: &random))
    }

    private mutating func progress() -> Input {
        .progress(session(), claim(), random.pick(ProgressStep.allCases))
    }

    private mutating func outcome() -> Input {
        let worker = workers.randomElement(using: &random)
        let claim = worker?.held.randomElement(using: &random) ?? claim()
        let result = random.pick([OutcomeResult.completed, .completed, .returned, .failed])
        return .outcome(
            worker?.session ?? .none, OutcomeReport(claim: claim, result: result), old: nil)
    }

    private mutating func command() -> Input {
        if random.isOne(in: 6), let again = commands.randomElement(using: &random) {
            return .command(.none, again, old: nil)
        }
        if random.isOne(in: 4) { return campaignCommand() }
        let command = fixture.command(
            random.pick([
                .withdraw, .withdraw, .requeue, .requeue, .void,
                .redispatch(department: random.pick(SampleStreet.departments)),
            ]),
            on: filed.randomElement(using: &random)?.id ?? UniqueID(high: 1, low: 0),
            ordinal: Int.random(in: 0...4, using: &random),
            revision: random.isOne(in: 5) ? 3 : 0)
        commands.append(command)
        return .command(.none, command, old: nil)
    }

    private mutating func campaignCommand() -> Input {
        let id = random.pick(SampleStreet.campaigns.map(\.id))
        let until = fixture.wall.advanced(
            byMilliseconds: .random(in: -1_000...3_000_000, using: &random))
        let activity = Activity(kind: .outreach, heldAt: until, sessions: 1, people: 30)
        let command = fixture.command(
            random.pick([
                .openCampaign(id), .openCampaign(id), .extendCampaign(id, until: until),
                .closeCampaign(id), .recordActivity(activity),
            ]), on: UniqueID(high: 0, low: 0))
        commands.append(command)
        return .command(.none, command, old: nil)
    }

    private mutating func session() -> SessionHandle {
        workers.randomElement(using: &random)?.session ?? .none
    }

    private mutating func claim() -> Claim {
        claims.randomElement(using: &random)
            ?? Claim(epoch: 1, assignment: AssignmentNumber(rawValue: 64), attempt: 1)
    }

    /// What no input decides yet: checks pass or fail, reports are verified.
    private mutating func decideChecks() {
        var facts: [Fact] = []
        for call in 0..<Slot(fixture.record.calls.capacity) {
            let serial = fixture.record.calls[call].serial
            guard serial != 0, fixture.record.calls[call].state == .checking else { continue }
            let parts = fixture.record.assignments(of: call).map { fixture.record.assignments[$0] }
            let passed = random.isOne(in: 2)
            facts.append(.checkDecided(serial: serial, passed: passed, actor: 0, note: nil))
            if passed {
                facts.append(.callClosed(serial: serial))
            } else if let part = parts.first(where: { $0.state == .completed }) {
                facts.append(
                    .assignmentReworked(part.number, dispatch: .none, resolve: part.resolve))
            }
        }
        guard !facts.isEmpty else { return }
        fixture.force(facts)
        recount()
        restart()
    }

    private mutating func note(_ turn: Turn) {
        answers += turn.answers
        for answer in turn.answers { note(answer) }
        recount()
    }

    private mutating func note(_ answer: Answer) {
        switch answer {
        case .welcome(let session, let kept):
            guard let id = fixture.engine.sessionID(of: session),
                let hello = hellos.last(where: { $0.session == id })
            else { return }
            if !workers.contains(where: { $0.session == session }) {
                workers.append(Worker(hello: hello, session: session))
            }
            _ = kept
        case .assigned(let session, let claim):
            claims.append(claim)
            if claims.count > 200 { claims.removeFirst(100) }
            edit(session) { worker in
                if !worker.held.contains(claim) { worker.held.append(claim) }
            }
        case .calledBack(_, let claim), .outcome(let claim, _), .outcomeRefused(let claim, _),
            .progress(let claim, .giveBack, _), .progress(let claim, .deliver, _):
            for index in workers.indices { workers[index].held.removeAll { $0 == claim } }
        case .ended(let session): workers.removeAll { $0.session == session }
        default: break
        }
    }

    private mutating func edit(_ session: SessionHandle, _ change: (inout Worker) -> Void) {
        guard let index = workers.firstIndex(where: { $0.session == session }) else { return }
        change(&workers[index])
    }

    private mutating func recount() {
        for fact in fixture.journal[counted...] { statistics.apply(fact) }
        counted = fixture.journal.count
    }
}
