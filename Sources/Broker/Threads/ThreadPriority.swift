import CThreads
import Glibc

/// Which threads go before which; on Linux each thread has a priority of its own.
///
/// What the system refuses leaves the priority as it was, which makes a broker slower and nothing
/// else.
package enum ThreadPriority {
    /// For work that a caller waits for: the calling thread, and those it starts from now on, get
    /// their turn as soon as they have something to do, in place of whoever is running.
    ///
    /// They ask for short turns, which come sooner (Linux since 6.12). Without that a message waits
    /// until the turn of a thread that looks for something in the views is over: milliseconds.
    package static func prompt() { set(niceness: niceness, slice: 100_000) }

    /// For work that may wait: the calling thread gives way to those of the broker that may not.
    /// `niceness` is how much less of a processor it gets, as `setpriority(2)` counts.
    package static func background(niceness: Int32) {
        set(niceness: max(niceness, self.niceness), slice: 0)
    }

    private static var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    private static func set(niceness: Int32, slice: UInt64) {
        _ = gridcall_set_share(niceness, slice)
    }
}
