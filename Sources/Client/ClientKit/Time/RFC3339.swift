package import GridModel

/// Times as RFC 3339 writes them: `2026-11-23T17:18:28.250+08:00`.
package enum RFC3339 {
    /// The time in the zone's own offset, with milliseconds.
    package static func text(_ time: Timestamp, in zone: LocalZone) -> String {
        let offset = zone.offsetSeconds(at: time)
        // The format has no seconds in the offset; old local mean times are rounded down.
        let minutes = offset.flooredDivision(by: 60)
        let local = time.advanced(byMilliseconds: minutes * 60_000)
        return "\(date(local))T\(clock(local)).\(padded(local.milliseconds.modulo(1_000), 3))"
            + suffix(offsetMinutes: minutes)
    }

    /// The time for people, without the offset: `2026-11-23 17:18:28`.
    package static func shortText(_ time: Timestamp, in zone: LocalZone) -> String {
        let local = time.advanced(byMilliseconds: zone.offsetSeconds(at: time) * 1_000)
        return "\(date(local)) \(clock(local))"
    }

    /// Reads a time; `nil` unless it is one in the form of RFC 3339, offset included.
    ///
    /// Fractions of a second are cut off after the milliseconds.
    package static func time(_ text: String) -> Timestamp? {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2), scanner.skip("Tt "),
            let hour = scanner.number(digits: 2), scanner.skip(":"),
            let minute = scanner.number(digits: 2), scanner.skip(":"),
            let second = scanner.number(digits: 2),
            let millisecond = fraction(&scanner),
            let offsetMinutes = offset(&scanner), scanner.isAtEnd,
            let civil = CivilTime(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                millisecond: millisecond)
        else { return nil }
        return civil.asUTC.advanced(byMilliseconds: -Int64(offsetMinutes) * 60_000)
    }

    private static func fraction(_ scanner: inout DigitScanner) -> Int? {
        guard scanner.skip(".") else { return 0 }
        guard let digits = scanner.digits() else { return nil }
        return Int((digits + "00").prefix(3))
    }

    private static func offset(_ scanner: inout DigitScanner) -> Int? {
        if scanner.skip("Zz") { return 0 }
        let sign = scanner.skip("+") ? 1 : scanner.skip("-") ? -1 : 0
        guard sign != 0, let hours = scanner.number(digits: 2), scanner.skip(":"),
            let minutes = scanner.number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private static func date(_ local: Timestamp) -> String {
        let date = CivilDate(daysSince1970: local.milliseconds.flooredDivision(by: 86_400_000))
        return "\(padded(Int64(date.year), 4))-\(padded(Int64(date.month), 2))"
            + "-\(padded(Int64(date.day), 2))"
    }

    private static func clock(_ local: Timestamp) -> String {
        let seconds = local.milliseconds.modulo(86_400_000) / 1_000
        return "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2))"
            + ":\(padded(seconds % 60, 2))"
    }

    private static func suffix(offsetMinutes: Int64) -> String {
        if offsetMinutes == 0 { return "Z" }
        let size = abs(offsetMinutes)
        return "\(offsetMinutes < 0 ? "-" : "+")\(padded(size / 60, 2)):\(padded(size % 60, 2))"
    }

    private static func padded(_ number: Int64, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

extension Int64 {
    /// The remainder that belongs to `flooredDivision`: never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        self - flooredDivision(by: divisor) * divisor
    }
}
