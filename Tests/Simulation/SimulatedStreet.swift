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

    static let policy: WorkPolicy = {
        var policy = WorkPolicy()
        policy.leaseMilliseconds = 15_000
        policy.retryMilliseconds = 500
        policy.retryMaximumMilliseconds = 4_000
        policy.maximumAttempts = 3
        return policy
    }()

    static let catalogue = StreetCatalogue(
        street: Street(id: "sim", name: name("sim"), casePrefix: prefix),
        departments: departments.map { Department(id: $0, name: name($0)) },
        grids: grids.map { Grid(id: $0, name: name($0)) },
        categories: plans.map { plan in
            Category(
                id: plan.category, name: name(plan.category), urgency: plan.urgency,
                stages: plan.stages.map(stage),
                conditions: [
                    FilingCondition(id: "default", name: name("default"), limits: limits)
                ])
        },
        campaigns: [
            Campaign(
                id: "clear-exits", name: name("clear-exits"), lead: "safety", assists: [],
                categories: ["fire-exit"], grids: ["north"], from: .zero, until: .distantFuture,
                target: 10, legalBasis: "")
        ],
        calendar: WorkCalendar(intervals: [], publishedThrough: .distantFuture, zone: .utc),
        policy: policy)

    private static let limits: ClockLimits = {
        var limits = ClockLimits()
        limits.dispatch = .minutes(1)
        limits.accept = .minutes(1)
        limits.resolve = .minutes(3)
        return limits
    }()

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
