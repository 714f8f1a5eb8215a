import BrokerEngine

/// The monotonic clock by which peers' silence and leases are judged: it runs only while the broker
/// listens.
///
/// A broker that was stopped, or that did not read for a while, must not take heartbeats that lie
/// unread for silence, and everybody's work away with them.
struct AttendedClock {
    /// A turn that comes later than this after the last was not waited for by choice.
    private static let longestTurnMilliseconds: Int64 = 1_000

    private var last: Int64
    private var attended: Int64

    init(_ moment: Moment) {
        last = moment.monotonicMilliseconds
        attended = moment.monotonicMilliseconds
    }

    /// `moment` with its milliseconds replaced by those during which the broker listened.
    mutating func advanced(to moment: Moment, isListening: Bool) -> Moment {
        let passed = max(0, moment.monotonicMilliseconds - last)
        last = moment.monotonicMilliseconds
        if isListening { attended += min(passed, Self.longestTurnMilliseconds) }
        var moment = moment
        moment.monotonicMilliseconds = attended
        return moment
    }
}
