/// A report on a case and how often it is due (一案一报告): weekly, or a monthly summary.
package struct ReportRule: Hashable, Sendable, Codable {
    /// What the count counts.
    package enum Interval: String, CaseIterable, Sendable, Codable {
        /// Seven days of twenty-four hours.
        case week
        /// To the same day of the next month, or its last.
        case month
    }

    /// Unique within the category; names the report when it is filed.
    package var id: String
    package var name: LocalizedName
    package var interval: Interval
    /// At least 1.
    package var count: Int

    /// What the rule of a catalogue is called that could have only one.
    package static let only = (
        id: "report", name: LocalizedName(chinese: "报告", english: "Report")
    )
    /// A category has at most so many: a call holds the place of one in a byte, and more would be
    /// reporting for its own sake.
    package static let maximumPerCategory = 8

    /// A rule.
    package init(
        id: String = only.id, name: LocalizedName = only.name, every count: Int,
        _ interval: Interval
    ) {
        self.id = id
        self.name = name
        self.interval = interval
        self.count = count
    }

    /// Reads a rule; one of an older catalogue has no name of its own.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decodeIfPresent(String.self, forKey: .id) ?? Self.only.id
        name = try values.decodeIfPresent(LocalizedName.self, forKey: .name) ?? Self.only.name
        interval = try values.decode(Interval.self, forKey: .interval)
        count = try values.decode(Int.self, forKey: .count)
    }
}

/// Reads a list of rules, or the one rule that a category of an older catalogue could have.
struct ReportRuleList: Decodable {
    let rules: [ReportRule]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let only = try? container.decode(ReportRule.self) {
            rules = [only]
        } else {
            rules = try container.decode([ReportRule].self)
        }
    }
}
