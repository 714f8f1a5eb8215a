import Foundation

/// A thread that runs only on cores that would be idle, for work that can wait.
///
/// Not a niceness: a nice thread that has a core keeps it for the rest of its time slice, a
/// millisecond or more, while the loop that has become ready waits; under `SCHED_IDLE` the loop
/// gets the core at once (sched(7)). A thread of its own, since without privileges the policy
/// cannot be taken back. One other thread gives it work.
final class IdleThread: @unchecked Sendable {
    private let wanted = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    /// Changed only by the thread whose turn it is; none ends the thread.
    private var work: (() -> Void)?

    /// Starts the thread.
    init(name: String) {
        let thread = Thread { [self] in
            Thread.current.name = name
            Self.leaveCoresToOthers()
            while true {
                wanted.wait()
                guard work != nil else { break }
                work?()
                work = nil
                ended.signal()
            }
            ended.signal()
        }
        thread.start()
    }

    /// Runs `body` there and waits for its end.
    func run<Value>(_ body: () throws -> Value) throws -> Value {
        try withoutActuallyEscaping(body) { body in
            var result: Result<Value, any Error>?
            work = { result = Result(catching: body) }
            wanted.signal()
            ended.wait()
            guard let result else { preconditionFailure("work that has ended has a result") }
            return try result.get()
        }
    }

    /// Ends the thread; nothing may be given to it afterwards.
    func stop() {
        wanted.signal()
        ended.wait()
    }

    /// `SCHED_IDLE`, which Glibc keeps from Swift behind a feature macro.
    private static let idlePolicy: CInt = 5

    /// For the rest of the calling thread's life; where it is not granted, all goes on slower.
    private static func leaveCoresToOthers() {
        var parameter = sched_param()
        // On Linux 0 is the thread that calls.
        _ = sched_setscheduler(0, idlePolicy, &parameter)
    }
}
