package import GridModel

/// A time in the future as people write it: a moment, the beginning of a day, or a while from now.
package enum GivenTime: Hashable, Sendable {
    case at(TimeBound)
    /// So many milliseconds from now; more than 0.
    case after(milliseconds: Int64)

    /// Whoever means more than so many years writes a date.
    private static let longestWhile: Int64 = 100 * 366 * 86_400_000

    /// Reads `2026-03-01`, a time with its offset as RFC 3339 has it, or a while such as `30m`,
    /// `2h`, `3d` or `1w`; `nil` otherwise. A day of a while has 24 hours.
    package init?(parsing text: String) {
        if let bound = TimeBound(parsing: text) {
            self = .at(bound)
            return
        }
        let units: [Character: Int64] = [
            "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
        ]
        var scanner = DigitScanner(String(text.dropLast()))
        guard let unit = text.last.flatMap({ units[$0] }),
            let count = scanner.digits().flatMap(Int64.init), scanner.isAtEnd, count > 0,
            count <= Self.longestWhile / unit
        else { return nil }
        self = .after(milliseconds: count * unit)
    }

    /// Whether it means another moment when it is written again later.
    var dependsOnNow: Bool {
        if case .after = self { true } else { false }
    }

    /// The moment that is meant: of a day its beginning.
    package func moment(in zone: LocalZone, now: Timestamp) -> Timestamp {
        switch self {
        case .at(let bound): bound.start(in: zone)
        case .after(let milliseconds): now.advanced(byMilliseconds: milliseconds)
        }
    }
}
