import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("WorkerMachine, draining")
struct WorkerMachineDrainTests {
    private var machine = WorkerMachine(
        settings: .init(capacity: 2, graceMilliseconds: 1_000, settleMilliseconds: 0))

    @Test("with nothing in hand it is done at once and takes nothing new")
    mutating func idle() {
        let actions = machine.handle(.drainRequested(now: 0))
        #expect(actions.credit == 0)
        #expect(actions.drains)
        #expect(actions.isDone)
        let late = machine.handle(.assigned([assignment(1)]))
        #expect(late.starts.isEmpty)
        #expect(late.giveBacks == [claim(1)])
    }

    @Test("gives back what its handler stopped because of the drain")
    mutating func handlerStops() {
        _ = machine.handle(.assigned([assignment(1)]))
        #expect(machine.handle(.drainRequested(now: 0)).stops.isEmpty)
        let actions = machine.handle(.finished([FinishedWork(claim(1), .stopped)]))
        #expect(actions.giveBacks == [claim(1)] && actions.outcomes.isEmpty)
    }

    @Test("finishes what runs and waits for the receipt before it is done")
    mutating func finishes() {
        _ = machine.handle(.assigned([assignment(1)]))
        let drain = machine.handle(.drainRequested(now: 0))
        #expect(drain.stops.isEmpty)
        #expect(drain.notices == [.draining(inHand: 1)])
        #expect(!machine.handle(.finished([completed(1)])).isDone)
        #expect(machine.handle(.answered([WorkAnswer(claim(1))])).isDone)
    }

    @Test("gives back what waits for a handler, and what is assigned late")
    mutating func givesBackWaiting() {
        _ = machine.handle(.assigned([assignment(1), assignment(2), assignment(3)]))
        #expect(machine.handle(.drainRequested(now: 0)).giveBacks == [claim(3)])
        let late = machine.handle(.assigned([assignment(4)]))
        #expect(late.starts.isEmpty)
        #expect(late.giveBacks == [claim(4)])
        #expect(machine.counts.givenBack == 2)
    }

    @Test("stays a moment for work that was on its way, and gives it back", arguments: [249, 250])
    func settles(now: Int64) {
        var machine = WorkerMachine(settings: .init(capacity: 1, graceMilliseconds: 1_000))
        #expect(!machine.handle(.drainRequested(now: 0)).isDone)
        #expect(machine.nextTick == 250)
        #expect(machine.handle(.tick(now: now)).isDone == (now >= 250))
    }

    @Test("lets handlers go on until the grace time ends", arguments: [999, 1_000, 1_001])
    func graceTime(now: Int64) {
        var machine = machine
        _ = machine.handle(.assigned([assignment(2), assignment(1)]))
        _ = machine.handle(.drainRequested(now: 0))
        #expect(machine.nextTick == 1_000)
        let actions = machine.handle(.tick(now: now))
        #expect(actions.stops == (now < 1_000 ? [] : [claim(1), claim(2)]))
    }

    @Test("gives back after a handler has ended, not before")
    mutating func givesBackAfterEnd() {
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.drainRequested(now: 0))
        let hurried = machine.handle(.drainRequested(now: 1))
        #expect(hurried.stops == [claim(1)])
        #expect(hurried.giveBacks.isEmpty)
        #expect(machine.nextTick == nil)
        let ended = machine.handle(.finished([stopped(1)]))
        #expect(ended.giveBacks == [claim(1)])
        #expect(!ended.isDone)
        #expect(machine.handle(.answered([WorkAnswer(claim(1), .giveBack)])).isDone)
    }

    @Test("sends the outcome of a handler that had just finished")
    mutating func keepsFinishedWork() {
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.drainRequested(now: 0))
        _ = machine.handle(.drainRequested(now: 1))
        let ended = machine.handle(.finished([completed(1)]))
        #expect(ended.outcomes.count == 1)
        #expect(ended.giveBacks.isEmpty)
    }

    @Test("a third signal leaves without answers, but not before the handlers have ended")
    mutating func leaves() {
        _ = machine.handle(.assigned([assignment(1), assignment(2)]))
        _ = machine.handle(.finished([completed(2)]))
        _ = machine.handle(.drainRequested(now: 0))
        _ = machine.handle(.drainRequested(now: 1))
        let third = machine.handle(.drainRequested(now: 2))
        #expect(third.notices == [.leaving(unanswered: 1)])
        #expect(!third.isDone)
        #expect(machine.handle(.finished([stopped(1)])).isDone)
    }

    @Test("a grace time without end does not overflow")
    func endlessGrace() {
        var machine = WorkerMachine(
            settings: .init(capacity: 1, graceMilliseconds: .max, settleMilliseconds: 0))
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(.drainRequested(now: 5))
        #expect(machine.nextTick == .max)
    }
}
