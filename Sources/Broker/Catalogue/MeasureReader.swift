import GridModel

/// Reads the form of an outcome: the measures that it says.
struct MeasureReader {
    /// The words for what a value may be.
    static let kinds = ["text", "number", "choice"]
    /// More lines than this nobody fills in.
    static let maximumMeasures = 32
    /// More than so many nobody chooses from.
    static let maximumChoices = 64

    /// The category's.
    let section: Section

    private var log: MistakeLog { section.log }

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
        section.refuseMore(than: Self.maximumMeasures, in: entries, under: "measures")
        return rules
    }

    private func subject(_ name: Entry?, _ position: Int) -> Phrase {
        let name = name?.scalar.map { "`\(Entry.shortened($0))`" } ?? "\(position + 1)"
        return Phrase(
            "\(section.subject.chinese)的措施 \(name)", "measure \(name) of \(section.subject.english)"
        )
    }

    private func rule(_ entry: Entry, subject: Phrase) -> MeasureRule? {
        guard
            let line = Section(entry, subject: subject, group: CatalogueSchema.measure, log: log)
        else { return nil }
        let name = line.measureName("name")
        let isRequired = line.flag("required")
        let kind = kind(line)
        guard let name else { return nil }
        return MeasureRule(name: name, isRequired: isRequired, kind: kind)
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
        line.refuseMore(than: Self.maximumChoices, in: entries, under: "choices")
        return choices
    }
}

extension Section {
    /// The value of `key` as a measure's name: an outcome says one measure a line, `name: value`.
    func measureName(_ key: String) -> String? {
        guard let entry = self[key], let text = text(key) else { return nil }
        guard !text.contains(":") else {
            refuse(key, entry, mustBe: Phrase("不含冒号的名称", "a name without a colon"))
            return nil
        }
        return text
    }

    /// Notes that the list under `key` is too long.
    func refuseMore(than most: Int, in entries: [Entry], under key: String) {
        guard entries.count > most else { return }
        log.add(
            entries[most].line,
            .key(key, of: subject)
                + Phrase(
                    "有 \(entries.count) 项，最多 \(most) 项",
                    " has \(entries.count) items; at most \(most) are possible"))
    }
}
