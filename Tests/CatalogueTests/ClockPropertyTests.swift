import Catalogue
import Foundation
import GridModel
import Testing

/// Limits over random calendars, held against a clock that is read minute by minute.
@Suite("Clocks over random calendars")
struct ClockPropertyTests {
    /// A zone and a day near which something happens there, in days since 1970-01-01.
    struct Place: CustomTestStringConvertible {
        let zone: String
        let days: Range<Int64>
        let isAroundTheClock: Bool

        /// Five weeks around a day of 2026.
        init(_ zone: String, month: Int, day: Int, isAroundTheClock: Bool = false) {
            self.zone = zone
            let middle = CivilDate(year: 2026, month: month, day: day).daysSince1970
            days = middle - 10..<middle + 26
            self.isAroundTheClock = isAroundTheClock
        }

        var testDescription: String { "\(zone) from day \(days.lowerBound)" }
    }

    static let places = [
        Place("Asia/Shanghai", month: 2, day: 15), Place("Asia/Shanghai", month: 12, day: 20),
        Place("UTC", month: 6, day: 1), Place("Asia/Kathmandu", month: 4, day: 13),
        Place("America/New_York", month: 3, day: 8), Place("America/New_York", month: 11, day: 1),
        Place("America/New_York", month: 11, day: 1, isAroundTheClock: true),
        Place("Europe/Berlin", month: 3, day: 29), Place("Europe/Berlin", month: 10, day: 25),
        Place("Europe/Berlin", month: 12, day: 27, isAroundTheClock: true),
        // Half an hour of daylight saving.
        Place("Australia/Lord_Howe", month: 4, day: 5),
        Place("Australia/Lord_Howe", month: 10, day: 4, isAroundTheClock: true),
        // Clocks change at midnight: a day begins at one, or ends twice.
        Place("America/Havana", month: 3, day: 8), Place("Africa/Cairo", month: 10, day: 29),
        Place("Africa/Cairo", month: 4, day: 24, isAroundTheClock: true),
    ]

    @Test(
        "Every clock is due, warns, stands still and is extended as the minutes say",
        arguments: places)
    func clocks(place: Place) throws {
        for seed in [UInt64(1), 2] {
            var random = SeededRandom(seed: seed &* 1_000 &+ UInt64(place.days.lowerBound))
            let rules = RandomRules(
                zone: place.zone, isAroundTheClock: place.isAroundTheClock, days: place.days,
                using: &random)
            let calendar = try rules.catalogue().calendar
            let slow = SlowStreet(rules, days: place.days)
            var compared = 0
            for _ in 0..<8 {
                let minute = Int64.random(in: 1_440..<15 * 1_440, using: &random) + slow.begin
                let start = minute * 60_000 + (Bool.random(using: &random) ? 0 : 31_417)
                for limit in Self.limits(using: &random) {
                    let check = Check(
                        calendar: calendar, slow: slow, limit: limit, start: start,
                        comment: "seed \(seed): \(rules), \(limit) from \(start)")
                    compared += check.run(using: &random)
                }
            }
            // A seed whose clocks end beyond what is looked at would prove nothing.
            #expect(compared > 30, "seed \(seed): \(rules) \(compared)")
        }
    }

    private static func limits(using random: inout SeededRandom) -> [Limit] {
        [
            .minutes(.random(in: 1...600, using: &random)),
            Limit(.random(in: 1...72, using: &random), .urgentHour),
            Limit(.random(in: 1...9, using: &random), .workHour),
            Limit(unit: .workHour, amount: .random(in: 1...30_000_000, using: &random)),
            Limit(.random(in: 1...4, using: &random), .workDay),
            Limit(.random(in: 1...9, using: &random), .naturalDay),
        ]
    }

