import Foundation
import Monotonic
import Synchronization
import Threads
import ZeroMQ

/// Values from other threads for the loop, which is woken once for any number of them.
final class Mailbox<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    private let wakeUp: WakeUp

    init(waking wakeUp: WakeUp) { self.wakeUp = wakeUp }

    /// Adds a value; any thread.
    func post(_ value: Value) {
        let isFirst = values.withLock { values in
            values.append(value)
            return values.count == 1
        }
        if isFirst { wakeUp.signal() }
    }

    /// Whether nothing was posted since the last `take`.
    var isEmpty: Bool { values.withLock { $0.isEmpty } }

    /// Everything posted so far; the loop.
    func take() -> [Value] {
        values.withLock { values in
            defer { values = [] }
            return values
        }
    }
}

/// A thread that does one kind of job after the other and can be waited for.
///
/// A closure per job would hide who owns what; here the thread owns the state its handler keeps.
final class JobThread<Job: Sendable>: @unchecked Sendable {
    private let monitor = Monitor<Change>()
    private let ended = DispatchSemaphore(value: 0)
    // Guarded by `monitor`.
    private var jobs: [Job] = []
    private var isStopping = false

    /// Starts the thread; `handle` runs in it for each job, and `idle` when nothing came for
    /// `idleSeconds`.
    init(
        name: String, niceness: Int32 = 0, idleSeconds: Double = 3_600,
        idle: @escaping @Sendable () -> Void = {},
        handle: @escaping @Sendable (Job) -> Void
    ) {
        let thread = Thread { [self] in
            // Foundation names only threads that run already; tools show this one.
            Thread.current.name = name
            if niceness != 0 { ThreadPriority.background(niceness: niceness) }
            loop: while true {
                switch next(idleSeconds) {
                case .job(let job): handle(job)
                case .nothing: idle()
                case .stopped: break loop
                }
            }
            ended.signal()
        }
        thread.start()
    }

    /// Adds a job; any thread.
    func post(_ job: Job) {
        monitor.locked {
            jobs.append(job)
            monitor.wake(.change)
        }
    }

    /// Does what waits, ends the thread, and returns when it has ended.
    func stop() {
        monitor.locked {
            isStopping = true
            monitor.wake(.change)
        }
        ended.wait()
    }

    private enum Next {
        case job(Job)
        case nothing
        case stopped
    }

    private func next(_ idleSeconds: Double) -> Next {
        monitor.locked {
            let limit = MonotonicTime.now(plusMilliseconds: Int(idleSeconds * 1_000))
            while jobs.isEmpty, !isStopping {
                if !monitor.wait(.change, until: limit) { return .nothing }
            }
            return jobs.isEmpty ? .stopped : .job(jobs.removeFirst())
        }
    }
}
