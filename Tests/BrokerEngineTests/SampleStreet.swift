import GridModel

/// A street with one category for every shape of plan, urgency and unit the engine tells apart.
enum SampleStreet {
    /// Monday, 5 January 2026, midnight in UTC, which is the street's zone.
    static let monday = Timestamp(milliseconds: 1_767_571_200_000)
    /// Monday, nine o'clock: the working week begins.
    static let start = monday.advanced(byMilliseconds: 9 * hour)
    static let minute: Int64 = 60_000
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    static let departments = ["urban", "market", "safety", "judicial"]
    static let grids = ["g1", "g2", "g3"]

    /// The catalogue, with another policy or other campaigns if a test wants them.
    static func catalogue(
        policy: WorkPolicy = WorkPolicy(), campaigns: [Campaign] = SampleStreet.campaigns
    ) -> StreetCatalogue {
        StreetCatalogue(
            street: Street(id: "sample", name: name("Sample"), casePrefix: "SA"),
            departments: departments.map { Department(id: $0, name: name($0)) },
            grids: grids.map { Grid(id: $0, name: name($0)) },
            categories: categories, campaigns: campaigns, calendar: calendar, policy: policy)
    }

    static let categories: [Category] = [
        category("litter", .ordinary, [["urban"]], resolve: .minutes(240)),
        category("stall", .urgent, [["urban"]], resolve: .minutes(120)),
        category("manhole", .emergency, [["urban"]], resolve: Limit(2, .urgentHour)),
        category("food", .ordinary, [["market"]], resolve: Limit(4, .workHour)),
        category("exit", .emergency, [["safety"]], resolve: .minutes(60)),
        category("shop", .ordinary, [["urban", "market", "safety"]], resolve: .minutes(600)),
        category(
            "building", .urgent, [["urban"], ["market", "safety"], ["urban"]],
            resolve: Limit(7, .workDay)),
        category(
            "smoke", .ordinary, [["safety", "urban"]], resolve: Limit(2, .naturalDay),
            isChecked: true),
        category(
            "rumour", .ordinary, [["urban"]], resolve: .minutes(60), isVerified: true),
        category("endless", .ordinary, [["urban"]], resolve: nil),
    ]

    /// Litter in g1 in January; after it everything everywhere in the same month.
    static let campaigns: [Campaign] = [
        campaign("spring", categories: ["litter"], grids: ["g1"], days: 0..<30),
        campaign("winter", categories: [], grids: [], days: 10..<30),
        campaign("summer", categories: ["stall"], grids: [], days: 150..<180),
    ]

    static func campaign(
        _ id: String, categories: [String], grids: [String], days: Range<Int64>
    ) -> Campaign {
        Campaign(
            id: id, name: name(id), lead: "urban", assists: [], categories: categories,
            grids: grids, from: monday.advanced(byMilliseconds: days.lowerBound * day),
            until: monday.advanced(byMilliseconds: days.upperBound * day), target: 10,
            legalBasis: "")
    }

    /// Nine to five from Monday to Friday, for ten weeks.
    static let calendar = WorkCalendar(
        intervals: (0..<70).filter { $0 % 7 < 5 }.map { index in
            let midnight = monday.advanced(byMilliseconds: Int64(index) * day)
            return WorkCalendar.Interval(
                opens: midnight.advanced(byMilliseconds: 9 * hour),
                closes: midnight.advanced(byMilliseconds: 17 * hour),
                day: midnight.milliseconds / day)
        },
        publishedThrough: monday.advanced(byMilliseconds: 70 * day), zone: .utc)

    private static func name(_ text: String) -> LocalizedName {
        LocalizedName(chinese: text, english: text)
    }

    private static func category(
        _ id: String, _ urgency: Urgency, _ stages: [[String]], resolve: Limit?,
        isChecked: Bool = false, isVerified: Bool = false
    ) -> Category {
        var limits = ClockLimits()
        limits.resolve = resolve
        if resolve != nil {
            limits.dispatch = .minutes(10)
            limits.accept = .minutes(30)
            limits.arrive = .minutes(60)
            limits.check = .minutes(600)
        }
        var strict = limits
        strict.resolve = .minutes(30)
        return Category(
            id: id, name: name(id), urgency: urgency,
            stages: stages.map { departments in
                Stage(
                    parts: departments.enumerated().map { index, department in
                        Stage.Part(department: department, role: index == 0 ? .lead : .assist)
                    })
            },
            conditions: [
                FilingCondition(id: "default", name: name("default"), limits: limits),
                FilingCondition(id: "strict", name: name("strict"), limits: strict),
            ],
            isChecked: isChecked, isVerified: isVerified)
    }
}
