package import GridModel

import struct Foundation.Date
import struct Foundation.TimeZone

/// A zone of the time zone database: what clocks on the wall show in a place.
package struct LocalZone: Hashable, Sendable {
    private let zone: TimeZone

    /// The zone with an IANA name such as `Asia/Shanghai`; `nil` if this machine knows none.
    package init?(name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// Coordinated universal time.
    package static let utc = LocalZone(zone: .gmt)

    /// The zone of this machine, for what no street has a say in.
    package static var machine: LocalZone { LocalZone(zone: .current) }

    private init(zone: TimeZone) { self.zone = zone }

    /// Seconds to add to UTC at `time`.
    package func offsetSeconds(at time: Timestamp) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
        return Int64(zone.secondsFromGMT(for: date))
    }

    /// The moment at which the clocks show `local`, given as if it were UTC.
    ///
    /// Of two such moments (clocks set back) it is the first; if there is none (clocks set
    /// forward) the time after the gap that is as long after it as `local` was into it.
    package func moment(ofLocal local: Timestamp) -> Timestamp {
        let day: Int64 = 86_400_000
        let before = offsetSeconds(at: local.advanced(byMilliseconds: -day))
        let after = offsetSeconds(at: local.advanced(byMilliseconds: day))
        let first = local.advanced(byMilliseconds: -max(before, after) * 1_000)
        let second = local.advanced(byMilliseconds: -min(before, after) * 1_000)
        return offsetSeconds(at: first) == max(before, after) ? first : second
    }
}
