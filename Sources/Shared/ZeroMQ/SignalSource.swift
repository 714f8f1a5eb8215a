internal import CZeroMQ
internal import Glibc
internal import Synchronization

/// Signals of the process as something to poll for, by signalfd(2).
///
/// A signal must be blocked in every thread, or the system delivers it the old way: call `block`
/// before any thread or `Context` exists, in the thread that polls. Programs started later inherit
/// what is blocked.
///
/// libdispatch has a thread that waits with no signal blocked; a signal that lands there is handed
/// on to the thread that called `block`, where it stays pending until it is read.
package final class SignalSource: Sendable {
    /// The thread that called `block`, as its number; a pthread_t is one on Linux.
    private static let receiver = Atomic<UInt>(0)

    /// The descriptor to poll for `readable`.
    package let descriptor: Int32

    /// Blocks `signals` in this thread and in all threads it starts from now on, and has them
    /// handed on to this thread wherever they land.
    ///
    /// Errors: `EINVAL`.
    package static func block(_ signals: [Int32]) throws(ZeroMQError) {
        try handOn(signals)
        var set = signalSet(signals)
        let code = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw ZeroMQError(call: "pthread_sigmask", code: code) }
    }

    private static func handOn(_ signals: [Int32]) throws(ZeroMQError) {
        receiver.store(UInt(pthread_self()), ordering: .relaxed)
        for number in signals {
            var action = sigaction()
            action.sa_flags = SA_RESTART
            action.__sigaction_handler.sa_handler = { number in
                // Both calls may be made in a handler: a lock-free load and pthread_kill(3).
                pthread_kill(pthread_t(SignalSource.receiver.load(ordering: .relaxed)), number)
            }
            guard sigaction(number, &action, nil) == 0 else {
                throw ZeroMQError.last("sigaction")
            }
        }
    }

    /// A source of `signals`, which must be blocked.
    ///
    /// Errors: `EMFILE`, `ENFILE`, `ENOMEM`.
    package init(_ signals: [Int32]) throws(ZeroMQError) {
        var set = Self.signalSet(signals)
        descriptor = signalfd(-1, &set, Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC))
        guard descriptor >= 0 else { throw ZeroMQError.last("signalfd") }
    }

    /// The next signal that has arrived; `nil` when there is none.
    package func next() -> Int32? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        var count = read(descriptor, &info, size)
        while count < 0, errno == EINTR { count = read(descriptor, &info, size) }
        return count == size ? Int32(bitPattern: info.ssi_signo) : nil
    }

    deinit { close(descriptor) }

    private static func signalSet(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}
