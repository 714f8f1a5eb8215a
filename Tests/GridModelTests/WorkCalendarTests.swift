import GridModel
import Testing

private let minute: Int64 = 60_000

/// Days 0 to 59, 9:00 to 12:00 and 13:00 to 17:30, days 5 and 6 of each week and 10 and 11 off.
private func makeCalendar(offsetHours: Int64 = 8) -> WorkCalendar {
    let offset = offsetHours * 3_600_000
    let days = (0..<60 as Range<Int64>).filter { $0 % 7 < 5 && $0 != 10 && $0 != 11 }
    func interval(_ day: Int64, from opens: Int64, to closes: Int64) -> WorkCalendar.Interval {
        let midnight = day * 86_400_000 - offset
        return WorkCalendar.Interval(
            opens: Timestamp(milliseconds: midnight + opens * minute),
            closes: Timestamp(milliseconds: midnight + closes * minute), day: day)
    }
    let intervals = days.flatMap { day in
        [interval(day, from: 540, to: 720), interval(day, from: 780, to: 1_050)]
    }
    return WorkCalendar(
        intervals: intervals,
        publishedThrough: Timestamp(milliseconds: 40 * 86_400_000 - offset),
        zone: StreetZone(
            name: "Asia/Shanghai",
            transitions: [.init(at: .zero, offsetSeconds: offsetHours * 3_600)]))
}

/// The same rules, a minute at a time.
private struct SlowCalendar {
    let calendar: WorkCalendar

    func isWorking(_ time: Timestamp) -> Bool {
        calendar.intervals.contains { $0.opens <= time && time < $0.closes }
    }

    /// When each so many minutes of work are over; place 0 is the start.
    func times(throughMinutes count: Int, from start: Timestamp) -> [Timestamp] {
        var times = [start]
        var now = start
        while times.count <= count {
            let isWorked = isWorking(now)
            now = now.advanced(byMilliseconds: minute)
            if isWorked { times.append(now) }
        }
        return times
    }

    func closing(ofWorkDay count: Int64, after start: Timestamp) -> Timestamp {
        var day = calendar.zone.localDay(of: start)
        var left = count
        while left > 0 {
            day += 1
            if calendar.intervals.contains(where: { $0.day == day }) { left -= 1 }
        }
        return calendar.intervals.filter { $0.day == day }.map(\.closes).max() ?? start
    }
}

@Suite("WorkCalendar")
struct WorkCalendarTests {
    private let calendar = makeCalendar()

    /// Starts spread over two weeks, at whole minutes.
    static let starts = (0..<60).map { Timestamp(milliseconds: Int64($0) * 337 * minute) }

    @Test("Work hours end where counting minute by minute ends", arguments: starts)
    func countsWorkHours(start: Timestamp) {
        let slow = SlowCalendar(calendar: calendar).times(throughMinutes: 40 * 60, from: start)
        for hours in [1, 4, 7, 8, 40] {
            let deadline = calendar.deadline(from: start, limit: Limit(Int64(hours), .workHour))
            #expect(deadline.dueAt == slow[hours * 60])
            #expect(deadline.warnsAt == slow[hours * 48])
            #expect(!deadline.isProvisional)
        }
    }

    @Test(
        "Work days end at closing time of the n-th working day after the start", arguments: starts)
    func countsWorkDays(start: Timestamp) {
        let slow = SlowCalendar(calendar: calendar)
        for days in [1, 2, 7, 15] as [Int64] {
            let deadline = calendar.deadline(from: start, limit: Limit(days, .workDay))
            #expect(deadline.dueAt == slow.closing(ofWorkDay: days, after: start))
            let total = calendar.workingMilliseconds(from: start, to: deadline.dueAt)
            let used = calendar.workingMilliseconds(from: start, to: deadline.warnsAt)
            #expect(used == total / 5 * 4)
        }
    }

    @Test("Urgent hours and natural days run day and night")
    func runsDayAndNight() {
        let start = Timestamp(milliseconds: 5 * 86_400_000)
        let urgent = calendar.deadline(from: start, limit: Limit(2, .urgentHour))
        #expect(urgent.dueAt == start.advanced(byMilliseconds: 7_200_000))
        #expect(urgent.warnsAt == start.advanced(byMilliseconds: 5_760_000))
        let natural = calendar.deadline(from: start, limit: Limit(3, .naturalDay))
        #expect(natural.dueAt == start.advanced(byMilliseconds: 259_200_000))
    }

    @Test("Minutes are exact")
    func countsMinutes() {
        let deadline = calendar.deadline(from: .zero, limit: .minutes(10))
        #expect(deadline.dueAt.milliseconds == 600_000)
        #expect(deadline.warnsAt.milliseconds == 480_000)
    }

    @Test("A natural limit over 25 days is exact")
    func exceeds32Bits() {
        let deadline = calendar.deadline(from: .zero, limit: Limit(365, .naturalDay))
        #expect(deadline.dueAt.milliseconds == 31_536_000_000)
    }

    @Test(
        "What is due after the published calendar is provisional",
        arguments: [20, 30, 300] as [Int64])
    func isProvisional(days: Int64) {
        let deadline = calendar.deadline(from: .zero, limit: Limit(days, .workDay))
        #expect(deadline.isProvisional == (days > 20))
        // Past its last interval the calendar goes on with its last week.
        let last = calendar.intervals.last?.closes ?? .zero
        #expect((deadline.dueAt > last) == (days == 300))
    }

    @Test("No start and no amount traps", arguments: LimitUnit.allCases)
    func survivesExtremes(unit: LimitUnit) {
        let starts = [Int64.min, -1, 0, 1, .max].map { Timestamp(milliseconds: $0) }
        for start in starts {
            for amount in [0, 1, 999, 1_000, Int64.max / 2, .max] as [Int64] {
                let limit = Limit(unit: unit, amount: amount)
                let deadline = calendar.deadline(from: start, limit: limit)
                #expect(deadline.warnsAt <= deadline.dueAt)
            }
        }
        #expect(Limit(.max, unit).amount == .max)
    }
}
