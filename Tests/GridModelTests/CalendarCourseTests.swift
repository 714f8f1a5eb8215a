import GridModel
import Testing

/// The week that goes on where a calendar has come to its end.
@Suite("Calendars past their end")
struct CalendarCourseTests {
    @Test(
        "Provisional deadlines keep the street's hours when its clocks change",
        arguments: [3_600, -3_600] as [Int64])
    func clocksChange(seconds: Int64) {
        let calendar = Self.calendar(change: seconds)
        let cases: [(limit: Limit, day: Int64, hour: Int64)] = [
            (Limit(14, .workDay), 18, 17), (Limit(119, .workHour), 18, 17),
            (Limit(15, .workDay), 21, 17), (Limit(121, .workHour), 21, 11),
        ]
        for (limit, day, hour) in cases {
            let deadline = calendar.deadline(from: Self.at(day: 0, hour: 10), limit: limit)
            let change = day > 20 ? seconds * 1_000 : 0
            #expect(
                deadline.dueAt == Self.at(day: day, hour: hour).advanced(byMilliseconds: -change))
            #expect(deadline.isProvisional)
        }
    }

    /// Two weeks of five days from 9 to 17 o'clock; six days after them the clocks change.
    private static func calendar(change seconds: Int64) -> WorkCalendar {
        let days = (0..<14 as Range<Int64>).filter { $0 % 7 < 5 }
        return WorkCalendar(
            intervals: days.map { day in
                WorkCalendar.Interval(
                    opens: at(day: day, hour: 9), closes: at(day: day, hour: 17), day: day)
            },
            publishedThrough: at(day: 14, hour: 0),
            zone: StreetZone(
                name: "summer",
                transitions: [
                    .init(at: .zero, offsetSeconds: 0),
                    .init(at: at(day: 20, hour: 1), offsetSeconds: seconds),
                ]))
    }

    private static func at(day: Int64, hour: Int64) -> Timestamp {
        Timestamp(milliseconds: day * 86_400_000 + hour * 3_600_000)
    }
}
