import GridModel

/// What the street says about its working time; compiles it to intervals.
struct CalendarRules {
    /// A stretch of a working day, in minutes after midnight.
    struct Hours {
        let opens: Int64
        let closes: Int64
    }

    /// How many years by the plain week follow the published ones, and precede the last.
    private static let plainYears = 2

    /// Sorted and disjoint.
    let hours: [Hours]
    /// From 0 for Monday.
    let weekdays: Set<Int64>
    /// Days since 1970-01-01 that are not worked, each with its line in the file.
    let holidays: [Int64: Int]
    /// Days since 1970-01-01 that are worked though they fall on a day off.
    let makeUpDays: [Int64: Int]
    /// The last year with an official notice.
    let publishedThrough: Int

    /// The weekday of a day since 1970-01-01, a Thursday; 0 is Monday.
    static func weekday(of day: Int64) -> Int64 {
        (day + 3) - (day + 3).flooredDivision(by: 7) * 7
    }

    /// The intervals from the first year the rules speak of until two years after the last
    /// published one; those follow the plain week and are provisional.
    func calendar(in zone: StreetZone) -> WorkCalendar {
        let days = Set(holidays.keys).union(makeUpDays.keys)
        let firstNamed = days.min().map { CivilDate(daysSince1970: $0).year }
        let plainStart = publishedThrough - Self.plainYears
        let first = min(firstNamed ?? plainStart, plainStart)
        let last = publishedThrough + Self.plainYears
        var intervals: [WorkCalendar.Interval] = []
        for day in Self.start(ofYear: first)..<Self.start(ofYear: last + 1) where isWorked(day) {
            for hours in hours {
                let opens = zone.time(ofDay: day, minute: hours.opens)
                let closes = zone.time(ofDay: day, minute: hours.closes)
                guard opens < closes else { continue }
                intervals.append(WorkCalendar.Interval(opens: opens, closes: closes, day: day))
            }
        }
        let end = zone.time(ofDay: Self.start(ofYear: publishedThrough + 1), minute: 0)
        return WorkCalendar(intervals: intervals, publishedThrough: end, zone: zone)
    }

    private func isWorked(_ day: Int64) -> Bool {
        if makeUpDays[day] != nil { return true }
        return holidays[day] == nil && weekdays.contains(Self.weekday(of: day))
    }

    private static func start(ofYear year: Int) -> Int64 {
        CivilDate(year: year, month: 1, day: 1).daysSince1970
    }
}
