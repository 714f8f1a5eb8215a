import Catalogue
import Foundation
import GridModel
import Testing

/// What makes one kind of work different from another, read from a file.
@Suite("Catalogue: kinds of work")
struct WorkRuleTests {
    /// The category of the small catalogue with lines of its own.
    private func category(_ lines: String) throws -> GridModel.Category {
        try SmallCatalogue.compiled(replacing: Self.changes(lines)).categories[0]
    }

    /// All limits that rules need, and some lines more, in the place of the category's limits.
    private static func changes(_ lines: String) -> [Int: String] {
        [
            19: "    limits: {resolve: 4 work_hours, review: 1 work_day, reply: 1 work_day}\n"
                + lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        ]
    }

    private func mistakes(_ lines: String) -> [CatalogueMistake] {
        SmallCatalogue.mistakes(in: SmallCatalogue.text(replacing: Self.changes(lines)))
    }

    @Test(
        "Every kind of work has a word",
        arguments: zip(
            [
                "enforcement", "mediation", "legality_check", "legal_opinion", "litigation",
                "publication", "rectification",
            ], CategoryKind.allCases))
    func kinds(word: String, kind: CategoryKind) throws {
        #expect(try category("kind: \(word)").kind == kind)
        #expect(try category("check: false").kind == .enforcement)
    }

