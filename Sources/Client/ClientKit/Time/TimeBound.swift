package import GridModel

/// Where a range of times begins or ends: a moment, or a whole day in the street's zone.
package enum TimeBound: Hashable, Sendable {
    case moment(Timestamp)
    case day(CivilDate)

    /// Reads `2026-11-23`, or a time with its offset as RFC 3339 has it; `nil` otherwise.
    package init?(parsing text: String) {
        if let time = RFC3339.time(text) {
            self = .moment(time)
            return
        }
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2), scanner.isAtEnd,
            let civil = CivilTime(year: year, month: month, day: day)
        else { return nil }
        self = .day(civil.date)
    }

    /// The first moment of a range that begins with it.
    package func start(in zone: LocalZone) -> Timestamp {
        switch self {
        case .moment(let time): time
        case .day(let date): Self.midnight(date.daysSince1970, zone)
        }
    }

    /// The first moment after a range that ends with it: a day is in it to its end.
    package func end(in zone: LocalZone) -> Timestamp {
        switch self {
        case .moment(let time): time
        case .day(let date): Self.midnight(date.daysSince1970 + 1, zone)
        }
    }

    private static func midnight(_ day: Int64, _ zone: LocalZone) -> Timestamp {
        zone.moment(ofLocal: Timestamp(milliseconds: day * 86_400_000))
    }
}
