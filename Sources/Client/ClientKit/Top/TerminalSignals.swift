import Glibc
import GridModel
import Synchronization

/// Signals as bytes to poll for: the handlers write into a pipe.
///
/// The session's threads exist already when a full-screen command begins, so that signals can no
/// longer be blocked everywhere and read from a signalfd(2). One object at a time.
final class TerminalSignals {
    private static let writeEnd = Atomic<Int32>(-1)

    /// The descriptor to poll for readable.
    let descriptor: Int32
    private let signals: [Int32]

    /// Catches `signals` from now on. Errors: `EMFILE`, `ENFILE`.
    init(_ signals: [Int32]) throws(ClientFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .file(reason: Phrase(verbatim: "pipe: \(String(cString: strerror(errno)))"))
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        self.signals = signals
        Self.writeEnd.store(ends[1], ordering: .relaxed)
        for signal in signals { catchSignal(signal) }
    }

    /// Catches a signal, also again after it had its default for a while.
    func catchSignal(_ number: Int32) {
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            // A lock-free load and write(2) may be made in a handler. A full pipe loses the byte:
            // then there are plenty to read.
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(TerminalSignals.writeEnd.load(ordering: .relaxed), &byte, 1)
            errno = saved
        }
        sigaction(number, &action, nil)
    }

    /// The signals that came since the last call, each once, in order of their first.
    func take() -> [Int32] {
        var bytes = [UInt8](repeating: 0, count: 64)
        var found: [Int32] = []
        while true {
            let count = read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return found }
            for byte in bytes[..<count] where !found.contains(Int32(byte)) {
                found.append(Int32(byte))
            }
        }
    }

    deinit {
        for signal in signals { _ = Glibc.signal(signal, SIG_DFL) }
        close(Self.writeEnd.exchange(-1, ordering: .relaxed))
        close(descriptor)
    }
}
