import Catalogue
import GridModel
import Testing

/// What can be wrong about a kind of work, and what must be said about it.
@Suite("CatalogueMistakes: kinds of work")
struct WorkRuleMistakesTests {
    /// A line of the category, below all limits that rules need.
    private static func rule(_ text: String, says message: String) -> WrongLine {
        WrongLine(
            19,
            "    limits: {resolve: 4 work_hours, review: 1 work_day, reply: 1 work_day}\n    "
                + text, at: 20, says: message)
    }

    /// A form and, a line below it, major decisions.
    private static func decided(
        by measures: String, _ decisions: String, says message: String
    ) -> WrongLine {
        WrongLine(
            19,
            "    limits: {review: 1 work_day}\n    measures: \(measures)\n    major_decision: "
                + decisions, at: 21, says: message)
    }

    static let measures = [
        rule("kind: mediaton", says: "did you mean `mediation`?"),
        rule("kind: [mediation]", says: "one of `enforcement`, `mediation`"),
        rule("measures: []", says: "leave it out if there is none"),
        rule("measures: [fine]", says: "measure 1 of category `litter` is `fine`; it must have"),
        rule(
            "measures: [{kind: number}]",
            says: "measure 1 of category `litter` lacks the key `name`"),
        rule("measures: [{name: \"a: b\"}]", says: "a name without a colon"),
        rule("measures: [{name: \"a\\nb\"}]", says: "must be one line"),
        rule("measures: [{name: a}, {name: A}]", says: "has two measures `A`"),
        rule("measures: [{name: a, kind: money}]", says: "`text`, `number` or `choice`"),
        rule("measures: [{name: a, kind: choice}]", says: "lacks the key `choices`"),
        rule("measures: [{name: a, kind: choice, choices: []}]", says: "it must have at least one"),
        rule("measures: [{name: a, kind: choice, choices: [x, X]}]", says: "names `X` twice"),
        rule("measures: [{name: a, kind: choice, choices: x}]", says: "it must be a list"),
        rule("measures: [{name: a, choices: [x]}]", says: "is no `choice`, so it has no `choices`"),
        rule("measures: [{name: a, required: yes}]", says: "`true` or `false`"),
        rule("measures: [{name: a, chioces: [x]}]", says: "did you mean `choices`?"),
    ]

    static let decisions = [
        rule("major_decision: []", says: "leave it out if there is none"),
        rule("major_decision: {measure: a}", says: "it must be a list"),
        rule("major_decision: [{at_least: 5}]", says: "lacks the key `measure`"),
        rule("major_decision: [{measure: a, at_least: 5万}]", says: "without separators or units"),
        rule("major_decision: [{measure: a, at_least: \"50,000\"}]", says: "at most six digits"),
        rule("major_decision: [{measure: a, above: [1]}]", says: "at most six digits"),
        rule(
            "major_decision: [{measure: a, above: 1, is: 2}]",
            says: "only one of `at_least`, `above` and `is`"),
        decided(
            by: "[{name: fine}]",
            "[{measure: fien}]", says: "did you mean `fine`?"),
        decided(
            by: "[{name: a}]",
            "[{measure: a, at_least: 5}]", says: "the measure `a` is no `kind: number`"),
        decided(
            by: "[{name: a, kind: number}]",
            "[{measure: a, is: x}]", says: "is `x`; it must be a number"),
        decided(
            by: "[{name: a, kind: choice, choices: [x]}]",
            "[{measure: a, is: y}]", says: "is `y`; it must be one of `x`"),
    ]

    static let caseRules = [
        rule("duplicates: 100 m", says: "it must have the keys `radius`, `within`"),
        rule("duplicates: {radius: 100 m}", says: "lacks the key `within`"),
        rule("duplicates: {radius: 100, within: 1 day}", says: "a whole number of `m` or `km`"),
        rule("duplicates: {radius: 1.5 km, within: 1 day}", says: "from 1 m to 100 km"),
        rule("duplicates: {radius: 1 m, within: 1 week}", says: "from 1 minute to 366 days"),
        rule("duplicates: {radius: 1 m, within: 24h}", says: "from 1 minute to 366 days"),
        rule("escalation: []", says: "leave it out if there is none"),
        rule("escalation: [resolve]", says: "escalation 1 of category `litter` is `resolve`"),
        rule("escalation: [{missed: resolv, supervisor: market}]", says: "did you mean `resolve`?"),
        rule("escalation: [{missed: resolve, supervisor: x}]", says: "which is not declared"),
        rule(
            "escalation: [{missed: resolve, supervisor: market}, "
                + "{missed: resolve, supervisor: urban}]",
            says: "names `resolve` twice"),
        rule("reports: []", says: "it must have at least one item"),
        rule("reports: [{id: a, name: A}]", says: "lacks the key `every`"),
        rule("reports: [{id: a, name: A, every: 5 days}]", says: "of `weeks` or `months`"),
        rule("reports: [{id: a, name: A, every: week}]", says: "of `weeks` or `months`"),
        rule("reports: [{id: a b, name: A, every: 1 week}]", says: "letters a-z, A-Z, digits"),
        rule(
            "reports: [{id: a, name: A, every: 1 week}, {id: a, name: B, every: 1 month}]",
            says: "report `a` is already declared on line 20"),
        rule("lead_unclear: maybe", says: "`true` or `false`"),
    ]

