internal import CZeroMQ
internal import Glibc

/// Ends a wait in `poll` after a time that is shorter than the milliseconds it counts in.
package final class Alarm: Sendable {
    /// The descriptor to poll for `readable`.
    package let descriptor: Int32

    /// Errors: `EMFILE`, `ENFILE`, `ENOMEM`.
    package init() throws(ZeroMQError) {
        descriptor = timerfd_create(
            CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        guard descriptor >= 0 else { throw ZeroMQError.last("timerfd_create") }
    }

    /// Makes the descriptor readable in so many nanoseconds, at least 1, and not before.
    package func set(nanoseconds: UInt64) {
        var time = itimerspec()
        time.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
        time.it_value.tv_nsec = Int(max(1, nanoseconds % 1_000_000_000))
        timerfd_settime(descriptor, 0, &time, nil)
    }

    /// Takes back that it rang.
    package func clear() {
        var count: UInt64 = 0
        while read(descriptor, &count, 8) < 0, errno == EINTR {}
    }

    deinit { close(descriptor) }
}
