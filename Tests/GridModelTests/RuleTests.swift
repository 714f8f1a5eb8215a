import Foundation
import GridModel
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
    @Test(
        "digits with at most one point and six digits behind it are a number",
        arguments: [
            ("0", 0), ("50000", 50_000_000_000), (" 12.5 ", 12_500_000), ("-0.000001", -1),
            ("+7", 7_000_000), ("007", 7_000_000), ("9223372036854.775807", Int64.max),
        ] as [(String, Int64)])
    func read(text: String, millionths: Int64) {
        #expect(DecimalNumber(text)?.millionths == millionths)
    }

    @Test(
        "whatever a reader would have to guess is none",
        arguments: [
            "", " ", "-", ".", "1.", ".5", "1.2.3", "1,000", "5万", "0x10", "1e3", "1.0000001",
            "9223372036854.775808", "99999999999999999999", "- 1", "１２", "--1",
        ])
    func unreadable(text: String) { #expect(DecimalNumber(text) == nil) }
}

@Suite("Rules of major decisions")
struct MajorDecisionRuleTests {
    private let rule = MajorDecisionRule([
        .init(measure: "fine", .isAtLeast(DecimalNumber(50_000))),
        .init(measure: "area", .isAbove(DecimalNumber(100))),
        .init(measure: "licence", .equals(.text("revoked"))),
        .init(measure: "days", .equals(.number(DecimalNumber(5)))),
        .init(measure: "demolition", .isPresent),
    ])

    @Test(
        "one condition that holds is enough; capitals and blanks hide nothing",
        arguments: [
            ([("fine", "49999.999999")], .minor), ([("fine", "50000")], .major),
            ([("area", "100")], .minor), ([("area", "100.000001")], .major),
            ([("licence", "kept")], .minor), ([(" Licence", "REVOKED ")], .major),
            ([("days", "5.0")], .major), ([("days", "6")], .minor),
            ([("demolition", "")], .major), ([("other", "50000")], .minor), ([], .minor),
            ([("fine", "much")], .unreadable("fine")),
            ([("fine", "much"), ("demolition", "x")], .major),
            ([("fine", "1"), ("fine", "50001")], .major),
        ] as [([(String, String)], MajorDecisionRule.Judgement)])
    func judge(measures: [(String, String)], judgement: MajorDecisionRule.Judgement) {
        let measures = measures.map { Measure(name: $0.0, value: $0.1) }
        #expect(rule.judgement(of: measures) == judgement)
    }
}

@Suite("Clocks that stood still")
struct RestartedClockTests {
    /// Nine to five every day of two weeks, in UTC.
    private let calendar = WorkCalendar(
        intervals: (Int64(0)..<14).map { day in
            let midnight = Timestamp(milliseconds: day * 86_400_000)
            return WorkCalendar.Interval(
                opens: midnight.advanced(byMilliseconds: 9 * 3_600_000),
                closes: midnight.advanced(byMilliseconds: 17 * 3_600_000), day: day)
        },
        publishedThrough: Timestamp(milliseconds: 14 * 86_400_000), zone: .utc)

    @Test("what was left of the unit's own time is left again", arguments: LimitUnit.allCases)
    func left(unit: LimitUnit) {
        let limit = Limit(2, unit)
        let start = Self.at(day: 1, hour: 10)
        let deadline = calendar.deadline(from: start, limit: limit)
        for (stopped, again) in [(10, 10), (11, 12), (11, 30), (12, 200)] as [(Int64, Int64)] {
            let stop = Self.at(day: 1, hour: stopped)
            let resume = Self.at(day: 1, hour: again)
            let restarted = calendar.restarted(
                deadline, stoppedAt: stop, at: resume, limit: limit)
            #expect(
                calendar.milliseconds(of: unit, from: resume, to: restarted.dueAt)
                    == calendar.milliseconds(of: unit, from: stop, to: deadline.dueAt))
            #expect(restarted.warnsAt <= restarted.dueAt)
        }
    }

    @Test("a clock that had run out, or has no limit, stays as it is")
    func ranOut() {
        let limit = Limit(1, .urgentHour)
        let deadline = calendar.deadline(from: .zero, limit: limit)
        let later = Self.at(day: 3, hour: 0)
        for stopped in [deadline.dueAt, later] {
            #expect(
                calendar.restarted(deadline, stoppedAt: stopped, at: later, limit: limit)
                    == deadline)
        }
        #expect(
            calendar.restarted(.none, stoppedAt: .zero, at: later, limit: limit) == Deadline.none)
    }

    private static func at(day: Int64, hour: Int64) -> Timestamp {
        Timestamp(milliseconds: day * 86_400_000 + hour * 3_600_000)
    }
}

@Suite("Reports on a case")
struct ReportRuleTests {
    @Test(
        "a month later is the same day, or that month's last",
        arguments: [
            ((2026, 1, 15), 1, (2026, 2, 15)), ((2026, 1, 31), 1, (2026, 2, 28)),
            ((2028, 1, 31), 1, (2028, 2, 29)), ((2026, 12, 31), 2, (2027, 2, 28)),
        ] as [((Int, Int, Int), Int, (Int, Int, Int))])
    func months(from: (Int, Int, Int), count: Int, to: (Int, Int, Int)) {
        let rule = ReportRule(every: count, .month)
        let next = rule.next(after: Self.noon(from), in: .utc)
        #expect(next == Self.noon(to))
    }

