import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("WorkerMachine: the inbox")
struct WorkerMachineInboxTests {
    private func machine(
        notificationsAtOnce: Int = 2, waiting: Int = 100, settle: Int64 = 0
    ) -> WorkerMachine {
        var settings = WorkerMachine.Settings(
            capacity: 256, accepts: false, graceMilliseconds: 1_000, settleMilliseconds: settle)
        settings.inbox = .init(
            notificationsAtOnce: notificationsAtOnce, notificationsWaiting: waiting)
        return WorkerMachine(settings: settings)
    }

    private func delivered(_ serial: UInt64) -> WorkerMachine.Event {
        .answered([WorkAnswer(claim(serial), .deliver)])
    }

    private func refused(_ serial: UInt64, _ code: RefusalCode) -> WorkerMachine.Event {
        .answered([WorkAnswer(claim(serial), .deliver, refusal: Refusal(code, reason: "no"))])
    }

    private func failed(_ serial: UInt64) -> FinishedWork {
        FinishedWork(claim(serial), .outcome(.failed("exit 1")))
    }

    // MARK: - Deliveries

    @Test("delivers every assignment at once and accepts none")
    func delivers() {
        var machine = machine()
        let actions = machine.handle(.assigned((1...300).map { assignment($0) }))
        #expect(actions.deliveries == (1...300).map { claim($0) })
        #expect(actions.accepts.isEmpty && actions.starts.isEmpty)
        #expect(machine.hand(of: claim(300)) == .delivering)
    }

    @Test("notifies once the broker has confirmed, not before, and only once")
    func notifiesOnce() {
        var machine = machine()
        #expect(machine.handle(.assigned([assignment(1)])).starts.isEmpty)
        #expect(machine.handle(.assigned([assignment(1)])) == WorkerActions())
        let confirmed = machine.handle(delivered(1))
        #expect(confirmed.starts == [assignment(1)] && confirmed.deliveries.isEmpty)
        #expect(machine.hand(of: claim(1)) == nil && machine.counts.delivered == 1)
        // An answer, and an assignment, that were sent twice.
        #expect(machine.handle(delivered(1)) == WorkerActions())
        #expect(machine.handle(.assigned([assignment(1)])) == WorkerActions())
        #expect(machine.handle(.finished([completed(1)])) == WorkerActions())
        #expect(machine.handle(.assigned([assignment(1)])) == WorkerActions())
        #expect(machine.counts.delivered == 1 && machine.counts.notificationsFailed == 0)
    }

