import GridModel

/// Reads which measures of an outcome are a major decision.
struct DecisionReader {
    /// More reasons for a review than this nobody oversees.
    static let maximumConditions = 64

    /// The category's.
    let section: Section

    private var log: MistakeLog { section.log }

    /// Which measures are a major decision; `nil` if the category names none.
    func majorDecision(over form: [MeasureRule]) -> MajorDecisionRule? {
        guard section["major_decision"] != nil else { return nil }
        let entries =
            section.list("major_decision", emptyMeans: .leaveOut("没有", "if there is none")) ?? []
        section.refuseMore(than: Self.maximumConditions, in: entries, under: "major_decision")
        let conditions = entries.prefix(Self.maximumConditions).enumerated().compactMap {
            position, entry -> MajorDecisionRule.Condition? in
            let subject = Phrase(
                "\(section.subject.chinese)的重大决定情形 \(position + 1)",
                "major decision \(position + 1) of \(section.subject.english)")
            guard
                let line = Section(
                    entry, subject: subject, group: CatalogueSchema.decision, log: log)
            else { return nil }
            return condition(line, over: form)
        }
        return MajorDecisionRule(conditions)
    }

    private func condition(
        _ line: Section, over form: [MeasureRule]
    ) -> MajorDecisionRule.Condition? {
        let name = line.measureName("measure")
        let rule = name.flatMap { name in
            form.first { Measure(name: $0.name, value: "").isNamed(name) }
        }
        if let name, let entry = line["measure"], rule == nil, section["measures"] != nil {
            let shown = Entry.shortened(name)
            log.add(
                entry.line,
                line.subject
                    + Phrase(
                        "引用的措施 `\(shown)` 不在 `measures` 中",
                        " names the measure `\(shown)`, which is not among `measures`")
                    + log.hint(for: name, among: form.map(\.name)))
        }
        let comparison = comparison(line, rule)
        guard let name, let comparison else { return nil }
        return MajorDecisionRule.Condition(measure: rule?.name ?? name, comparison)
    }

    private func comparison(
        _ line: Section, _ rule: MeasureRule?
    ) -> MajorDecisionRule.Comparison? {
        let given = ["at_least", "above", "is"].filter { line[$0] != nil }
        if given.count > 1, let entry = line[given[1]] {
            log.add(
                entry.line,
                line.subject
                    + Phrase(
                        "只能有 `at_least`、`above`、`is` 之一",
                        " can have only one of `at_least`, `above` and `is`"))
        }
        guard let key = given.first, let entry = line[key] else { return .isPresent }
        if key == "is" { return equality(line, entry, rule) }
        guard let number = number(line, key, entry, rule) else { return nil }
        return key == "above" ? .isAbove(number) : .isAtLeast(number)
    }

    private func number(
        _ line: Section, _ key: String, _ entry: Entry, _ rule: MeasureRule?
    ) -> DecimalNumber? {
        if let rule, rule.kind != .number {
            let name = Entry.shortened(rule.name)
            log.add(
                entry.line,
                line.subject
                    + Phrase(
                        "按数字比较，但措施 `\(name)` 不是 `kind: number`",
                        " compares numbers, but the measure `\(name)` is no `kind: number`"))
        }
        guard let number = entry.scalar.flatMap({ DecimalNumber($0) }) else {
            line.refuse(
                key, entry,
                mustBe: Phrase(
                    "数字，小数点后最多六位，不写千分位和单位，如 `50000`",
                    "a number with at most six digits behind the point, without separators or "
                        + "units, such as `50000`"))
            return nil
        }
        return number
    }

    private func equality(
        _ line: Section, _ entry: Entry, _ rule: MeasureRule?
    ) -> MajorDecisionRule.Comparison? {
        switch rule?.kind {
        case .number: return number(line, "is", entry, rule).map { .equals(.number($0)) }
        case .choice(let choices):
            guard let text = line.text("is") else { return nil }
            guard let choice = choices.first(where: { Measure.folded($0) == Measure.folded(text) })
            else {
                // Without any the list itself was wrong, and was reported.
                guard !choices.isEmpty else { return nil }
                let list = choices.map { Phrase(verbatim: "`\(Entry.shortened($0))`") }.listed
                line.refuse("is", entry, mustBe: Phrase("下列之一：", "one of ") + list)
                return nil
            }
            return .equals(.text(choice))
        case .text: return line.text("is").map { .equals(.text($0)) }
        case nil:
            guard let text = line.text("is") else { return nil }
            return .equals(DecimalNumber(text).map { .number($0) } ?? .text(text))
        }
    }
}
