import BrokerEngine
import Glibc
import GridModel

extension Moment {
    /// This moment on the machine's clocks.
    static var now: Moment {
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        let milliseconds = Int64(wall.tv_sec) * 1_000 + Int64(wall.tv_nsec) / 1_000_000
        return Moment(
            wall: Timestamp(milliseconds: milliseconds),
            monotonicNanoseconds: BrokerServer.monotonicNanoseconds())
    }
}

/// The clock that never jumps.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
