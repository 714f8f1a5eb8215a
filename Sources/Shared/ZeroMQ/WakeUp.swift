internal import CZeroMQ
internal import Glibc

/// Wakes a thread that waits in `poll`, from any other thread.
///
/// Many signals before the thread looks are one: an eventfd(2) is a counter.
package final class WakeUp: Sendable {
    /// The descriptor to poll for `readable`.
    package let descriptor: Int32

    /// Errors: `EMFILE`, `ENFILE`, `ENOMEM`.
    package init() throws(ZeroMQError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw ZeroMQError.last("eventfd") }
    }

    /// Makes the descriptor readable until the next `drain`.
    package func signal() {
        var one: UInt64 = 1
        // The only other failure is a counter at its maximum, which is readable already.
        while write(descriptor, &one, 8) < 0, errno == EINTR {}
    }

    /// Takes back all signals so far.
    package func drain() {
        var count: UInt64 = 0
        while read(descriptor, &count, 8) < 0, errno == EINTR {}
    }

    deinit { close(descriptor) }
}
