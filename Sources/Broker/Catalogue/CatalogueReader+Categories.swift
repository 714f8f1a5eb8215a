import GridModel

extension CatalogueReader {
    /// The condition of a category that declares none.
    private static let onlyCondition = (
        id: "default", name: LocalizedName(chinese: "一般情形", english: "In general")
    )

    /// A call holds the place of its condition in one byte.
    private static let maximumConditions = 255

    /// The categories of the file.
    mutating func readCategories(_ file: Section) -> [Category] {
        file.items(
            "categories", into: &categories, group: CatalogueSchema.category
        ).map { section in
            var category = Category(
                id: section.identifier("id") ?? "", name: section.name(),
                nationalCode: nationalCode(section), urgency: urgency(section),
                stages: stages(section), conditions: conditions(section),
                isChecked: section.flag("check"), isVerified: section.flag("verify"))
            readRules(section, into: &category)
            return category
        }
    }

    /// What distinguishes one kind of work from another.
    private func readRules(_ section: Section, into category: inout Category) {
        let measures = MeasureReader(section: section)
        category.measures = measures.form()
        category.majorDecision = measures.majorDecision(over: category.measures)
        let rules = CaseRuleReader(section: section)
        category.kind = rules.kind()
        category.duplicates = rules.duplicates()
        category.escalation = rules.escalation(departments)
        category.reports = rules.reports()
        category.leadUnclear = section.flag("lead_unclear")
        RuleCheck(category: category, section: section).run()
    }

    /// GB/T 30428.2: two digits of the major class, three of the minor.
    private func nationalCode(_ section: Section) -> String {
        guard let entry = section["code"] else { return "" }
        guard let code = entry.scalar, code.utf8.count == 5,
            code.utf8.allSatisfy({ (48...57).contains($0) })
        else {
            section.refuse(
                "code", entry,
                mustBe: Phrase(
                    "五位数字：大类两位，小类三位", "five digits: two of the major, three of the minor class"))
            return ""
        }
        return code
    }

    private func urgency(_ section: Section) -> Urgency {
        guard let entry = section["urgency"] else { return .ordinary }
        switch entry.scalar {
        case "emergency": return .emergency
        case "urgent": return .urgent
        case "ordinary": return .ordinary
        default:
            section.refuse(
                "urgency", entry,
                mustBe: Phrase(
                    "`emergency`、`urgent` 或 `ordinary`", "`emergency`, `urgent` or `ordinary`"))
            return .ordinary
        }
    }

    private func stages(_ section: Section) -> [Stage] {
        let entries =
            section.list("plan", emptyMeans: Phrase("至少要有一个阶段", "it must have at least one stage"))
            ?? []
        let stages = entries.enumerated().map { position, entry in
            stage(
                entry,
                subject: Phrase(
                    "\(section.subject.chinese)的第 \(position + 1) 阶段",
                    "stage \(position + 1) of \(section.subject.english)"))
        }
        let count = stages.reduce(0) { $0 + $1.parts.count }
        if count > AssignmentNumber.maximumPerCall, let plan = section["plan"] {
            log.add(
                plan.line,
                .key("plan", of: section.subject)
                    + Phrase(
                        "有 \(count) 个部分，一个呼叫最多 \(AssignmentNumber.maximumPerCall) 个",
                        " has \(count) parts; a call can have at most "
                            + "\(AssignmentNumber.maximumPerCall)"))
        }
        return stages
    }

    private func stage(_ entry: Entry, subject: Phrase) -> Stage {
        guard
            let section = Section(
                entry, subject: subject, group: CatalogueSchema.stage, log: log)
        else { return Stage(parts: []) }
        var parts: [Stage.Part] = []
        if let value = section["lead"] {
            if value.scalar == nil {
                log.add(
                    value.line,
                    subject
                        + Phrase(
                            "只能有一个主办部门，其余协办",
                            " must have exactly one lead; the others assist"))
            } else if let lead = departments.reference(value, from: subject, log: log) {
                parts.append(Stage.Part(department: lead, role: .lead))
            }
        }
        for department in assists(section, lead: parts.first?.department) {
            parts.append(Stage.Part(department: department, role: .assist))
        }
        return Stage(parts: parts)
    }

    /// The departments under `assist`; notes the lead among them.
    func assists(_ section: Section, lead: String?) -> [String] {
        let assists = departments.references(
            "assist", of: section, emptyMeans: .leaveOut("没有协办部门", "if nobody assists"))
        if let lead, assists.contains(lead), let entry = section["assist"] {
            let name = Entry.shortened(lead)
            log.add(
                entry.line,
                section.subject
                    + Phrase(
                        "把部门 `\(name)` 同时列为主办和协办",
                        " names the department `\(name)` both as lead and to assist"))
        }
        return assists
    }

    private func conditions(_ section: Section) -> [FilingCondition] {
        let reader = LimitReader(log: log)
        let base = reader.limits(
            section["limits"], subject: .key("limits", of: section.subject), over: defaultLimits)
        let only = FilingCondition(
            id: Self.onlyCondition.id, name: Self.onlyCondition.name, limits: base)
        guard section["conditions"] != nil else { return [only] }
        var declared = Declarations(kind: Phrase("立案条件", "condition"))
        let conditions = section.items(
            "conditions", into: &declared, group: CatalogueSchema.condition
        ).map { condition in
            let limits = reader.limits(
                condition["limits"], subject: .key("limits", of: condition.subject), over: base)
            return FilingCondition(
                id: condition.identifier("id") ?? "", name: condition.name(), limits: limits)
        }
        if conditions.count > Self.maximumConditions, let entry = section["conditions"] {
            log.add(
                entry.line,
                section.subject
                    + Phrase(
                        "有 \(conditions.count) 个立案条件，最多 \(Self.maximumConditions) 个",
                        " has \(conditions.count) conditions; at most "
                            + "\(Self.maximumConditions) are possible"))
        }
        return conditions
    }
}
