import GridModel
import Yams

/// Everything that is wrong with a configuration file.
package struct ConfigurationMistakes: Error, Hashable, Sendable {
    /// In the order of the file, never empty.
    package var list: [ConfigurationMistake]
}

extension ImportMapping {
    /// Reads a mapping file, strictly: unknown keys, missing ones, doubled ones and values that
    /// cannot be used are mistakes, and all of them are reported.
    package init(yaml: String) throws(ConfigurationMistakes) {
        let mistakes = StrictSection.Mistakes()
        let mapping = Self.read(Self.compose(yaml, mistakes), mistakes)
        guard mistakes.list.isEmpty, let mapping else {
            throw ConfigurationMistakes(list: mistakes.list.sorted { $0.line < $1.line })
        }
        self = mapping
    }

    static func compose(_ yaml: String, _ mistakes: StrictSection.Mistakes) -> Node? {
        do {
            if let node = try Yams.compose(yaml: yaml) { return node }
            mistakes.list.append(ConfigurationMistake(line: 1, reason: MappingWords.emptyFile))
        } catch {
            mistakes.list.append(mistake(of: error))
        }
        return nil
    }

    private static func mistake(of error: any Error) -> ConfigurationMistake {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationMistake(line: mark.line, reason: YAMLWords.phrase(problem))
        case .duplicatedKeysInMapping(let duplicates, let context):
            ConfigurationMistake(
                line: context.mark.line,
                reason: MappingWords.keyTwice(
                    duplicates.map(\.description).joined(separator: ", ")))
        case .reader(let problem, _, _, _):
            ConfigurationMistake(line: 1, reason: YAMLWords.phrase(problem))
        default:
            ConfigurationMistake(line: 1, reason: MappingWords.notYAML)
        }
    }

    private static func read(
        _ node: Node?, _ mistakes: StrictSection.Mistakes
    ) -> ImportMapping? {
        guard let node else { return nil }
        let root = StrictSection(
            node, name: Phrase(chinese: "映射", english: "a mapping"), mistakes: mistakes)
        let source = root.text("source")
        let key = key(root)
        let zone = zone(root)
        let observedAt = root.section("observed_at").flatMap(observedAt)
        let category = rule("category", in: root, isRequired: true, check: idMistake)
        let condition = rule("condition", in: root, check: idMistake)
        let grid = rule("grid", in: root, isRequired: true, check: idMistake)
        let campaign = rule("campaign", in: root, check: idMistake)
        let urgency = rule("urgency", in: root, check: urgencyMistake)
        let description = rule("description", in: root, isRequired: true)
        let address = rule("address", in: root)
        let reporter = rule("reporter", in: root)
        let contact = rule("contact", in: root)
        let coordinates = root.optionalSection("coordinates").flatMap(coordinateRule)
        root.finish()
        guard let key, let observedAt, let category, let grid, let description else { return nil }
        return ImportMapping(
            source: source, key: key, zone: zone, observedAt: observedAt, category: category,
            condition: condition, grid: grid, campaign: campaign, urgency: urgency,
            description: description, address: address, reporter: reporter, contact: contact,
            coordinates: coordinates)
    }

    private static func zone(_ root: StrictSection) -> LocalZone {
        let name = root.text("zone")
        if let zone = LocalZone(name: name) { return zone }
        if !name.isEmpty {
            root.note(root.line(of: "zone"), MappingWords.noZone(name.escapedForTerminal))
        }
        return .utc
    }

    /// The key is the name of a column, or a template if it holds a brace.
    private static func key(_ root: StrictSection) -> Rule? {
        let text = root.text("key")
        return text.contains("{") ? template(text, "key", in: root) : Rule([.cell(text)])
    }

    private static func observedAt(_ section: StrictSection) -> ObservedAt? {
        defer { section.finish() }
        let text = source(in: section)
        let formats = section.texts("format")
        let spreads = section.flag("spread_if_midnight")
        let mark = section.optionalText("spread_mark") ?? ""
        if !mark.isEmpty, !spreads {
            section.note(section.line(of: "spread_mark"), MappingWords.markNeedsSpread)
        }
        var patterns: [TimePattern] = []
        for format in formats {
            do throws(TimePattern.Mistake) {
                patterns.append(try TimePattern(format))
            } catch {
                section.note(section.line(of: "format"), error.reason)
            }
        }
        guard let text, !patterns.isEmpty else { return nil }
        return ObservedAt(
            text: text, formats: patterns, spreadsMidnight: spreads, spreadMark: mark)
    }

    /// The rule of a key: a text, which is a template, or a section. `check` says what is wrong
    /// with a value that stands in the mapping itself.
    private static func rule(
        _ key: String, in root: StrictSection, isRequired: Bool = false,
        check: (String) -> Phrase? = { _ in nil }
    ) -> Rule? {
        if let text = root.scalar(key) {
            guard let rule = template(text, key, in: root) else { return nil }
            if rule.columns.isEmpty, let mistake = check(text) {
                root.note(root.line(of: key), mistake)
            }
            return rule
        }
        let section = isRequired ? root.section(key) : root.optionalSection(key)
        guard let section else { return nil }
        defer { section.finish() }
        var rule = source(in: section)
        let rows = section.table("table")
        for row in rows ?? [] {
            if let mistake = check(row.value) { section.note(row.line, mistake) }
        }
        rule?.table = rows.map { rows in
            // As in the cells, so that it does not matter how either was typed.
            Dictionary(
                rows.map { ($0.key.normalized.foldedToHalfWidth, $0.value) },
                uniquingKeysWith: { first, _ in first })
        }
        rule?.fallback = section.optionalText("default")
        if let fallback = rule?.fallback, let mistake = check(fallback) {
            section.note(section.line(of: "default"), mistake)
        }
        return rule
    }

    /// The one of column, template and constant that a section has.
    private static func source(in section: StrictSection) -> Rule? {
        let column = section.optionalText("column").map { Rule([.cell($0)]) }
        let constant = section.optionalText("constant").map { Rule([.literal($0)]) }
        let template = section.optionalText("template").map {
            Self.template($0, "template", in: section)
        }
        switch (column, constant, template) {
        case (let rule?, nil, nil), (nil, let rule?, nil): return rule
        case (nil, nil, let rule?): return rule
        default:
            section.note(section.line(of: "column"), MappingWords.oneOfThree)
            return nil
        }
    }

    private static func template(
        _ text: String, _ key: String, in section: StrictSection
    ) -> Rule? {
        if let pieces = pieces(ofTemplate: text) { return Rule(pieces) }
        section.note(section.line(of: key), MappingWords.template)
        return nil
    }

    private static func idMistake(_ text: String) -> Phrase? {
        guard !DeclaredID.isValid(text) else { return nil }
        return ImportWords.notAnID(text.escapedForTerminal, DeclaredID.maximumLength)
    }

    private static func urgencyMistake(_ text: String) -> Phrase? {
        UrgencyWord.urgency(text) == nil ? ImportWords.noUrgency(text.escapedForTerminal) : nil
    }

    private static func pieces(ofTemplate template: String) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(String(rest[..<open]))) }
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "}"), close > rest.startIndex else { return nil }
            let name = rest[..<close]
            guard !name.contains("{") else { return nil }
            pieces.append(.cell(String(name)))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        return pieces
    }

    /// Two rules, each of which may be just the name of a column.
    private static func coordinateRule(_ section: StrictSection) -> CoordinateRule? {
        defer { section.finish() }
        let rules = ["latitude", "longitude"].map { key -> Rule? in
            let text = section.text(key)
            return text.contains("{") ? template(text, key, in: section) : Rule([.cell(text)])
        }
        guard let latitude = rules[0], let longitude = rules[1] else { return nil }
        return CoordinateRule(latitude: latitude, longitude: longitude)
    }
}
