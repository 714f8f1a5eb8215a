import Catalogue
import GridModel
import Testing

/// One line of the small catalogue made wrong, and what must be said about it.
struct WrongLine: CustomTestStringConvertible, Sendable {
    let line: Int
    let text: String
    /// The line the mistake is reported on, where it is not the changed one.
    let reportedLine: Int
    /// A part of the message.
    let message: String

    init(_ line: Int, _ text: String, at reportedLine: Int? = nil, says message: String) {
        self.line = line
        self.text = text
        self.reportedLine = reportedLine ?? line
        self.message = message
    }

    var testDescription: String { "line \(line): \(text)" }
}

@Suite("CatalogueMistakes")
struct CatalogueMistakesTests {
    private static func street(
        id: String = "elm", name: String = "Elm", prefix: String = "ELM", zone: String = "UTC"
    ) -> String {
        "street: {id: \(id), name: \(name), case_prefix: \(prefix), zone: \(zone)}"
    }

    static let keysAndTypes = [
        WrongLine(1, "street: {id: elm, name: Elm, case_prefix: E}", says: "lacks the key `zone`"),
        WrongLine(1, "stret: {id: elm}", says: "did you mean `street`?"),
        WrongLine(1, "street: elm", says: "the street is `elm`; it must have the keys `id`"),
        WrongLine(1, "street:", says: "`street` of the catalogue has no value"),
        WrongLine(1, street(id: "\"elm street\""), says: "`id` of the street is `elm street`"),
        WrongLine(1, street(id: "[a]"), says: "`id` of the street is a list"),
        WrongLine(1, street(prefix: "elm"), says: "1 to 8 capital letters"),
        WrongLine(1, street(prefix: "ABCDEFGHI"), says: "1 to 8 capital letters"),
        WrongLine(1, street(zone: "Asia/Shangai"), says: "did you mean `Asia/Shanghai`?"),
        WrongLine(1, street(zone: "8"), says: "a zone of the time zone database"),
        WrongLine(1, street(name: "{fr: Orme}"), says: "has no key `fr`"),
        WrongLine(1, street(name: "{en: Elm, the street}"), says: "a comma must stand in quotes"),
        WrongLine(1, street(name: "{}"), says: "it must have `zh` or `en` or both"),
        WrongLine(1, street(name: "\"a\\nb\""), says: "must be one line"),
        WrongLine(1, street(name: "\" \""), says: "it must be a text"),
        WrongLine(2, "departments: []\nignored:", says: "`departments` of the catalogue is empty"),
        WrongLine(3, "  - {id: urban, nam: Urban}", says: "did you mean `name`?"),
        WrongLine(3, "  - urban", says: "department 1 is `urban`; it must have the keys"),
        WrongLine(4, "  - {id: urban, name: M}", says: "`urban` is already declared on line 3"),
        WrongLine(6, "  - {id: g_1, name: First}", says: "letters a-z, A-Z, digits or hyphens"),
        WrongLine(
            6, "  - {id: g2, id: g1, name: First}", says: "`id` was already given on line 6"),
        WrongLine(6, "  - {id: g1, name: First, [a]: b}", says: "a key must be a word"),
        WrongLine(14, "limits: {dispach: 10 min}", says: "did you mean `dispatch`?"),
    ]

    static let limits = [
        "10", "0 min", "-1 min", "1.5 work_days", "5 days", "10 minutes", "4 workhours", "min",
        "99999999999999999999 min", "3651 work_days", "87601 urgent_hours", "{a: b}",
    ].map { WrongLine(14, "limits: {dispatch: \($0)}", says: "a whole number, at most ten years") }

    static let policies = [
        WrongLine(13, "policy: {lease: 30}", says: "such as `500ms`, `30s`"),
        WrongLine(13, "policy: {lease: 0s}", says: "from 1ms to 24h"),
        WrongLine(13, "policy: {lease: 25h}", says: "from 1ms to 24h"),
        WrongLine(13, "policy: {retry: 10min}", says: "is shorter than `retry`"),
        WrongLine(13, "policy: {maximum_attempts: 0}", says: "a whole number from 1 to 1000"),
        WrongLine(13, "policy: {maximum_attempts: many}", says: "is `many`; it must be"),
    ]

