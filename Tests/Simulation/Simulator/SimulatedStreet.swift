import GridModel

/// The street every run serves: four departments and plans of one part, several, and two stages.
enum SimulatedStreet {
    static let departments = ["urban", "market", "safety", "judicial"]
    static let grids = ["north", "south", "river"]
    static let prefix = "SIM"

    /// The plan of each category: department numbers by stage, the lead first.
    static let plans: [(category: String, urgency: Urgency, stages: [[Int]])] = [
        ("litter", .ordinary, [[0]]),
        ("food", .urgent, [[1, 0]]),
        ("fire-exit", .emergency, [[2, 0, 1]]),
        ("structure", .ordinary, [[0, 2], [3]]),
        ("dispute", .urgent, [[3], [1, 2]]),
    ]

    /// In these a fine of 50,000 is a major decision.
    static let gated: Set = ["structure", "food"]
    /// These are checked on site.
    static let checked: Set = ["structure", "litter"]
    /// These are verified before they are filed.
    static let verified: Set = ["dispute"]

    /// On these a report is due every week, and a summary every month.
    static let reported: Set = ["structure", "dispute"]
    /// On these one report is due soon after the filing.
    static let reportedOnce: Set = ["fire-exit"]

    /// How many reports are due on a call.
    static func reportCount(_ category: String) -> Int {
        reported.contains(category) ? 2 : reportedOnce.contains(category) ? 1 : 0
    }

    static let policy: WorkPolicy = {
        var policy = WorkPolicy()
        policy.leaseMilliseconds = 15_000
        policy.retryMilliseconds = 500
        policy.retryMaximumMilliseconds = 4_000
        policy.maximumAttempts = 3
        return policy
    }()

    static let catalogue = street(departments: departments, plans: plans.map(\.stages))

    /// What an office might change: nothing, plans and campaigns, or a whole department.
    ///
    /// Categories and grids stay, since terminals go on naming them.
    static let variants: [StreetCatalogue] = {
        var turned = street(
            departments: departments, plans: plans.map { Array($0.stages.reversed()) })
        turned.campaigns = []
        let withoutJudicial = street(
            departments: departments.filter { $0 != "judicial" },
            plans: plans.map { plan in
                let stages = plan.stages.map { $0.filter { $0 != 3 } }.filter { !$0.isEmpty }
                return stages.isEmpty ? [[0]] : stages
            })
        let withoutMarket = street(
            departments: departments.filter { $0 != "market" },
            plans: plans.map { plan in
                let stages = plan.stages.map { $0.filter { $0 != 1 } }.filter { !$0.isEmpty }
                return stages.isEmpty ? [[2]] : stages
            })
        return [catalogue, turned, withoutJudicial, withoutMarket]
    }()

    /// The street with some departments and the plans of its categories, in their order.
    private static func street(
        departments: [String], plans stages: [[[Int]]]
    ) -> StreetCatalogue {
        StreetCatalogue(
            street: Street(id: "sim", name: name("sim"), casePrefix: prefix),
            departments: departments.map { Department(id: $0, name: name($0)) },
            grids: grids.map { Grid(id: $0, name: name($0)) },
            categories: zip(plans, stages).map { plan, stages in
                category(plan.category, plan.urgency, stages)
            },
            campaigns: [
                Campaign(
                    id: "clear-exits", name: name("clear-exits"), lead: "safety", assists: [],
                    categories: ["fire-exit"], grids: ["north"], from: .zero,
                    until: .distantFuture, target: 10, legalBasis: "")
            ],
            calendar: WorkCalendar(intervals: [], publishedThrough: .distantFuture, zone: .utc),
            policy: policy)
    }

    private static let limits: ClockLimits = {
        var limits = ClockLimits()
        limits.dispatch = .minutes(1)
        limits.accept = .minutes(1)
        limits.resolve = .minutes(3)
        limits.check = .minutes(2)
        limits.review = .minutes(1)
        limits.reply = .minutes(1)
        return limits
    }()

    private static func category(
        _ id: String, _ urgency: Urgency, _ stages: [[Int]]
    ) -> GridModel.Category {
        var category = GridModel.Category(
            id: id, name: name(id), urgency: urgency, stages: stages.map(stage),
            conditions: [
                FilingCondition(id: "default", name: name("default"), limits: limits)
            ], isChecked: checked.contains(id), isVerified: verified.contains(id))
        if reported.contains(id) {
            category.reports = [
                ReportRule(id: "weekly", name: name("weekly"), every: 1, .week),
                ReportRule(id: "monthly", name: name("monthly"), every: 1, .month),
            ]
        }
        if reportedOnce.contains(id) { category.conditions[0].limits.reportDue = .minutes(2) }
        if gated.contains(id) {
            category.majorDecision = MajorDecisionRule([
                .init(measure: "fine", .isAtLeast(DecimalNumber(50_000)))
            ])
            category.escalation = [EscalationRule(clock: .resolve, department: departments[0])]
        }
        return category
    }

    private static func stage(_ parts: [Int]) -> Stage {
        Stage(
            parts: parts.enumerated().map { place, department in
                Stage.Part(
                    department: departments[department], role: place == 0 ? .lead : .assist)
            })
    }

    private static func name(_ id: String) -> LocalizedName {
        LocalizedName(chinese: id, english: id)
    }
}