    @Test("what comes back to the department later is delivered and notified again")
    func notifiesAgain() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(delivered(1))
        _ = machine.handle(.finished([completed(1)]))
        let again = machine.handle(.assigned([assignment(1, attempt: 2)]))
        #expect(again.deliveries == [claim(1, attempt: 2)])
        let confirmed = machine.handle(
            .answered([WorkAnswer(claim(1, attempt: 2), .deliver)]))
        #expect(confirmed.starts == [assignment(1, attempt: 2)])
    }

    @Test("without a command nobody is notified")
    func silent() {
        var machine = machine(notificationsAtOnce: 0)
        _ = machine.handle(.assigned([assignment(1)]))
        #expect(machine.handle(delivered(1)) == WorkerActions())
        #expect(machine.counts.delivered == 1)
    }

    @Test("a claim that was lost on the way is dropped, and nobody is notified")
    func lost() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        // The answer decides: the delivery may have counted first.
        let withdrawn = machine.handle(.claimsLost([claim(1)], reason: "withdrawn"))
        #expect(withdrawn == WorkerActions() && machine.hand(of: claim(1)) == .delivering)
        let actions = machine.handle(refused(1, .claimLost))
        #expect(actions.starts.isEmpty && machine.hand(of: claim(1)) == nil)
        #expect(
            actions.notices
                == [.claimLost(claim(1), reason: "the broker refused the delivery")])
        #expect(machine.counts.claimsLost == 1 && machine.counts.delivered == 0)
    }

    @Test("a delivery that the broker does not take fails, so that it does not come back for ever")
    func refusedDelivery() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        let actions = machine.handle(refused(1, .notAllowedInState))
        #expect(actions.outcomes.map(\.result) == [.failed] && actions.deliveries.isEmpty)
        #expect(machine.counts.deliveriesRefused == 1)
        #expect(machine.handle(.answered([WorkAnswer(claim(1))])).starts.isEmpty)
        #expect(machine.hand(of: claim(1)) == nil)
    }

    // MARK: - Notifications

    @Test("runs as many notifications at once as it may, and never holds a delivery up")
    func bounded() {
        var machine = machine(notificationsAtOnce: 2)
        _ = machine.handle(.assigned((1...4).map { assignment($0) }))
        let answers = (1...4).map { WorkAnswer(claim($0), .deliver) }
        #expect(machine.handle(.answered(answers)).starts == [assignment(1), assignment(2)])
        #expect(machine.handle(.assigned([assignment(5)])).deliveries == [claim(5)])
        #expect(machine.handle(.finished([completed(2)])).starts == [assignment(3)])
        #expect(machine.handle(.finished([failed(1), completed(3)])).starts == [assignment(4)])
        #expect(machine.counts.notificationsFailed == 1)
    }

    @Test("a notification that fails is a line in the log; nothing is given back or reported")
    func failedNotification() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1)]))
        _ = machine.handle(delivered(1))
        let actions = machine.handle(.finished([failed(1)]))
        #expect(actions.notices == [.notificationFailed(claim(1), reason: "exit 1")])
        #expect(actions.outcomes.isEmpty && actions.giveBacks.isEmpty)
    }

    @Test("more notifications than may wait are left out, with a line each", arguments: [2, 3, 4])
    func leavesOut(count: UInt64) {
        var machine = machine(notificationsAtOnce: 1, waiting: 2)
        _ = machine.handle(.assigned([assignment(9)]))
        _ = machine.handle(delivered(9))
        _ = machine.handle(.assigned((1...count).map { assignment($0) }))
        let answers = (1...count).map { WorkAnswer(claim($0), .deliver) }
        let actions = machine.handle(.answered(answers))
        #expect(actions.notices.count == max(0, Int(count) - 2))
        #expect(machine.counts.notificationsFailed == max(0, Int(count) - 2))
        #expect(machine.counts.delivered == Int(count) + 1)
    }

    // MARK: - Draining

    @Test("a draining worker gives nothing back: what still comes is delivered")
    func drains() {
        var machine = machine(settle: 250)
        _ = machine.handle(.assigned([assignment(1)]))
        let drain = machine.handle(.drainRequested(now: 0))
        #expect(drain.credit == 0 && !drain.isDone)
        let late = machine.handle(.assigned([assignment(2)]))
        #expect(late.deliveries == [claim(2)] && late.giveBacks.isEmpty)
        let answers = [WorkAnswer(claim(1), .deliver), WorkAnswer(claim(2), .deliver)]
        #expect(machine.handle(.answered(answers)).starts.count == 2)
        #expect(!machine.handle(.tick(now: 250)).isDone)
        #expect(!machine.handle(.finished([completed(1)])).isDone)
        #expect(machine.handle(.finished([completed(2)])).isDone)
        #expect(machine.counts.givenBack == 0)
    }

    @Test("at the end of its grace it ends notifications and leaves out those that wait")
    func endsNotifications() {
        var machine = machine(notificationsAtOnce: 1)
        _ = machine.handle(.assigned([assignment(1), assignment(2), assignment(3)]))
        _ = machine.handle(.answered((1...2).map { WorkAnswer(claim($0), .deliver) }))
        _ = machine.handle(.drainRequested(now: 0))
        let end = machine.handle(.tick(now: 1_000))
        #expect(end.stops == [claim(1)] && !end.isDone)
        #expect(end.notices == [.notificationFailed(claim(2), reason: "the worker ends")])
        let late = machine.handle(delivered(3))
        #expect(late.starts.isEmpty)
        #expect(late.notices == [.notificationFailed(claim(3), reason: "the worker ends")])
        let done = machine.handle(.finished([stopped(1)]))
        #expect(done.isDone && done.starts.isEmpty && done.giveBacks.isEmpty)
    }

    @Test("a third signal does not wait for the broker's answers, only for its commands")
    func leaves() {
        var machine = machine()
        _ = machine.handle(.assigned([assignment(1), assignment(2)]))
        _ = machine.handle(delivered(1))
        _ = machine.handle(.drainRequested(now: 0))
        _ = machine.handle(.drainRequested(now: 0))
        #expect(!machine.handle(.drainRequested(now: 0)).isDone)
        #expect(machine.handle(.finished([stopped(1)])).isDone)
    }
}