    @Test("months are counted from the day a case began, which February does not forget")
    func monthsOfACase() {
        let rule = ReportRule(every: 1, .month)
        let start = Self.noon((2026, 1, 31))
        var due = start
        let days = (0..<4).map { _ -> Timestamp in
            due = rule.next(after: due, since: start, in: .utc)
            return due
        }
        #expect(
            days == [(2026, 2, 28), (2026, 3, 31), (2026, 4, 30), (2026, 5, 31)].map(Self.noon))
    }

    @Test("summer time moves neither the hour nor the day of a monthly report")
    func summerTime() {
        // An hour more from 29 March 2026, 01:00 UTC.
        let zone = StreetZone(
            name: "summer",
            transitions: [
                .init(at: .zero, offsetSeconds: 3_600),
                .init(
                    at: Self.noon((2026, 3, 29)).advanced(byMilliseconds: -39_600_000),
                    offsetSeconds: 7_200),
            ])
        // 23:30 on 15 March by the clocks of the zone.
        let start = Self.noon((2026, 3, 15)).advanced(byMilliseconds: 37_800_000)
        let next = ReportRule(every: 1, .month).next(after: start, since: start, in: zone)
        #expect(next == Self.noon((2026, 4, 15)).advanced(byMilliseconds: 34_200_000))
    }

    @Test("a week later is seven days later, and a mad count is no trap")
    func weeks() {
        let rule = ReportRule(every: 2, .week)
        let start = Self.noon((2026, 1, 1))
        #expect(rule.next(after: start, in: .utc) == Self.noon((2026, 1, 15)))
        #expect(ReportRule(every: .max, .week).next(after: start, in: .utc) == .distantFuture)
        #expect(ReportRule(every: .max, .month).next(after: start, in: .utc) > start)
        #expect(ReportRule(every: 0, .month).next(after: start, in: .utc) > start)
    }

    private static func noon(_ date: (Int, Int, Int)) -> Timestamp {
        let day = CivilDate(year: date.0, month: date.1, day: date.2).daysSince1970
        return Timestamp(milliseconds: day * 86_400_000 + 43_200_000)
    }
}

@Suite("Distances")
struct DistanceTests {
    @Test(
        "metres between two places, within a thousandth",
        arguments: [
            ((39.9042, 116.4074), (39.9042, 116.4074), 0),
            // The Drum Tower to the Bell Tower, and Beijing to Shanghai, on a sphere.
            ((39.9405, 116.3898), (39.9428, 116.3897), 255.9),
            ((0, 179.9995), (0, -179.9995), 111.19), ((89.9, 0), (89.9, 180), 0),
        ] as [((Double, Double), (Double, Double), Double)])
    func metres(from: (Double, Double), to: (Double, Double), expected: Double) {
        let start = Coordinates(latitude: from.0, longitude: from.1)
        let metres = start.metres(to: Coordinates(latitude: to.0, longitude: to.1))
        // Over the pole the plane is no map; it must only be far.
        if from.0 > 89 {
            #expect(metres > 1_000)
        } else {
            #expect((metres - expected).magnitude <= max(0.5, expected / 1_000))
        }
    }
}

@Suite("Catalogues of older journals")
struct OlderCatalogueTests {
    @Test("a category or campaign without what came later has its defaults")
    func defaults() throws {
        let name = #"{"chinese":"甲","english":"a"}"#
        let category = try JSONDecoder().decode(
            GridModel.Category.self,
            from: Data(
                """
                {"id":"a","name":\(name),"nationalCode":"","urgency":3,"stages":[],\
                "conditions":[],"isChecked":true,"isVerified":false}
                """.utf8))
        #expect(category.isChecked && category.kind == .enforcement && category.measures.isEmpty)
        #expect(category.majorDecision == nil && category.reports.isEmpty && !category.leadUnclear)
        let campaign = try JSONDecoder().decode(
            Campaign.self,
            from: Data(
                """
                {"id":"c","name":\(name),"lead":"a","assists":[],"categories":[],"grids":[],\
                "from":0,"until":1,"target":2,"legalBasis":""}
                """.utf8))
        #expect(campaign.targets == CampaignTargets())
    }

    @Test("the one report rule that a category could have is read as a list of one")
    func oneReport() throws {
        let name = #"{"chinese":"甲","english":"a"}"#
        for (reports, expected) in [
            (#"{"interval":"month","count":2}"#, [ReportRule(every: 2, .month)]),
            ("null", []), ("[]", []),
        ] {
            let category = try JSONDecoder().decode(
                GridModel.Category.self,
                from: Data(
                    """
                    {"id":"a","name":\(name),"nationalCode":"","urgency":3,"stages":[],\
                    "conditions":[],"isChecked":true,"isVerified":false,"reports":\(reports)}
                    """.utf8))
            #expect(category.reports == expected)
        }
        #expect(ReportRule(every: 2, .month).id == "report")
    }

    @Test("every rule comes back as it was written")
    func roundTrip() throws {
        var category = GridModel.Category(
            id: "a", name: LocalizedName(chinese: "甲", english: "a"), urgency: .urgent,
            stages: [], conditions: [])
        category.kind = .litigation
        category.majorDecision = MajorDecisionRule([
            .init(measure: "fine", .isAbove(DecimalNumber(3))),
            .init(measure: "b", .equals(.text("c"))), .init(measure: "d", .isPresent),
        ])
        category.duplicates = DuplicateRule(radiusMetres: 5, windowMilliseconds: 6)
        category.escalation = [EscalationRule(clock: .check, department: "a")]
        category.reports = [
            ReportRule(
                id: "weekly", name: LocalizedName(chinese: "周报", english: "Weekly"), every: 1,
                .week), ReportRule(every: 2, .month),
        ]
        category.leadUnclear = true
        category.measures = [MeasureRule(name: "e", isRequired: true, kind: .choice(["f"]))]
        let data = try JSONEncoder().encode(category)
        #expect(try JSONDecoder().decode(GridModel.Category.self, from: data) == category)
    }
}
