import Foundation
import GridModel

/// Takes the rules of a zone out of the time zone database, so that nothing needs it later.
enum ZoneCompiler {
    /// 2000-01-01 and 2101-01-01 UTC: what a catalogue can speak of, and a year more.
    private static let span = (from: 946_684_800.0, to: 4_133_980_800.0)

    /// The names that are known, for suggestions.
    static var names: [String] { TimeZone.knownTimeZoneIdentifiers }

    /// The zone of that name; `nil` if the time zone database has none.
    static func zone(named name: String) -> StreetZone? {
        guard name == "UTC" || names.contains(name), let zone = TimeZone(identifier: name) else {
            return nil
        }
        var date = Date(timeIntervalSince1970: span.from)
        var transitions = [transition(of: zone, at: date)]
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date,
            next.timeIntervalSince1970 < span.to
        {
            date = next
            let transition = transition(of: zone, at: date)
            if transition.offsetSeconds != transitions.last?.offsetSeconds {
                transitions.append(transition)
            }
        }
        return StreetZone(name: name, transitions: transitions)
    }

    private static func transition(of zone: TimeZone, at date: Date) -> StreetZone.Transition {
        StreetZone.Transition(
            at: Timestamp(milliseconds: Int64(date.timeIntervalSince1970.rounded()) * 1_000),
            offsetSeconds: Int64(zone.secondsFromGMT(for: date)))
    }
}

extension StreetZone {
    /// When the clocks of the zone show `minute` (after midnight) of the local day `day`.
    ///
    /// A time that comes twice, when clocks go back, is the first of the two; one that is skipped,
    /// when they go forward, is the moment of the change. So later times never come earlier.
    func time(ofDay day: Int64, minute: Int64) -> Timestamp {
        let local = Timestamp(milliseconds: day * 86_400_000 + minute * 60_000)
        let before = offsetSeconds(at: local.advanced(byMilliseconds: -86_400_000))
        let after = offsetSeconds(at: local.advanced(byMilliseconds: 86_400_000))
        for offset in [before, after] {
            let time = local.advanced(byMilliseconds: -offset * 1_000)
            if offsetSeconds(at: time) == offset { return time }
        }
        let skipping = local.advanced(byMilliseconds: -after * 1_000)
        return transitions.first { $0.at > skipping }?.at ?? skipping
    }
}