    static let combinations = [
        rule("escalation: [{missed: reply, supervisor: market}]", says: "belongs to a supervision"),
        rule(
            "escalation: [{missed: check, supervisor: market}]", says: "there is no `check: true`"),
        rule("escalation: [{missed: review, supervisor: market}]", says: "no `major_decision`"),
        rule("escalation: [{missed: arrive, supervisor: market}]", says: "since it has no limit"),
        WrongLine(
            19, "    escalation: [{missed: dispatch, supervisor: market}]",
            says: "`escalation` of category `litter` needs the limit `reply`"),
        WrongLine(
            19, "    major_decision: [{measure: fine}]",
            says: "`major_decision` of category `litter` needs the limit `review`"),
        WrongLine(
            19,
            "    limits: {review: none}\n    major_decision: [{measure: fine}]\n    conditions: "
                + "[{id: a, name: A, limits: {review: 1 min}}, {id: b, name: B}]", at: 20,
            says: "needs the limit `review`, also of its condition `b`"),
        WrongLine(
            19,
            "    limits: {report_due: 1 min}\n    reports: [{id: a, name: A, every: 1 week}]",
            at: 20, says: "the limit `report_due` must be `none`"),
        WrongLine(
            18, "    plan: [{lead: urban}, {lead: market}]\n    lead_unclear: true", at: 19,
            says: "makes no sense"),
        WrongLine(
            18,
            "    plan: [{lead: urban}]\n    escalation: [{missed: dispatch, supervisor: urban}]",
            at: 19, says: "has the department `urban` supervise itself"),
    ]

    static let targets = [
        WrongLine(23, "    lead: urban\n    targets: 5", at: 24, says: "it must have the keys"),
        WrongLine(
            23, "    lead: urban\n    targets: {}", at: 24, says: "if the target is not shared"),
        WrongLine(
            23, "    lead: urban\n    targets: {departments: [urban]}", at: 24,
            says: "ids with numbers"),
        WrongLine(
            23, "    lead: urban\n    targets: {departments: {}}", at: 24, says: "is empty"),
        WrongLine(
            23, "    lead: urban\n    targets: {departments: {market: 5}}", at: 24,
            says: "the department `market` in `targets` of campaign `spring` neither leads nor"),
        WrongLine(
            23, "    lead: urban\n    targets: {departments: {urbn: 5}}", at: 24,
            says: "did you mean `urban`?"),
        WrongLine(
            23, "    lead: urban\n    targets: {departments: {urban: many}}", at: 24,
            says: "is `many`; it must be a whole number from 1"),
        WrongLine(
            23, "    lead: urban\n    targets: {grids: {g9: 1}}", at: 24, says: "not declared"),
        WrongLine(
            23, "    lead: urban\n    targets: {grid: {g1: 1}}", at: 24, says: "mean `grids`?"),
        WrongLine(
            23, "    lead: urban\n    targets: {grids: {g1: 1, g1: 2}}", at: 24,
            says: "`g1` was already given"),
    ]

    static let all = measures + decisions + caseRules + combinations + targets

    @Test("A wrong rule is reported, with its line and what would be right", arguments: all)
    func reportsWrongRule(_ wrong: WrongLine) {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [wrong.line: wrong.text]))
        #expect(
            mistakes.contains {
                $0.line == wrong.reportedLine && $0.message.english.contains(wrong.message)
            }, "\(mistakes)")
    }

    @Test("It is explained in Chinese as well", arguments: all)
    func explainsInChinese(_ wrong: WrongLine) {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [wrong.line: wrong.text]))
        for message in mistakes.map(\.message.chinese) {
            #expect(ChineseText.foreignWords(in: message) == [], "\(message)")
            #expect(!ChineseText.touchesCode(message), "\(message)")
        }
    }

    @Test("A grid outside of the campaign has no share of its target")
    func refusesForeignGrid() {
        let text = SmallCatalogue.text(replacing: [
            6: "  - {id: g1, name: First}\n  - {id: g2, name: Second}",
            25: "    to: 2026-03-31\n    grids: [g1]\n    targets: {grids: {g2: 5}}",
        ])
        let mistakes = SmallCatalogue.mistakes(in: text)
        #expect(mistakes.map(\.line) == [28])
        #expect(mistakes.first?.message.english.contains("is not among its `grids`") == true)
    }
}
