import Catalogue
import GridModel
import Testing

@Suite("CatalogueDiff")
struct CatalogueDiffTests {
    private func compiled(_ changes: [Int: String] = [:]) throws -> StreetCatalogue {
        try SmallCatalogue.compiled(replacing: changes)
    }

    /// What changes when lines of the small catalogue are replaced.
    private func diff(
        _ changes: [Int: String], open: OpenCallFigures? = nil
    ) throws -> CatalogueDiff {
        CatalogueDiff(from: try compiled(), to: try compiled(changes), open: open)
    }

    private var counted: OpenCallFigures {
        var open = OpenCallFigures()
        open.total = 9
        open.hasFiled = true
        open.categories = ["litter": 9]
        open.grids = ["g1": 4]
        open.campaigns = ["spring": 2]
        open.parts = ["urban": 9]
        open.laterCalls = ["market": 3]
        open.provisionalParts = 6
        return open
    }

    @Test("The same catalogue has no changes")
    func findsNothing() throws {
        let diff = try diff([:])
        #expect(diff.changes.isEmpty && !diff.isRefused)
        #expect(diff.text(in: .english) == "The two catalogues say the same.")
        #expect(diff.text(in: .chinese) == "两份目录没有差别。")
    }

    @Test("A changed plan and limit are named; open calls keep theirs, and are counted")
    func explainsCategory() throws {
        let change = [
            18: "    plan: [{lead: urban}, {lead: market}]",
            19: "    urgency: urgent\n    limits: {resolve: 1 work_day}",
        ]
        let text = try diff(change, open: counted).text(in: .english)
        #expect(text.contains("~ `litter` Litter"))
        #expect(text.contains("plan: urban with market → urban; then market"))
        #expect(text.contains("urgency: ordinary → urgent"))
        #expect(text.contains("resolve: 4 work hours → 1 work day"))
        #expect(text.contains("9 open calls keep the plan, the urgency and the limits"))
        let chinese = try diff(change).text(in: .chinese)
        #expect(chinese.contains("处置：4 个工作时 → 1 个工作日"))
        #expect(chinese.contains("未结呼叫保留立案时的流程"))
    }