    @Test("A limit of any size from any time ends, not before it began, and never traps")
    func extremes() throws {
        let calendar = try SmallCatalogue.compiled(replacing: [
            1: "street: {id: elm, name: Elm, case_prefix: ELM, zone: America/New_York}"
        ]).calendar
        let days = Self.places[4].days
        let middle = days.lowerBound * 86_400_000
        for start in [Int64.min, middle, Int64.max - 1, .max] {
            let start = Timestamp(milliseconds: start)
            for unit in LimitUnit.allCases {
                for amount in [0, 1, Int64.max / 5, .max] as [Int64] {
                    let limit = Limit(unit: unit, amount: amount)
                    let deadline = calendar.deadline(from: start, limit: limit)
                    #expect(
                        deadline.warnsAt <= deadline.dueAt && start <= deadline.dueAt
                            && start <= deadline.warnsAt, "\(limit) from \(start)")
                    let later = calendar.restarted(
                        deadline, stoppedAt: start, at: start.advanced(byMilliseconds: 9_999),
                        limit: limit)
                    #expect(later.warnsAt <= later.dueAt && deadline.dueAt <= later.dueAt)
                }
            }
        }
    }

    @Test("A calendar that has come to its end never ends a working limit, and ends the search")
    func runOut() {
        let day = WorkCalendar.Interval(
            opens: .zero, closes: Timestamp(milliseconds: 3_600_000), day: 0)
        let calendar = WorkCalendar(
            intervals: [day], publishedThrough: Timestamp(milliseconds: 86_400_000), zone: .utc)
        // A week's hour, a century long.
        let late = Timestamp(milliseconds: 200 * 366 * 86_400_000)
        for unit in [LimitUnit.workHour, .workDay] {
            let deadline = calendar.deadline(from: late, limit: Limit(1, unit))
            #expect(deadline.dueAt == .distantFuture && deadline.warnsAt == .distantFuture)
            #expect(deadline.isProvisional)
            let soon = calendar.deadline(from: .zero, limit: Limit(2, unit))
            #expect(soon.dueAt < .distantFuture && soon.isProvisional)
        }
    }
}

/// One clock, compared in all that can become of it.
private struct Check {
    let calendar: WorkCalendar
    let slow: SlowStreet
    let limit: Limit
    let start: Int64
    let comment: Comment

    /// How many deadlines were compared: those that end within what the slow street looks at.
    func run(using random: inout SeededRandom) -> Int {
        guard let expected = slow.deadline(limit, from: start) else { return 0 }
        let deadline = calendar.deadline(from: Timestamp(milliseconds: start), limit: limit)
        #expect(deadline.dueAt.milliseconds == expected.dueAt, comment)
        #expect(deadline.warnsAt.milliseconds == expected.warnsAt, comment)
        let isWorking = limit.unit == .workHour || limit.unit == .workDay
        let isLate = slow.newYear.map { expected.dueAt > $0 * 60_000 } ?? false
        #expect(deadline.isProvisional == (isWorking && isLate), comment)
        return 1 + suspended(deadline, isWorking, using: &random) + extended(deadline, isWorking)
    }

    /// The clock stands still somewhere between start and end and runs on later.
    private func suspended(
        _ deadline: Deadline, _ isWorking: Bool, using random: inout SeededRandom
    ) -> Int {
        let due = deadline.dueAt.milliseconds
        let stopped = Int64.random(in: start..<due, using: &random)
        let resumed = stopped + .random(in: 1...4 * 86_400_000, using: &random)
        func moved(_ time: Int64) -> Int64? {
            guard isWorking else { return resumed + time - stopped }
            return slow.time(after: slow.work(from: stopped, to: time), from: resumed)
        }
        guard let dueAt = moved(due) else { return 0 }
        let warned = deadline.warnsAt.milliseconds
        let warnsAt = warned > stopped ? moved(warned) : warned
        let (stop, start) = (Timestamp(milliseconds: stopped), Timestamp(milliseconds: resumed))
        let left = calendar.milliseconds(of: limit.unit, from: stop, to: deadline.dueAt)
        #expect(left == (isWorking ? slow.work(from: stopped, to: due) : due - stopped), comment)
        let found = calendar.restarted(deadline, stoppedAt: stop, at: start, limit: limit)
        #expect(found.dueAt.milliseconds == dueAt, "stopped \(stopped), resumed \(resumed)")
        #expect(found.warnsAt.milliseconds == warnsAt, "stopped \(stopped), resumed \(resumed)")
        return 1
    }

    /// Once more the limit from where it would have run out; 80 % of both are 60 % of the second.
    private func extended(_ deadline: Deadline, _ isWorking: Bool) -> Int {
        let due = deadline.dueAt.milliseconds
        guard let expected = slow.deadline(limit, from: due) else { return 0 }
        let found = calendar.deadline(from: deadline.dueAt, limit: limit)
        #expect(found.dueAt.milliseconds == expected.dueAt, comment)
        let warnsAt =
            isWorking
            ? slow.share(6, of: 10, from: due, to: expected.dueAt)
            : due + limit.amount * 6 / 10
        let moment = calendar.moment(6, tenthsOf: limit, from: deadline.dueAt, to: found.dueAt)
        #expect(moment.milliseconds == warnsAt, comment)
        return 1
    }
}
