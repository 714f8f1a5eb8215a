import BrokerEngine
import GridModel
import Testing

@Suite("Engine: orders to workers")
struct WorkerOrderTests {
    private let fixture = EngineFixture()
    private let named = WorkerChoice.named("w", department: "urban")

    /// The worker leaves without a word and a new process comes under its name.
    private func startAgain(_ worker: SessionHandle) -> SessionHandle {
        fixture.turn(.goodbye(worker))
        return fixture.worker("urban", credit: 5)
    }

    private func works(_ worker: SessionHandle) -> Bool {
        let number = fixture.part(0, of: fixture.file("litter"))
        defer { fixture.give(.void, on: fixture.lastCall) }
        return fixture.claim(number).map { fixture.isHeld($0, by: worker) } == true
            && fixture.state(number) == .dispatched
    }

    @Test("a name that is quiet stays so over sessions and restarts, until it is told to work")
    func quiet() {
        var worker = fixture.worker("urban", credit: 5)
        #expect(works(worker))
        fixture.order(.directWorker(.quiet, named))
        #expect(!works(worker) && fixture.engine.order(of: worker) == .quiet)
        worker = startAgain(worker)
        #expect(!works(worker) && fixture.engine.order(of: worker) == .quiet)
        fixture.restart()
        #expect(fixture.record == fixture.replica)
        worker = fixture.worker("urban", credit: 5)
        let second = fixture.worker("urban", credit: 5)
        #expect(!works(worker) && !works(second))
        let turn = fixture.order(.directWorker(.work, named))
        #expect(turn.answers.contains(.directed(worker, .work)))
        #expect(turn.answers.contains(.directed(second, .work)))
        #expect(turn.facts.filter(Self.isOrder).count == 1)
        #expect(works(worker) || works(second))
        fixture.turn(.goodbye(second))
        worker = startAgain(worker)
        #expect(works(worker) && fixture.engine.order(of: worker) == nil)
    }

    @Test("an order to one session ends with it")
    func session() throws {
        var worker = fixture.worker("urban", credit: 5)
        let id = try #require(fixture.engine.workers(of: []).first?.session)
        fixture.order(.directWorker(.quiet, .session(id)))
        #expect(!works(worker) && fixture.record.quietWorkers.isEmpty)
        worker = startAgain(worker)
        #expect(works(worker))
    }

    @Test("a drained worker works when it is started again, also one that was quiet before")
    func drain() {
        var worker = fixture.worker("urban", credit: 5)
        for earlier in [[], [WorkerOrder.quiet]] {
            for order in earlier { fixture.order(.directWorker(order, named)) }
            let turn = fixture.order(.directWorker(.drain, named))
            #expect(turn.answers.contains(.directed(worker, .drain)))
            #expect(!works(worker))
            worker = startAgain(worker)
            #expect(works(worker), "\(earlier)")
        }
    }

    @Test("a worker that is away can be told to be quiet, and to work again, but not to end")
    func away() {
        let unknown = fixture.order(.directWorker(.quiet, named))
        #expect(unknown.refusal?.code == .notFound && unknown.facts.isEmpty)
        fixture.turn(.goodbye(fixture.worker("urban", credit: 5)))
        for order in [WorkerOrder.drain, .work] {
            let turn = fixture.order(.directWorker(order, named))
            #expect(turn.refusal?.code == .notFound && turn.facts.isEmpty, "\(order)")
        }
        #expect(fixture.order(.directWorker(.quiet, named)).refusal == nil)
        let worker = fixture.worker("urban", credit: 5)
        #expect(!works(worker))
        fixture.turn(.goodbye(worker))
        #expect(fixture.order(.directWorker(.work, named)).refusal == nil)
        #expect(works(fixture.worker("urban", credit: 5)))
    }

    @Test("an order to one session goes before what stands for its name")
    func sessionFirst() throws {
        fixture.turn(.goodbye(fixture.worker("urban", credit: 5)))
        fixture.order(.directWorker(.quiet, named))
        let worker = fixture.worker("urban", credit: 5)
        let id = try #require(fixture.engine.workers(of: []).first?.session)
        fixture.order(.directWorker(.work, .session(id)))
        #expect(works(worker))
        #expect(!works(startAgain(worker)))
    }

    private static func isOrder(_ fact: Fact) -> Bool {
        if case .workerDirected = fact { true } else { false }
    }
}

extension EngineFixture {
    /// The id of the call that was filed last.
    fileprivate var lastCall: CallID {
        for case .callFiled(let filed) in journal.reversed() { return filed.id }
        preconditionFailure("a call was filed")
    }
}
