/// A kind of problem, who acts on it and how fast.
package struct Category: Hashable, Sendable, Codable {
    package var id: String
    package var name: LocalizedName
    /// The national code of major and minor class (GB/T 30428.2), empty where there is none.
    package var nationalCode: String
    package var urgency: Urgency
    /// Who acts: stages in order, departments of a stage in parallel. Never empty.
    package var stages: [Stage]
    /// Never empty; the first holds when a call names none.
    package var conditions: [FilingCondition]
    /// The reporter checks on site before the call closes.
    package var isChecked: Bool
    /// A report is verified before it is filed.
    package var isVerified: Bool
    /// What work it is; decides how it is counted, not how it runs.
    package var kind = CategoryKind.enforcement
    /// Which measures need legal review before they are taken; `nil`: none.
    package var majorDecision: MajorDecisionRule?
    /// When two calls may be about the same thing; `nil`: nobody is asked.
    package var duplicates: DuplicateRule?
    /// Which missed clocks are put before a supervising department.
    package var escalation: [EscalationRule] = []
    /// Which reports on the case are due, and how often; empty: none.
    package var reports: [ReportRule] = []
    /// Nobody leads at first: of each stage the first department to accept does.
    package var leadUnclear = false
    /// The form of an outcome; empty: anything may be said.
    package var measures: [MeasureRule] = []

    /// A category; what is not among the parameters has its default and may be set.
    package init(
        id: String, name: LocalizedName, nationalCode: String = "", urgency: Urgency,
        stages: [Stage], conditions: [FilingCondition], isChecked: Bool = false,
        isVerified: Bool = false
    ) {
        self.id = id
        self.name = name
        self.nationalCode = nationalCode
        self.urgency = urgency
        self.stages = stages
        self.conditions = conditions
        self.isChecked = isChecked
        self.isVerified = isVerified
    }

    /// Reads a category; what an older catalogue does not say has its default.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(LocalizedName.self, forKey: .name)
        nationalCode = try values.decode(String.self, forKey: .nationalCode)
        urgency = try values.decode(Urgency.self, forKey: .urgency)
        stages = try values.decode([Stage].self, forKey: .stages)
        conditions = try values.decode([FilingCondition].self, forKey: .conditions)
        isChecked = try values.decode(Bool.self, forKey: .isChecked)
        isVerified = try values.decode(Bool.self, forKey: .isVerified)
        kind = try values.decodeIfPresent(CategoryKind.self, forKey: .kind) ?? .enforcement
        majorDecision = try values.decodeIfPresent(MajorDecisionRule.self, forKey: .majorDecision)
        duplicates = try values.decodeIfPresent(DuplicateRule.self, forKey: .duplicates)
        escalation = try values.decodeIfPresent([EscalationRule].self, forKey: .escalation) ?? []
        reports = try values.decodeIfPresent(ReportRuleList.self, forKey: .reports)?.rules ?? []
        leadUnclear = try values.decodeIfPresent(Bool.self, forKey: .leadUnclear) ?? false
        measures = try values.decodeIfPresent([MeasureRule].self, forKey: .measures) ?? []
    }
}

/// What work a category is.
package enum CategoryKind: String, CaseIterable, Hashable, Sendable, Codable {
    /// Enforcement and care of the street (执法).
    case enforcement
    /// Dispute mediation (矛盾纠纷调解).
    case mediation
    /// Legality check of a policy decision or a normative document (合法性审查).
    case legalityCheck
    /// A legal opinion (法律意见).
    case legalOpinion
    /// Reconsideration and litigation (复议应诉).
    case litigation
    /// Publication of policies, decisions and enforcement information (公开).
    case publication
    /// Supervision with rectification (督促整改).
    case rectification
}

/// When two calls of a category may be about the same thing (重复).
package struct DuplicateRule: Hashable, Sendable, Codable {
    /// At most so many metres apart.
    package var radiusMetres: Int
    /// Filed at most so many milliseconds apart.
    package var windowMilliseconds: Int64

    /// A rule.
    package init(radiusMetres: Int, windowMilliseconds: Int64) {
        self.radiusMetres = radiusMetres
        self.windowMilliseconds = windowMilliseconds
    }
}

/// A clock whose miss opens a supervision (督办).
package struct EscalationRule: Hashable, Sendable, Codable {
    package var clock: ClockKind
    /// The id of the department that is asked to supervise.
    package var department: String

    /// A rule.
    package init(clock: ClockKind, department: String) {
        self.clock = clock
        self.department = department
    }
}