    @Test("The form and the major decisions are read line by line")
    func measures() throws {
        let category = try category(
            """
            measures:
              - {name: fine, kind: number}
              - {name: 拆除, kind: choice, choices: [no, full], required: true}
              - {name: note}
            major_decision:
              - {measure: Fine, at_least: 50000.5}
              - {measure: fine, above: 99}
              - {measure: fine, is: 7}
              - {measure: 拆除, is: FULL}
              - {measure: note, is: 7}
              - {measure: note}
            """)
        #expect(
            category.measures == [
                MeasureRule(name: "fine", isRequired: false, kind: .number),
                MeasureRule(name: "拆除", isRequired: true, kind: .choice(["no", "full"])),
                MeasureRule(name: "note", isRequired: false, kind: .text),
            ])
        #expect(
            category.majorDecision?.conditions == [
                .init(measure: "fine", .isAtLeast(DecimalNumber(millionths: 50_000_500_000))),
                .init(measure: "fine", .isAbove(DecimalNumber(99))),
                .init(measure: "fine", .equals(.number(DecimalNumber(7)))),
                .init(measure: "拆除", .equals(.text("full"))),
                .init(measure: "note", .equals(.text("7"))), .init(measure: "note", .isPresent),
            ])
    }

    @Test("Without a form a value that looks like a number is compared as one")
    func measuresWithoutForm() throws {
        let rule = try category("major_decision: [{measure: a, is: 07.0}, {measure: b, is: yes}]")
            .majorDecision
        #expect(
            rule?.conditions == [
                .init(measure: "a", .equals(.number(DecimalNumber(7)))),
                .init(measure: "b", .equals(.text("yes"))),
            ])
    }

    @Test("A fine is major from the very sum in the file", arguments: [49_999, 50_000, 50_001])
    func boundary(fine: Int) throws {
        let category = try category(
            "major_decision: [{measure: fine, at_least: 50000}, {measure: area, above: 50000}]")
        let rule = try #require(category.majorDecision)
        #expect(
            rule.judgement(of: [Measure(name: "fine", value: "\(fine)")])
                == (fine >= 50_000 ? .major : .minor))
        #expect(
            rule.judgement(of: [Measure(name: "area", value: "\(fine)")])
                == (fine > 50_000 ? .major : .minor))
    }

    @Test("Duplicates, escalation, reports and an unclear lead are read")
    func caseRules() throws {
        let category = try category(
            """
            check: true
            duplicates: {radius: 2 km, within: 36 hours}
            escalation:
              - {missed: resolve, supervisor: market}
              - {missed: report_due, supervisor: market}
            reports:
              - {id: weekly, name: {zh: 周汇报, en: Weekly report}, every: 1 week}
              - {id: quarterly, name: Quarterly, every: 3 months}
            lead_unclear: true
            """)
        #expect(
            category.duplicates
                == DuplicateRule(radiusMetres: 2_000, windowMilliseconds: 36 * 3_600_000))
        #expect(
            category.escalation == [
                EscalationRule(clock: .resolve, department: "market"),
                EscalationRule(clock: .reportDue, department: "market"),
            ])
        #expect(
            category.reports == [
                ReportRule(
                    id: "weekly", name: LocalizedName(chinese: "周汇报", english: "Weekly report"),
                    every: 1, .week),
                ReportRule(
                    id: "quarterly",
                    name: LocalizedName(chinese: "Quarterly", english: "Quarterly"),
                    every: 3, .month),
            ])
        #expect(category.leadUnclear)
    }

    @Test("A target is shared out by departments and grids, in the order of the file")
    func targets() throws {
        let campaign = try SmallCatalogue.compiled(replacing: [
            25: "    to: 2026-03-31\n    assist: [market]\n"
                + "    targets: {departments: {market: 3, urban: 9}, grids: {g1: 5}}"
        ]).campaigns[0]
        #expect(
            campaign.targets
                == CampaignTargets(
                    departments: [.init(id: "market", target: 3), .init(id: "urban", target: 9)],
                    grids: [.init(id: "g1", target: 5)]))
    }

    /// A line with a value at its limit less one, at it and above it, and which are right.
    struct Bound: CustomTestStringConvertible, Sendable {
        let line: @Sendable (String) -> String
        let values: [String]
        let isRight: [Bool]
        let testDescription: String

        init(_ values: [String], _ isRight: [Bool], _ line: @escaping @Sendable (String) -> String)
        {
            (self.values, self.isRight, self.line) = (values, isRight, line)
            testDescription = line(values[0])
        }
    }

    static let bounds = [
        Bound(["0 m", "1 m", "2 m"], [false, true, true]) {
            "duplicates: {radius: \($0), within: 1 day}"
        },
        Bound(["99999 m", "100000 m", "100001 m"], [true, true, false]) {
            "duplicates: {radius: \($0), within: 1 day}"
        },
        Bound(["99 km", "100 km", "101 km"], [true, true, false]) {
            "duplicates: {radius: \($0), within: 1 day}"
        },
        Bound(["0 minutes", "1 minute", "2 minutes"], [false, true, true]) {
            "duplicates: {radius: 1 m, within: \($0)}"
        },
        Bound(["365 days", "366 days", "367 days"], [true, true, false]) {
            "duplicates: {radius: 1 m, within: \($0)}"
        },
        Bound(["8783 hours", "8784 hours", "8785 hours"], [true, true, false]) {
            "duplicates: {radius: 1 m, within: \($0)}"
        },
        Bound(["0 weeks", "1 week", "2 weeks"], [false, true, true]) {
            "reports: [{id: a, name: A, every: \($0)}]"
        },
        Bound(["519 weeks", "520 weeks", "521 weeks"], [true, true, false]) {
            "reports: [{id: a, name: A, every: \($0)}]"
        },
        Bound(["119 months", "120 months", "121 months"], [true, true, false]) {
            "reports: [{id: a, name: A, every: \($0)}]"
        },
        Bound(
            ["9223372036854.775806", "9223372036854.775807", "9223372036854.775808"],
            [true, true, false]
        ) { "major_decision: [{measure: fine, at_least: \($0)}]" },
        Bound(["0.12345", "0.123456", "0.1234567"], [true, true, false]) {
            "major_decision: [{measure: fine, above: \($0)}]"
        },
        Bound(["7", "8", "9"], [true, true, false]) { count in
            let items = (0..<(Int(count) ?? 0)).map { "{id: r\($0), name: R, every: 1 week}" }
            return "reports: [\(items.joined(separator: ", "))]"
        },
        Bound(["31", "32", "33"], [true, true, false]) { count in
            let items = (0..<(Int(count) ?? 0)).map { "{name: m\($0)}" }
            return "measures: [\(items.joined(separator: ", "))]"
        },
        Bound(["63", "64", "65"], [true, true, false]) { count in
            let items = (0..<(Int(count) ?? 0)).map { "c\($0)" }
            return
                "measures: [{name: a, kind: choice, choices: [\(items.joined(separator: ", "))]}]"
        },
        Bound(["63", "64", "65"], [true, true, false]) { count in
            let items = (0..<(Int(count) ?? 0)).map { "{measure: m\($0)}" }
            return "major_decision: [\(items.joined(separator: ", "))]"
        },
        Bound(["511", "512", "513"], [true, true, false]) { count in
            "measures: [{name: \(String(repeating: "n", count: Int(count) ?? 0))}]"
        },
    ]

    @Test("A value at its limit is right, one beyond it is not", arguments: bounds)
    func limits(_ bound: Bound) {
        for (value, isRight) in zip(bound.values, bound.isRight) {
            #expect(mistakes(bound.line(value)).isEmpty == isRight, "\(value)")
        }
    }

    @Test(
        "A share of a target is 1 to 5,000,000",
        arguments: [-1, 0, 1, 4_999_999, 5_000_000, 5_000_001])
    func share(target: Int) {
        let text = SmallCatalogue.text(replacing: [
            25: "    to: 2026-03-31\n    targets: {departments: {urban: \(target)}}"
        ])
        #expect(
            SmallCatalogue.mistakes(in: text).isEmpty == (1...5_000_000).contains(target))
    }

    @Test("Numbers around every limit are read or refused, and never trap", arguments: 0..<64)
    func extremes(bits: Int) {
        let near = (UInt64(1) << UInt64(bits))
        for number in [near &- 1, near, near &+ 1] {
            for (length, time, every) in [
                ("m", "minutes", "week"), ("km", "hours", "months"), ("m", "days", "month"),
            ] {
                _ = mistakes(
                    """
                    duplicates: {radius: \(number) \(length), within: \(number) \(time)}
                    reports: [{id: a, name: A, every: \(number) \(every)}]
                    """)
            }
            let rule = "major_decision: [{measure: a, at_least: \(number)}]"
            #expect(
                mistakes(rule).isEmpty == (DecimalNumber("\(number)") != nil), "\(number)")
        }
    }

    @Test("A catalogue with every key comes back from its JSON as it was")
    func roundTrip() throws {
        for text in [FullCatalogue.text, try CatalogueFiles.gulou()] {
            let catalogue = try CatalogueCompiler.compile(yaml: text)
            let data = try JSONEncoder().encode(catalogue)
            #expect(try JSONDecoder().decode(StreetCatalogue.self, from: data) == catalogue)
        }
    }

    @Test("A report that a limit asks for may be escalated without `reports`")
    func escalatesLimit() throws {
        let lines = "escalation: [{missed: report_due, supervisor: market}]"
        #expect(mistakes(lines).map(\.line) == [20])
        let changes = [
            19: "    limits: {reply: 1 work_day, report_due: 2 urgent_hours}\n    " + lines
        ]
        #expect(SmallCatalogue.mistakes(in: SmallCatalogue.text(replacing: changes)) == [])
    }
}
