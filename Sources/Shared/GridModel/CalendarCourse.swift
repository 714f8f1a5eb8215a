/// The intervals of a calendar and, after the last, its last seven days again and again.
///
/// So a street that has not published its next calendar gets provisional deadlines by the week it
/// knows, and not calls that are overdue the moment they are filed.
struct CalendarCourse {
    /// A century of weeks: enough for every limit, and a bound for every loop.
    private static let maximumWeeks = 5_200
    private static let weekMilliseconds: Int64 = 7 * 86_400_000

    private let intervals: [WorkCalendar.Interval]
    private let zone: StreetZone
    private let weekStart: Int
    /// How many intervals there are, those of later weeks included.
    let count: Int

    /// The course of a calendar; empty if the calendar is.
    init(_ calendar: WorkCalendar) {
        intervals = calendar.intervals
        zone = calendar.zone
        var start = intervals.count
        if let last = intervals.last {
            while start > 0, intervals[start - 1].day > last.day - 7 { start -= 1 }
        }
        weekStart = start
        count = intervals.count + (intervals.count - start) * Self.maximumWeeks
    }

    /// The interval at a position from 0 to `count` - 1.
    subscript(position: Int) -> WorkCalendar.Interval {
        guard position >= intervals.count else { return intervals[position] }
        let (weeks, place) = (position - intervals.count)
            .quotientAndRemainder(dividingBy: intervals.count - weekStart)
        let known = intervals[weekStart + place]
        let later = Int64(weeks + 1)
        return WorkCalendar.Interval(
            opens: shifted(known.opens, weeks: later), closes: shifted(known.closes, weeks: later),
            day: known.day + later * 7)
    }

    /// The first position whose interval satisfies `isAfter`; intervals that do must come last.
    func firstPosition(where isAfter: (WorkCalendar.Interval) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The same local time so many weeks later.
    private func shifted(_ time: Timestamp, weeks: Int64) -> Timestamp {
        let later = time.advanced(byMilliseconds: weeks * Self.weekMilliseconds)
        let change = zone.offsetSeconds(at: time) - zone.offsetSeconds(at: later)
        return later.advanced(byMilliseconds: change * 1_000)
    }
}
