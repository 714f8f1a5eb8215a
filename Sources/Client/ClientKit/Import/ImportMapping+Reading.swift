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
            mistakes.list.append(ConfigurationMistake(line: 1, reason: "the file is empty"))
        } catch {
            mistakes.list.append(mistake(of: error))
        }
        return nil
    }

    private static func mistake(of error: any Error) -> ConfigurationMistake {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationMistake(line: mark.line, reason: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            ConfigurationMistake(
                line: context.mark.line,
                reason: "a key stands twice: "
                    + duplicates.map(\.description).joined(separator: ", "))
        case .reader(let problem, _, _, _):
            ConfigurationMistake(line: 1, reason: problem)
        default:
            ConfigurationMistake(line: 1, reason: "the file is not YAML")
        }
    }

    private static func read(
        _ node: Node?, _ mistakes: StrictSection.Mistakes
    ) -> ImportMapping? {
        guard let node else { return nil }
        let root = StrictSection(node, name: "a mapping", mistakes: mistakes)
        let source = root.text("source")
        let key = root.text("key")
        let zone = zone(root)
        let observedAt = root.section("observed_at").flatMap(observedAt)
        let category = root.section("category").map(idRule)
        let condition = root.optionalSection("condition").map(idRule)
        let grid = root.section("grid").map(idRule)
        let description = root.section("description").flatMap(textRule)
        let address = root.optionalSection("address").flatMap(textRule)
        let coordinates = root.optionalSection("coordinates").map(coordinateRule)
        root.finish()
        guard let observedAt, let category, let grid, let description else { return nil }
        return ImportMapping(
            source: source, key: key, zone: zone, observedAt: observedAt, category: category,
            condition: condition, grid: grid, description: description, address: address,
            coordinates: coordinates)
    }

    private static func zone(_ root: StrictSection) -> LocalZone {
        let name = root.text("zone")
        if let zone = LocalZone(name: name) { return zone }
        if !name.isEmpty {
            root.note(root.line(of: "zone"), "there is no time zone \(name.escapedForTerminal)")
        }
        return .utc
    }

    private static func observedAt(_ section: StrictSection) -> ObservedAt? {
        defer { section.finish() }
        let column = section.text("column")
        let format = section.text("format")
        let spreads = section.flag("spread_if_midnight")
        let mark = section.optionalText("spread_mark") ?? ""
        if !mark.isEmpty, !spreads {
            section.note(
                section.line(of: "spread_mark"), "spread_mark needs spread_if_midnight: true")
        }
        guard !format.isEmpty else { return nil }
        do throws(TimePattern.Mistake) {
            return ObservedAt(
                column: column, format: try TimePattern(format), spreadsMidnight: spreads,
                spreadMark: mark)
        } catch {
            section.note(section.line(of: "format"), error.reason)
            return nil
        }
    }

    private static func idRule(_ section: StrictSection) -> IDRule {
        defer { section.finish() }
        let column = section.text("column")
        let rows = section.table("table")
        for row in rows ?? [] where !DeclaredID.isValid(row.value) {
            section.note(row.line, Self.notAnID(row.value))
        }
        let fallback = section.optionalText("default")
        if let fallback, !DeclaredID.isValid(fallback) {
            section.note(section.line(of: "default"), Self.notAnID(fallback))
        }
        let table = rows.map { rows in
            Dictionary(rows.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        return IDRule(column: column, table: table, fallback: fallback)
    }

    private static func notAnID(_ text: String) -> String {
        "\(text.escapedForTerminal) is no id: 1 to \(DeclaredID.maximumLength) of A-Z a-z 0-9 -"
    }

    private static func textRule(_ section: StrictSection) -> TextRule? {
        defer { section.finish() }
        let column = section.optionalText("column")
        let template = section.optionalText("template")
        switch (column, template) {
        case (let column?, nil): return .column(column)
        case (nil, let template?):
            if let pieces = pieces(ofTemplate: template) { return .template(pieces) }
            section.note(
                section.line(of: "template"), "every { of a template needs a column name and a }")
        default:
            section.note(section.line(of: "template"), "either column or template, and one of them")
        }
        return nil
    }

    private static func pieces(ofTemplate template: String) -> [TemplatePiece]? {
        var pieces: [TemplatePiece] = []
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

    private static func coordinateRule(_ section: StrictSection) -> CoordinateRule {
        defer { section.finish() }
        return CoordinateRule(
            latitude: section.text("latitude"), longitude: section.text("longitude"))
    }
}
