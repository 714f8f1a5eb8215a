import Catalogue
import Foundation
import GridModel
import Testing

@Suite("Compiled calendar")
struct CompiledCalendarTests {
    private let gulou: WorkCalendar
    private let newYork: WorkCalendar

    init() throws {
        gulou = try CatalogueCompiler.compile(yaml: CatalogueFiles.gulou()).calendar
        newYork = try CatalogueCompiler.compile(yaml: CatalogueFiles.nyc311()).calendar
    }

    /// A point in time written as in `2026-02-14T17:30:00+08:00`.
    private func time(_ text: String) throws -> Timestamp {
        let date = try Date.ISO8601FormatStyle().parse(text)
        return Timestamp(milliseconds: Int64(date.timeIntervalSince1970) * 1_000)
    }

    private func due(
        _ limit: Limit, from start: String, in calendar: WorkCalendar
    ) throws -> Due {
        let deadline = calendar.deadline(from: try time(start), limit: limit)
        return Due(at: deadline.dueAt, isProvisional: deadline.isProvisional)
    }

    /// When something is due.
    private struct Due: Equatable {
        let at: Timestamp
        let isProvisional: Bool
    }

    @Test("A make-up Saturday is a working day")
    func countsMakeUpDay() throws {
        let found = try due(Limit(1, .workDay), from: "2026-02-13T16:00:00+08:00", in: gulou)
        let expected = Due(at: try time("2026-02-14T17:30:00+08:00"), isProvisional: false)
        #expect(found == expected)
    }

    @Test("A holiday is passed over, its weekdays too")
    func passesOverHoliday() throws {
        let day = try due(Limit(1, .workDay), from: "2026-02-14T10:00:00+08:00", in: gulou)
        #expect(day == Due(at: try time("2026-02-24T17:30:00+08:00"), isProvisional: false))
        let hours = try due(Limit(4, .workHour), from: "2026-02-14T16:30:00+08:00", in: gulou)
        #expect(hours == Due(at: try time("2026-02-24T12:00:00+08:00"), isProvisional: false))
    }

    @Test("Working time goes on after the noon break")
    func passesOverNoon() throws {
        let found = try due(Limit(2, .workHour), from: "2026-03-02T11:00:00+08:00", in: gulou)
        let expected = Due(at: try time("2026-03-02T14:30:00+08:00"), isProvisional: false)
        #expect(found == expected)
    }

    @Test("The turn of a published year follows the notices of both years")
    func crossesPublishedYear() throws {
        // 1 to 3 January 2026 are holidays, Sunday the 4th is a make-up day.
        let found = try due(Limit(1, .workHour), from: "2025-12-31T17:00:00+08:00", in: gulou)
        let expected = Due(at: try time("2026-01-04T09:30:00+08:00"), isProvisional: false)
        #expect(found == expected)
    }

    @Test("Beyond the published year the plain week holds, provisionally")
    func isProvisionalBeyondPublishedYear() throws {
        let found = try due(Limit(1, .workHour), from: "2026-12-31T17:00:00+08:00", in: gulou)
        let expected = Due(at: try time("2027-01-01T09:30:00+08:00"), isProvisional: true)
        #expect(found == expected)
    }

    @Test("Urgent hours and natural days run through nights and holidays")
    func runsThroughHolidays() throws {
        let start = "2026-02-15T23:00:00+08:00"
        let hours = try due(Limit(2, .urgentHour), from: start, in: gulou)
        #expect(hours == Due(at: try time("2026-02-16T01:00:00+08:00"), isProvisional: false))
        let days = try due(Limit(30, .naturalDay), from: start, in: gulou)
        #expect(days == Due(at: try time("2026-03-17T23:00:00+08:00"), isProvisional: false))
    }

    @Test("Yellow begins after 80 % of the working time")
    func warnsInWorkingTime() throws {
        let deadline = gulou.deadline(
            from: try time("2026-02-14T16:30:00+08:00"), limit: Limit(5, .workHour))
        #expect(deadline.warnsAt == (try time("2026-02-24T12:00:00+08:00")))
        #expect(deadline.dueAt == (try time("2026-02-24T14:30:00+08:00")))
    }

    @Test("Offices in New York open at nine by their clocks before and after each change")
    func followsDaylightSaving() throws {
        let opens = Set(newYork.intervals.map(\.opens))
        for text in [
            "2013-03-08T14:00:00Z", "2013-03-11T13:00:00Z", "2013-11-01T13:00:00Z",
            "2013-11-04T14:00:00Z",
        ] {
            #expect(opens.contains(try time(text)), "\(text)")
        }
        let found = try due(Limit(1, .workDay), from: "2013-03-08T17:00:00Z", in: newYork)
        let expected = Due(at: try time("2013-03-11T21:00:00Z"), isProvisional: false)
        #expect(found == expected)
    }