    static let calendars = [
        WrongLine(8, "  hours: [\"09:00-12:00\", \"11:59-17:00\"]", says: "overlap with others"),
        WrongLine(8, "  hours: [\"12:00-12:00\"]", says: "a time of day from and to"),
        WrongLine(8, "  hours: [\"17:00-09:00\"]", says: "a time of day from and to"),
        WrongLine(8, "  hours: [\"09:00-24:01\"]", says: "a time of day from and to"),
        WrongLine(8, "  hours: [\"9-5\"]", says: "a time of day from and to"),
        WrongLine(8, "  hours: []", says: "`hours` of the calendar is empty"),
        WrongLine(9, "  weekdays: [monday]", says: "a list of `mon`, `tue`"),
        WrongLine(9, "  weekdays: [mon, mon]", says: "names `mon` twice"),
        WrongLine(10, "  published_through: 1999", says: "from 2000 to 2097"),
        WrongLine(10, "  published_through: 2025", at: 11, says: "goes beyond 2025"),
        WrongLine(11, "  holidays: [2026-02-29]", says: "it must be a date such as"),
        WrongLine(11, "  holidays: [1 May]", says: "it must be a date such as"),
        WrongLine(11, "  holidays: [1999-05-01]", says: "the year must be from 2000 to 2099"),
        WrongLine(11, "  holidays: [{from: 2026-05-05, to: 2026-05-01}]", says: "ends before"),
        WrongLine(11, "  holidays: [{from: 2026-05-05}]", says: "lacks the key `to`"),
        WrongLine(11, "  holidays: [2026-05-01, 2026-05-01]", says: "is already among `holidays`"),
        WrongLine(
            11, "  holidays: [2026-05-09]", at: 12, says: "is also among `holidays`, on line 11"),
        WrongLine(12, "  make_up_days: [2026-05-11]", says: "is a mon, which is worked anyway"),
    ]

    static let categories = [
        WrongLine(16, "  - id: Litter!", says: "letters a-z, A-Z, digits or hyphens"),
        WrongLine(18, "    plan: []", says: "it must have at least one stage"),
        WrongLine(18, "    plan: {lead: urban}", says: "it must be a list"),
        WrongLine(18, "    plan: [{assist: [urban]}]", says: "lacks the key `lead`"),
        WrongLine(18, "    plan: [{lead: [urban, market]}]", says: "exactly one lead"),
        WrongLine(18, "    plan: [{lead: urbn}]", says: "did you mean `urban`?"),
        WrongLine(18, "    plan: [{lead: x}]", says: "there is `urban`, `market`"),
        WrongLine(18, "    plan: [{lead: urban, assist: [urban]}]", says: "both as lead and"),
        WrongLine(
            18, "    plan: [{lead: urban, assist: [market, market]}]", says: "`market` twice"),
        WrongLine(
            18, "    plan: [" + String(repeating: "{lead: urban},", count: 64) + "]",
            says: "has 64 parts; a call can have at most 63"),
        WrongLine(19, "    code: 123", says: "five digits"),
        WrongLine(19, "    urgency: hurry", says: "`emergency`, `urgent` or `ordinary`"),
        WrongLine(19, "    check: yes", says: "`true` or `false`"),
        WrongLine(19, "    conditions: []", says: "is empty"),
        WrongLine(
            19, "    conditions: [{id: a, name: A}, {id: a, name: B}]",
            says: "condition `a` is already declared on line 19"),
    ]

