import GridModel
import Histogram

/// The dispatch latency as peers feel it, per department, in microseconds.
///
/// Measured on the monotonic clock from the arrival of the message that made an assignment ready
/// to its hand-over to the socket after the fsync. Facts of one turn share their time and would
/// show zero, so these figures live with the process and are not in the journal.
struct LiveLatencies {
    private var departments: [Histogram<UInt64>] = []

    /// Counts hand-overs that happened at `now`.
    mutating func record(
        _ handovers: [(department: UInt16, readyNanoseconds: UInt64)], now: UInt64
    ) {
        for (department, ready) in handovers {
            while departments.count <= Int(department) {
                departments.append(Histogram<UInt64>(numberOfSignificantValueDigits: .two))
            }
            departments[Int(department)].record((now - min(now, ready)) / 1_000)
        }
    }

    /// The histogram of a department; `nil` before its first hand-over.
    func histogram(of department: Int) -> Histogram<UInt64>? {
        department < departments.count ? departments[department] : nil
    }
}
