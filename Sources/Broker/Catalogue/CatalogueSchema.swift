import GridModel

/// Every key a catalogue can have, by the group it stands in; docs/catalogue.md explains them.
///
/// The readers take their keys from here, so that there is one list to test and to document.
package enum CatalogueSchema {
    /// A group of keys of the file.
    package struct Group: Hashable, Sendable {
        /// What the document calls it.
        package let name: String
        /// Keys that must be there.
        package let required: [String]
        /// Keys that may be left out.
        package let optional: [String]

        /// All keys, the required ones first.
        package var keys: [String] { required + optional }
    }

    static let file = Group(
        name: "catalogue",
        required: ["street", "departments", "grids", "calendar", "categories"],
        optional: ["policy", "limits", "campaigns"])
    static let name = Group(name: "name", required: [], optional: ["zh", "en"])
    static let street = Group(
        name: "street", required: ["id", "name", "case_prefix", "zone"], optional: [])
    static let department = Group(name: "departments", required: ["id", "name"], optional: [])
    static let grid = Group(name: "grids", required: ["id", "name"], optional: [])
    static let calendar = Group(
        name: "calendar", required: ["hours", "weekdays", "published_through"],
        optional: ["holidays", "make_up_days"])
    static let day = Group(name: "day", required: ["date"], optional: ["name"])
    static let days = Group(name: "days", required: ["from", "to"], optional: ["name"])
    static let policy = Group(
        name: "policy", required: [],
        optional: ["lease", "retry", "retry_maximum", "maximum_attempts"])
    static let limits = Group(
        name: "limits", required: [], optional: LimitReader.clocks.map(\.key))
    static let category = Group(
        name: "categories", required: ["id", "name", "plan"],
        optional: [
            "kind", "code", "urgency", "limits", "conditions", "check", "verify", "measures",
            "major_decision", "duplicates", "escalation", "reports", "lead_unclear",
        ])
    static let stage = Group(name: "plan", required: ["lead"], optional: ["assist"])
    static let condition = Group(
        name: "conditions", required: ["id", "name"], optional: ["limits"])
    static let measure = Group(
        name: "measures", required: ["name"], optional: ["required", "kind", "choices"])
    static let decision = Group(
        name: "major_decision", required: ["measure"], optional: ["at_least", "above", "is"])
    static let duplicates = Group(
        name: "duplicates", required: ["radius", "within"], optional: [])
    static let escalation = Group(
        name: "escalation", required: ["missed", "supervisor"], optional: [])
    static let report = Group(name: "reports", required: ["id", "name", "every"], optional: [])
    static let campaign = Group(
        name: "campaigns", required: ["id", "name", "lead", "from", "to"],
        optional: ["assist", "categories", "grids", "target", "targets", "legal_basis"])
    static let targets = Group(
        name: "targets", required: [], optional: ["departments", "grids"])

    /// All groups, in the order of the document.
    package static let groups = [
        file, name, street, department, grid, calendar, day, days, policy, limits, category, stage,
        condition, measure, decision, duplicates, escalation, report, campaign, targets,
    ]

    /// Every word that has a meaning as a value: units, urgencies, weekdays, flags and kinds.
    package static let words =
        LimitReader.units.map(\.word) + ["none", "ms", "s", "min", "h"]
        + ["emergency", "urgent", "ordinary"] + CalendarReader.weekdays + ["true", "false"]
        + CategoryKind.allCases.map(\.key) + MeasureReader.kinds + ["m", "km"]
        + CaseRuleReader.windowUnits.map(\.word) + CaseRuleReader.intervals.map(\.word)
}