    static let campaigns = [
        WrongLine(23, "    lead: markt", says: "did you mean `market`?"),
        WrongLine(23, "    lead: urban\n    assist: [safety]", at: 24, says: "not declared"),
        WrongLine(23, "    lead: urban\n    categories: [liter]", at: 24, says: "mean `litter`?"),
        WrongLine(23, "    lead: urban\n    grids: [g1, g1]", at: 24, says: "`g1` twice"),
        WrongLine(23, "    lead: urban\n    grids: []", at: 24, says: "for every grid"),
        WrongLine(23, "    lead: urban\n    target: -1", at: 24, says: "whole number from 0"),
        WrongLine(24, "    from: 2026-13-01", says: "it must be a date"),
        WrongLine(25, "    to: 2026-02-28", says: "is before `from`"),
    ]

    @Test("The small catalogue has no mistake")
    func smallCatalogueIsRight() {
        #expect(SmallCatalogue.mistakes(in: SmallCatalogue.text()) == [])
    }

    @Test(
        "A wrong line is reported, with its number and what would be right",
        arguments: keysAndTypes + limits + policies + calendars + categories + campaigns)
    func reportsWrongLine(_ wrong: WrongLine) {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [wrong.line: wrong.text]))
        #expect(
            mistakes.contains {
                $0.line == wrong.reportedLine && $0.message.english.contains(wrong.message)
            }, "\(mistakes)")
    }

    @Test(
        "A mistake is explained in Chinese as well, with words of the file alone left as they are",
        arguments: keysAndTypes + limits + policies + calendars + categories + campaigns)
    func explainsInChinese(_ wrong: WrongLine) {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [wrong.line: wrong.text]))
        for message in mistakes.map(\.message.chinese) {
            #expect(ChineseText.foreignWords(in: message) == [], "\(message)")
            #expect(!ChineseText.touchesCode(message), "\(message)")
        }
    }

    @Test("A file that is not YAML is explained in Chinese too")
    func explainsYAMLInChinese() {
        for line in [
            "\tx: y", "  [a", "a: b: c", "  x: 'a", "- a", "  }", "x: \"\\q\"", "%A", "  - a",
        ] {
            for place in [3, 7, 14] {
                let text = SmallCatalogue.text(replacing: [place: line])
                for message in SmallCatalogue.mistakes(in: text).map(\.message.chinese) {
                    #expect(ChineseText.foreignWords(in: message) == [], "\(message)")
                }
            }
        }
    }

    @Test("A mistake in an id is not reported again where the id is used")
    func reportsMalformedIDOnce() {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [
                3: "  - {id: urban_1, name: U}", 18: "    plan: [{lead: urban_1}]",
                23: "    lead: urban_1",
            ]))
        #expect(mistakes.map(\.line) == [3])
    }

    @Test("Without the list of departments nothing that names one is called wrong")
    func missingListIsOneMistake() {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [2: "departmnts:"]))
        #expect(mistakes.map(\.line) == [1, 2])
    }

    @Test("All mistakes of a file are reported at once, in the order of its lines")
    func reportsAllMistakes() {
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [
                25: "    to: 2026-02-28", 1: Self.street(prefix: "elm", zone: "Mars"),
                8: "  hours: [noon]", 6: "  - {id: g1, id: g2, name: First}",
                18: "    plan: [{lead: police}]", 13: "policy: {lease: long}",
                9: "  weekdays: [mon]\n  weekdays: [tue]",
            ]))
        #expect(mistakes.map(\.line) == [1, 1, 6, 8, 10, 14, 19, 26])
    }

    @Test("A name may be 512 bytes long and no longer")
    func limitsTextLength() {
        for (length, count) in [(511, 0), (512, 0), (513, 1)] {
            let name = String(repeating: "n", count: length)
            let text = SmallCatalogue.text(replacing: [17: "    name: \(name)"])
            #expect(SmallCatalogue.mistakes(in: text).count == count, "\(length)")
        }
    }

    @Test("A plan may have 63 parts")
    func allowsSixtyThreeParts() {
        let stages = Array(repeating: "{lead: urban}", count: 63).joined(separator: ",")
        let text = SmallCatalogue.text(replacing: [18: "    plan: [\(stages)]"])
        #expect(SmallCatalogue.mistakes(in: text) == [])
    }
}