    @Test("Every rule of a kind of work is told in words, in both languages")
    func explainsWorkRules() throws {
        let limits = "    limits: {resolve: 4 work_hours, review: 1 work_day, reply: 1 work_day}\n"
        let rules = """
            kind: mediation
                measures:
                  - {name: fine, kind: number}
                  - {name: done, kind: choice, choices: ["yes", "no"], required: true}
                major_decision: [{measure: fine, at_least: 50000.50}, {measure: done, is: "no"}]
                duplicates: {radius: 2 km, within: 36 hours}
                escalation: [{missed: resolve, supervisor: market}]
                reports:
                  - {id: weekly, name: {zh: 周汇报, en: Weekly report}, every: 1 week}
                  - {id: m, name: M, every: 3 months}
                lead_unclear: true
            """
        let diff = CatalogueDiff(
            from: try compiled([19: limits]), to: try compiled([19: limits + "    " + rules]))
        let english = diff.text(in: .english)
        for line in [
            "kind: enforcement → mediation",
            "measures: none → `fine` number; `done` yes/no, required",
            "major_decision: none → `fine` at least 50000.5; `done` is no",
            "duplicates: not asked for → 2000 m, within 36 hours",
            "escalation: none → resolve missed → market",
            "reports: none → `weekly` Weekly report (every week); `m` M (every 3 months)",
            "lead_unclear: false → true", "Holds for calls filed from then on",
        ] { #expect(english.contains(line), "\(line): \(english)") }
        let chinese = diff.text(in: .chinese)
        for line in [
            "工作性质：执法 → 矛盾纠纷调解", "处置措施：无 → `fine` 数字；`done` yes/no（必填）",
            "重大决定：无 → `fine` 不少于 50000.5；`done` 为 no", "重复认定：不提示 → 2000 米、36 小时内",
            "逾期督办：无 → 处置逾期 → market", "案件报告：无 → `weekly` 周汇报（每周）；`m` M（每 3 个月）",
            "首个签收部门主办：false → true",
        ] { #expect(chinese.contains(line), "\(line): \(chinese)") }
    }

    @Test("How a campaign's target is shared out is told")
    func explainsTargets() throws {
        let text = try diff([
            25: "    to: 2026-03-31\n    targets: {departments: {urban: 9}, grids: {g1: 5}}"
        ]).text(in: .english)
        #expect(text.contains("targets: none → urban 9, g1 5"))
        #expect(text.contains("Shown at once."))
    }

    @Test("Limits are told in the unit they were written in")
    func explainsUnits() throws {
        let text = try diff([
            19: "    limits: {dispatch: 90 min, accept: 2 urgent_hours, resolve: none, "
                + "check: 1 natural_day}"
        ]).text(in: .english)
        #expect(text.contains("dispatch: 10 min → 90 min"))
        #expect(text.contains("accept: no limit → 2 urgent hours"))
        #expect(text.contains("resolve: 4 work hours → no limit"))
        #expect(text.contains("check: no limit → 1 natural day"))
    }

    @Test("Conditions that come, go and lead are named")
    func explainsConditions() throws {
        let one = "    conditions:\n      - {id: a, name: A, limits: {resolve: 1 work_hour}}\n"
        let two = one + "      - {id: b, name: B}\n"
        let turned = "    conditions:\n      - {id: b, name: B}\n      - {id: c, name: C}\n"
        let text = CatalogueDiff(from: try compiled([19: two]), to: try compiled([19: turned]))
            .text(in: .english)
        #expect(text.contains("condition removed: `a` A"))
        #expect(text.contains("condition added: `c` C (dispatch 10 min)"))
        #expect(text.contains("condition of calls that name none: a → b"))
    }

    @Test("Categories and grids that come and go say what happens to calls")
    func explainsLists() throws {
        let old = try compiled()
        let new = try compiled([
            6: "  - {id: g2, name: Second}",
            16: "  - id: waste",
        ])
        let text = CatalogueDiff(from: old, to: new, open: counted).text(in: .english)
        #expect(text.contains("- `g1` First") && text.contains("+ `g2` Second"))
        #expect(text.contains("4 open calls there go on"))
        #expect(text.contains("- `litter` Litter") && text.contains("+ `waste` Litter"))
        #expect(text.contains("9 open calls go on with the plan and the limits"))
    }

    @Test("A department that open calls need makes the catalogue refused, with the numbers")
    func explainsRemovedDepartment() throws {
        let change = [4: "", 18: "    plan: [{lead: urban}]"]
        let refused = try diff(change, open: counted)
        #expect(refused.isRefused)
        #expect(refused.text(in: .english).contains("REFUSED: open calls need it: 0 parts"))
        #expect(refused.text(in: .english).contains("3 calls come to it in a later stage"))
        #expect(refused.text(in: .chinese).contains("服务端会整体拒绝这份目录"))
        let free = try diff(change, open: OpenCallFigures())
        #expect(!free.isRefused && free.text(in: .english).contains("No open call needs it"))
        let unknown = try diff(change)
        #expect(!unknown.isRefused && unknown.text(in: .english).contains("while open calls need"))
    }

    @Test("The street's id and prefix can change only before the first call")
    func explainsStreet() throws {
        let change = [1: "street: {id: oak, name: Oak, case_prefix: O, zone: UTC}"]
        #expect(try diff(change, open: counted).isRefused)
        #expect(try !diff(change, open: OpenCallFigures()).isRefused)
        let text = try diff(change).text(in: .english)
        #expect(text.contains("id: elm → oak") && text.contains("case_prefix: E → O"))
        #expect(text.contains("The broker refuses this once a call was filed."))
    }

    @Test("A campaign's rule concerns new calls, its target is only shown")
    func explainsCampaign() throws {
        let shown = try diff([25: "    to: 2026-03-31\n    target: 5"], open: counted)
        #expect(shown.text(in: .english).contains("target: 0 → 5\n      => Shown at once."))
        let rule = try diff([25: "    to: 2026-04-30\n    grids: [g1]"], open: counted)
        let text = rule.text(in: .english)
        #expect(text.contains("grids: all → g1"))
        #expect(text.contains("2026-03-01 to 2026-03-31 → 2026-03-01 to 2026-04-30"))
        #expect(text.contains("2 open calls stay tied to it"))
    }

    @Test("Campaigns in another order are noticed: the first that fits gets the call")
    func explainsOrder() throws {
        func campaign(_ id: String) -> String {
            "  - {id: \(id), name: N, lead: urban, from: 2026-01-01, to: 2026-12-31}"
        }
        func catalogue(_ ids: String...) throws -> StreetCatalogue {
            try compiled([
                21: ids.map(campaign).joined(separator: "\n"), 22: "", 23: "", 24: "", 25: "",
            ])
        }
        let diff = CatalogueDiff(from: try catalogue("a", "b"), to: try catalogue("b", "a"))
        #expect(diff.changes.count == 1)
        #expect(diff.text(in: .english).contains("the new order"))
    }

    @Test("The calendar's days, years and effect are told")
    func explainsCalendar() throws {
        let text = try diff(
            [
                10: "  published_through: 2027",
                11: "  holidays: [{from: 2026-05-01, to: 2026-05-07}, 2027-01-01]", 12: "",
            ], open: counted
        ).text(in: .english)
        #expect(text.contains("published through: 2026 → 2027"))
        #expect(text.contains("free now: 2026-05-06 to 2026-05-07, 2026-05-09, 2027-01-01"))
        #expect(text.contains("are computed again (6 parts)"))
    }

    @Test("Many changed days are cut short")
    func shortensDays() throws {
        let text = try diff([9: "  weekdays: [mon, tue, wed, thu]"]).text(in: .english)
        #expect(text.contains("free now: ") && text.contains(" more"))
        let hours = try diff([8: "  hours: [\"08:00-12:00\"]"]).text(in: .chinese)
        #expect(hours.contains("上班时间改变："))
    }

    @Test("The policy holds at once")
    func explainsPolicy() throws {
        let text = try diff([13: "policy: {lease: 1min, maximum_attempts: 3}"]).text(in: .english)
        #expect(text.contains("lease: 30000 ms → 60000 ms"))
        #expect(text.contains("maximum_attempts: 5 → 3"))
        #expect(text.contains("Holds at once, also for open calls"))
    }

    @Test(
        "Every changed line of the small catalogue is a change",
        arguments: [
            (1, "street: {id: elm, name: Elm, case_prefix: E, zone: UTC}"),
            (
                1,
                "street: {id: elm, name: Elm, case_prefix: E, zone: Asia/Baku}"
            ),
            (3, "  - {id: urban, name: Town}"), (4, "  - {id: market, name: Trade}"),
            (6, "  - {id: g1, name: One}"), (8, "  hours: [\"09:00-12:00\", \"13:00-18:00\"]"),
            (9, "  weekdays: [mon]"), (10, "  published_through: 2027"), (11, ""), (12, ""),
            (13, "policy: {retry: 4s}"), (13, "policy: {retry_maximum: 6min}"),
            (14, "limits: {dispatch: 11 min}"), (17, "    name: Rubbish"),
            (18, "    plan: [{lead: market, assist: [urban]}]"), (19, "    code: 01001"),
            (22, "    name: Lent"), (23, "    lead: market"),
            (23, "    lead: urban\n    assist: [market]"),
            (24, "    from: 2026-03-02"), (25, "    to: 2026-03-30"),
            (25, "    to: 2026-03-31\n    categories: [litter]"),
            (25, "    to: 2026-03-31\n    legal_basis: law"),
        ])
    func noticesEveryChange(line: Int, text: String) throws {
        let diff = try diff([line: text])
        #expect(!diff.changes.isEmpty)
        for language in Language.allCases {
            #expect(diff.text(in: language).count > 20)
        }
    }
}