    @Test("Christmas is no working day in New York")
    func closesAtChristmas() throws {
        let found = try due(Limit(1, .workDay), from: "2013-12-24T18:00:00Z", in: newYork)
        let expected = Due(at: try time("2013-12-26T22:00:00Z"), isProvisional: false)
        #expect(found == expected)
    }

    @Test(
        "Long after its last year a calendar goes on with the plain week",
        arguments: [
            ("2026-11-23T17:00:00Z", "2026-11-24T22:00:00Z"),
            ("2026-07-03T17:00:00Z", "2026-07-06T21:00:00Z"),
            ("2015-12-31T17:00:00Z", "2016-01-01T22:00:00Z"),
        ])
    func goesOnAfterLastYear(start: String, due expected: String) throws {
        let found = try due(Limit(1, .workDay), from: start, in: newYork)
        #expect(found == Due(at: try time(expected), isProvisional: true))
    }

    @Test("The day on which clocks go forward has 23 hours, the other one 25")
    func countsChangedDays() throws {
        let calendar = try SmallCatalogue.compiled(replacing: [
            1: "street: {id: elm, name: Elm, case_prefix: ELM, zone: America/New_York}",
            8: "  hours: [\"00:00-24:00\"]",
            9: "  weekdays: [mon, tue, wed, thu, fri, sat, sun]", 12: "",
        ]).calendar
        #expect(hours(on: CivilDate(year: 2026, month: 3, day: 7), in: calendar) == 24)
        #expect(hours(on: CivilDate(year: 2026, month: 3, day: 8), in: calendar) == 23)
        #expect(hours(on: CivilDate(year: 2026, month: 11, day: 1), in: calendar) == 25)
    }

    @Test("Hours that the clocks skip are not worked, and none overlap")
    func leavesOutSkippedHours() throws {
        let calendar = try SmallCatalogue.compiled(replacing: [
            1: "street: {id: elm, name: Elm, case_prefix: ELM, zone: America/New_York}",
            8: "  hours: [\"02:00-02:30\", \"02:30-03:30\", \"03:30-04:00\"]",
            9: "  weekdays: [mon, tue, wed, thu, fri, sat, sun]", 12: "",
        ]).calendar
        #expect(hours(on: CivilDate(year: 2026, month: 3, day: 8), in: calendar) == 1)
        for (earlier, later) in zip(calendar.intervals, calendar.intervals.dropFirst()) {
            #expect(earlier.opens < earlier.closes && earlier.closes <= later.opens)
        }
    }

    @Test("The zone knows the changes of a century, and their times")
    func compilesZone() throws {
        let transitions = newYork.zone.transitions
        #expect(transitions.count == 203)
        #expect(
            transitions.contains(
                .init(at: try time("2013-03-10T07:00:00Z"), offsetSeconds: -14_400)))
        #expect(
            transitions.contains(
                .init(at: try time("2013-11-03T06:00:00Z"), offsetSeconds: -18_000)))
        #expect(gulou.zone.transitions.map(\.offsetSeconds) == [28_800])
    }

    @Test("A limit of any size ends in the distant future at last, and never traps")
    func survivesHugeLimits() throws {
        let start = try time("2026-03-02T11:00:00+08:00")
        for unit in LimitUnit.allCases {
            let deadline = gulou.deadline(from: start, limit: Limit(.max, unit))
            #expect(deadline.dueAt == .distantFuture, "\(unit)")
        }
    }

    @Test("A calendar without working time never comes to an end of a working limit")
    func neverEndsWithoutWorkingTime() throws {
        let empty = WorkCalendar(intervals: [], publishedThrough: .zero, zone: .utc)
        let start = try time("2026-03-02T11:00:00Z")
        for unit in [LimitUnit.workHour, .workDay] {
            let deadline = empty.deadline(from: start, limit: Limit(1, unit))
            #expect(deadline.dueAt == .distantFuture && deadline.isProvisional, "\(unit)")
        }
    }

    @Test("The calendar begins two years before the last published one, or with the first holiday")
    func beginsEarlyEnough() throws {
        #expect(gulou.zone.localYear(of: gulou.intervals[0].opens) == 2024)
        #expect(newYork.zone.localYear(of: newYork.intervals[0].opens) == 2011)
        let early = try SmallCatalogue.compiled(replacing: [
            11: "  holidays: [2019-05-01]", 12: "",
        ]).calendar
        #expect(early.zone.localYear(of: early.intervals[0].opens) == 2019)
    }

    private func hours(on date: CivilDate, in calendar: WorkCalendar) -> Int64 {
        calendar.intervals.filter { $0.day == date.daysSince1970 }.reduce(0) {
            $0 + $1.closes.milliseconds(since: $1.opens)
        } / 3_600_000
    }
}
