import GridModel

/// Reads what an outcome says: the form of its measures, and which of them are a major decision.
struct MeasureReader {
    /// The words for what a value may be.
    static let kinds = ["text", "number", "choice"]
    /// More lines than this nobody fills in.
    static let maximumMeasures = 32
    /// So many can be chosen from, or be reasons for a review.
    static let maximumChoices = 64

    /// The category's.
    let section: Section

    private var log: MistakeLog { section.log }

    // MARK: - The form

    /// The lines of the form, in the order of the file.
    func form() -> [MeasureRule] {
        var rules: [MeasureRule] = []
        let entries =
            section.list("measures", emptyMeans: .leaveOut("没有", "if there is none")) ?? []
        for (position, entry) in entries.prefix(Self.maximumMeasures).enumerated() {
            guard let rule = rule(entry, subject: subject(entry["name"], position)) else {
                continue
            }
            if rules.contains(where: { Measure(name: $0.name, value: "").isNamed(rule.name) }) {
                let name = Entry.shortened(rule.name)
                log.add(
                    entry["name"]?.line ?? entry.line,
                    Phrase(
                        "\(section.subject.chinese)有两个措施 `\(name)`（不分大小写）",
                        "\(section.subject.english) has two measures `\(name)`, capitals aside"))
            }
            rules.append(rule)
        }
        refuseMore(than: Self.maximumMeasures, in: entries, under: "measures")
        return rules
    }

    private func subject(_ name: Entry?, _ position: Int) -> Phrase {
        let name = name?.scalar.map { "`\(Entry.shortened($0))`" } ?? "\(position + 1)"
        return Phrase(
            "\(section.subject.chinese)的措施 \(name)", "measure \(name) of \(section.subject.english)"
        )
    }

    private func refuseMore(than most: Int, in entries: [Entry], under key: String) {
        guard entries.count > most else { return }
        log.add(
            entries[most].line,
            .key(key, of: section.subject)
                + Phrase(
                    "有 \(entries.count) 项，最多 \(most) 项",
                    " has \(entries.count) items; at most \(most) are possible"))
    }

    private func rule(_ entry: Entry, subject: Phrase) -> MeasureRule? {
        guard
            let line = Section(entry, subject: subject, group: CatalogueSchema.measure, log: log)
        else { return nil }
        let name = name(line, "name")
        let isRequired = line.flag("required")
        let kind = kind(line)
        guard let name else { return nil }
        return MeasureRule(name: name, isRequired: isRequired, kind: kind)
    }

    /// A measure's name: an outcome says one measure a line, `name: value`.
    private func name(_ line: Section, _ key: String) -> String? {
        guard let entry = line[key], let text = line.text(key) else { return nil }
        guard !text.contains(":") else {
            line.refuse(key, entry, mustBe: Phrase("不含冒号的名称", "a name without a colon"))
            return nil
        }
        return text
    }

    private func kind(_ line: Section) -> MeasureRule.Kind {
        let word = line["kind"]?.scalar ?? "text"
        if word != "choice", Self.kinds.contains(word), let entry = line["choices"] {
            log.add(
                entry.line,
                line.subject
                    + Phrase(
                        "不是 `choice`，不能有 `choices`", " is no `choice`, so it has no `choices`"))
        }
        if let entry = line["kind"], entry.scalar == nil || !Self.kinds.contains(word) {
            line.refuse(
                "kind", entry,
                mustBe: Phrase("`text`、`number` 或 `choice`", "`text`, `number` or `choice`"))
            return .text
        }
        switch word {
        case "choice": return .choice(choices(line))
        case "number": return .number
        default: return .text
        }
    }

    private func choices(_ line: Section) -> [String] {
        guard line["choices"] != nil else {
            log.add(
                line.line, line.subject + Phrase("缺少键 `choices`", " lacks the key `choices`"))
            return []
        }
        var choices: [String] = []
        let entries = line.list("choices") ?? []
        for entry in entries {
            guard let text = entry.text(named: .key("choices", of: line.subject), log: log)
            else { continue }
            if choices.contains(where: { Measure.folded($0) == Measure.folded(text) }) {
                let name = Entry.shortened(text)
                log.add(
                    entry.line,
                    .key("choices", of: line.subject)
                        + Phrase("中 `\(name)` 出现两次", " names `\(name)` twice"))
            }
            choices.append(text)
        }
        if entries.count > Self.maximumChoices {
            log.add(
                entries[Self.maximumChoices].line,
                .key("choices", of: line.subject)
                    + Phrase(
                        "有 \(entries.count) 项，最多 \(Self.maximumChoices) 项",
                        " has \(entries.count) items; at most \(Self.maximumChoices) are possible"))
        }
        return choices
    }

    // MARK: - Major decisions

    /// Which measures are a major decision; `nil` if the category names none.
    func majorDecision(over form: [MeasureRule]) -> MajorDecisionRule? {
        guard section["major_decision"] != nil else { return nil }
        let entries =
            section.list("major_decision", emptyMeans: .leaveOut("没有", "if there is none")) ?? []
        refuseMore(than: Self.maximumChoices, in: entries, under: "major_decision")
        let conditions = entries.prefix(Self.maximumChoices).enumerated().compactMap {
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
        let name = name(line, "measure")
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
