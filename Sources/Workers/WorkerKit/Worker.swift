import GridCodec
import GridModel
import GridSession
package import Logging
package import ServiceNotify
import Synchronization
package import ZeroMQ

/// A department's worker: a session with the broker, a machine that decides, a handler that works.
///
/// Threads: the session's thread brings events, the thread of `run` brings signals, due times and
/// finished work. Each does a whole turn under one lock, so that a list that comes in goes out as
/// lists again without a change of thread.
package final class Worker: Sendable {
    struct State: Sendable {
        var machine: WorkerMachine
        var session: SessionLoop?
        /// Until when the thread of `run` sleeps, if nobody wakes it.
        var sleepsUntil = Int64.max
        var wasWelcomed = false
        var isDone = false
    }

    let logger: Logger
    private let configuration: WorkerConfiguration
    private let handler: any Handler
    private let notifier: ServiceNotifier
    private let wakeUp: WakeUp
    private let state: Mutex<State>

    /// A worker that has not begun.
    ///
    /// Errors: `EMFILE`.
    package init(
        _ configuration: WorkerConfiguration, handler: any Handler, logger: Logger,
        notifier: ServiceNotifier = ServiceNotifier(socketName: nil)
    ) throws(ZeroMQError) {
        self.configuration = configuration
        self.handler = handler
        self.logger = logger
        self.notifier = notifier
        wakeUp = try WakeUp()
        state = Mutex(State(machine: WorkerMachine(settings: configuration.settings)))
        handler.attach { [wakeUp] in wakeUp.signal() }
    }

    /// What the worker has done so far.
    package var counts: WorkerCounts { state.withLock { $0.machine.counts } }

    /// Works until it was asked to drain and has nothing left to do; blocks the calling thread.
    ///
    /// `signals` each ask it to drain. Errors: `EINVAL` for a malformed endpoint, `EMFILE`.
    package func run(signals: SignalSource? = nil) throws {
        // Events wait at the lock until the session is in its place.
        try state.withLock { $0.session = try makeSession() }
        while let timeout = nextSleep() {
            var items = [PollItem(descriptor: wakeUp.descriptor)]
            if let signals { items.append(PollItem(descriptor: signals.descriptor)) }
            _ = try poll(&items, timeoutMilliseconds: timeout)
            wakeUp.drain()
            while signals?.next() != nil { requestDrain() }
            turn(.tick(now: Monotonic.milliseconds()))
        }
        // Outside the lock: the session's thread may be waiting for it.
        let session = state.withLock { state in
            defer { state.session = nil }
            return state.session
        }
        session?.stop(goodbye: "drained")
        logger.info("done", metadata: summary)
    }

    /// Asks the worker to drain; each further call makes it hurry more. From any thread.
    package func requestDrain() {
        notifier.notify(.stopping)
        turn(.drainRequested(now: Monotonic.milliseconds()))
    }

    // MARK: - Turns

    /// Lets the machine handle `event` and does what it says, until nothing follows from it.
    func turn(_ event: WorkerMachine.Event) {
        state.withLock { state in
            perform(state.machine.handle(event), &state)
            while true {
                let finished = handler.takeFinished(now: Monotonic.milliseconds())
                guard !finished.isEmpty else { break }
                perform(state.machine.handle(.finished(finished)), &state)
            }
            let due = Self.earliest(handler.nextDue, state.machine.nextTick)
            if due < state.sleepsUntil || state.isDone { wakeUp.signal() }
        }
    }

    /// Notes a Welcome; `true` for the first.
    func noteWelcome() -> Bool {
        state.withLock { state in
            defer { state.wasWelcomed = true }
            return !state.wasWelcomed
        }
    }

    /// Tells the service manager that the worker does its work.
    func announceReady() { notifier.notify(.ready) }

    private func perform(_ actions: WorkerActions, _ state: inout State) {
        let now = Monotonic.milliseconds()
        if !actions.starts.isEmpty { handler.start(actions.starts, now: now) }
        if !actions.stops.isEmpty { handler.stop(actions.stops) }
        if actions.drains { handler.drain() }
        state.session?.send(actions)
        for notice in actions.notices { log(notice) }
        if actions.isDone { state.isDone = true }
    }

    /// Milliseconds until something is due; `nil` when the worker is done.
    private func nextSleep() -> Int? {
        state.withLock { state in
            guard !state.isDone else { return nil }
            state.sleepsUntil = Self.earliest(handler.nextDue, state.machine.nextTick)
            guard state.sleepsUntil < .max else { return -1 }
            return Int(clamping: max(0, state.sleepsUntil &- Monotonic.milliseconds()))
        }
    }

    private static func earliest(_ times: Int64?...) -> Int64 {
        times.reduce(.max) { min($0, $1 ?? .max) }
    }

    /// The service manager watches the session's loop: events make it do the worker's turns too.
    private var pulse: SessionLoop.Pulse? {
        notifier.beatMilliseconds.map { interval in
            SessionLoop.Pulse(milliseconds: interval) { [notifier] in notifier.beat(now: $0) }
        }
    }

    private func makeSession() throws -> SessionLoop {
        var session = SessionConfiguration(
            session: .random(), role: .worker, software: WorkerConfiguration.software,
            name: configuration.name)
        session.department = configuration.department
        session.curve = configuration.curve
        session.grids = configuration.grids
        session.categories = configuration.categories
        session.credit = UInt32(clamping: configuration.settings.capacity)
        session.times = configuration.times
        return try SessionLoop(
            endpoint: configuration.endpoint, session, logger: logger, pulse: pulse
        ) { [self] in handle($0) }
    }
}

/// A clock that never goes back, whatever happens to the time of day.
enum Monotonic {
    private static let start = ContinuousClock.now

    /// Milliseconds since the process first asked.
    static func milliseconds() -> Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}

extension UniqueID {
    /// An id nobody else has; the system's generator never repeats 16 bytes.
    fileprivate static func random() -> UniqueID {
        UniqueID(high: .random(in: 1...(.max)), low: .random(in: 0...(.max)))
    }
}

extension SessionLoop {
    /// Sends what the machine wants sent, one list of each kind.
    fileprivate func send(_ actions: WorkerActions) {
        let steps =
            actions.accepts.map { Self.progress($0, .accept) }
            + actions.giveBacks.map { Self.progress($0, .giveBack) }
            + actions.deliveries.map { Self.progress($0, .deliver) }
        if !steps.isEmpty { progress(steps) }
        if !actions.outcomes.isEmpty { outcome(actions.outcomes) }
        if !actions.releases.isEmpty { release(actions.releases) }
        if let credit = actions.credit { setCredit(UInt32(clamping: credit)) }
    }

    private static func progress(_ claim: Claim, _ step: WireProgressStep) -> WireProgressItem {
        var item = WireProgressItem()
        item.claim = WireClaim(claim)
        item.step = step
        return item
    }
}
