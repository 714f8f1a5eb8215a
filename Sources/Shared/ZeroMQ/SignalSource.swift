internal import CZeroMQ
internal import Glibc

/// Signals of the process as something to poll for, by signalfd(2).
///
/// A signal must be blocked in every thread, or the system delivers it the old way: call `block`
/// before any thread or `Context` exists. Programs started later inherit what is blocked.
package final class SignalSource: Sendable {
    /// The descriptor to poll for `readable`.
    package let descriptor: Int32

    /// Blocks `signals` in this thread and in all threads it starts from now on.
    ///
    /// Errors: `EINVAL`.
    package static func block(_ signals: [Int32]) throws(ZeroMQError) {
        var set = signalSet(signals)
        let code = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw ZeroMQError(call: "pthread_sigmask", code: code) }
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
