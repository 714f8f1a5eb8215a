import GridModel

extension WireSamples {
    /// A catalogue with a plain category, one with major decisions, duplicates and reports, and one
    /// that is verified, worked on in two stages and checked.
    static var catalogue: StreetCatalogue {
        StreetCatalogue(
            street: Street(id: "test", name: name, casePrefix: "T"),
            departments: ["urban", "market"].map { Department(id: $0, name: name) },
            grids: [Grid(id: "g1", name: name), Grid(id: "g2", name: name)],
            categories: [category("litter", [["urban"]]), major, checked],
            campaigns: [
                Campaign(
                    id: "spring", name: name, lead: "urban", assists: ["market"], categories: [],
                    grids: [], from: .zero, until: .distantFuture, target: 5, legalBasis: "条例")
            ],
            calendar: WorkCalendar(intervals: [], publishedThrough: .zero, zone: .utc),
            policy: WorkPolicy())
    }

    private static let name = LocalizedName(chinese: "名", english: "name")

    private static func category(_ id: String, _ stages: [[String]]) -> Category {
        var limits = ClockLimits()
        limits.resolve = Limit(2, .naturalDay)
        return Category(
            id: id, name: name, urgency: .ordinary,
            stages: stages.map { departments in
                Stage(
                    parts: departments.enumerated().map {
                        .init(department: $1, role: $0 == 0 ? .lead : .assist)
                    })
            },
            conditions: [FilingCondition(id: "default", name: name, limits: limits)])
    }

    private static var major: Category {
        var category = category("raze", [["urban", "market"]])
        category.majorDecision = MajorDecisionRule([
            .init(measure: "fine", .isAtLeast(DecimalNumber(50_000)))
        ])
        category.duplicates = DuplicateRule(radiusMetres: 100, windowMilliseconds: 86_400_000)
        category.reports = [ReportRule(id: "weekly", name: name, every: 1, .week)]
        return category
    }

    private static var checked: Category {
        var category = category("checked", [["urban"], ["market"]])
        category.isChecked = true
        category.isVerified = true
        return category
    }
}
