import BrokerEngine
import GridModel

/// The machine's two clocks; only the simulation moves them.
struct SimulatedClock {
    private(set) var nanoseconds: UInt64 = 1_000_000_000
    /// Monday, 2026-01-05 08:00 UTC when the monotonic clock stood at zero.
    private var wallOffset: Int64 = 1_767_600_000_000

    /// The clock that never jumps, in milliseconds.
    var now: Int64 { Int64(nanoseconds / 1_000_000) }

    /// What the broker is told.
    var moment: Moment {
        Moment(
            wall: Timestamp(milliseconds: now + wallOffset), monotonicNanoseconds: nanoseconds)
    }

    mutating func advance(milliseconds: Int) { nanoseconds += UInt64(milliseconds) * 1_000_000 }

    /// Somebody sets the time of day.
    mutating func jumpWall(milliseconds: Int) { wallOffset += Int64(milliseconds) }
}
