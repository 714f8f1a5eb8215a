package import GridModel

/// A date and a time of day without a zone, as people write them.
package struct CivilTime: Hashable, Sendable {
    /// The date.
    package let date: CivilDate
    /// 0 to 86,399,999.
    package let millisecondOfDay: Int64

    /// A time from its parts; `nil` if there is no such day or time of day.
    ///
    /// A leap second (second 60) counts as the first millisecond of the next minute.
    package init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        millisecond: Int = 0
    ) {
        let date = CivilDate(year: year, month: month, day: day)
        guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day),
            CivilDate(daysSince1970: date.daysSince1970) == date,
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
            (0...999).contains(millisecond)
        else { return nil }
        self.date = date
        let seconds = Int64(hour * 3_600 + minute * 60 + second)
        millisecondOfDay = seconds * 1_000 + Int64(second == 60 ? 0 : millisecond)
    }

    /// The time as if it were UTC.
    package var asUTC: Timestamp {
        Timestamp(milliseconds: date.daysSince1970 * 86_400_000 + millisecondOfDay)
    }

    /// Whether nothing but the date is known, or it is really midnight.
    package var isMidnight: Bool { millisecondOfDay == 0 }
}
