import Glibc

/// A reading of the clock that never jumps (`CLOCK_MONOTONIC`).
package struct MonotonicTime: Comparable, Sendable {
    /// Nanoseconds since some moment before the process began.
    package let nanoseconds: UInt64

    /// A reading of so many nanoseconds.
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// This moment.
    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(
            nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// The moment `milliseconds` from now: not before now, and within a century.
    package static func now(plusMilliseconds milliseconds: Int) -> MonotonicTime {
        let milliseconds = UInt64(min(max(0, milliseconds), 3_155_760_000_000))
        return MonotonicTime(nanoseconds: now.nanoseconds + milliseconds * 1_000_000)
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
