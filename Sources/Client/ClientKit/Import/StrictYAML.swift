package import GridModel
import Yams

/// A mistake in a configuration file and where it is.
package struct ConfigurationMistake: Error, Hashable, Sendable {
    /// The line, from 1.
    package var line: Int
    /// What is wrong, for people.
    package var reason: Phrase

    /// A mistake.
    package init(line: Int, reason: Phrase) {
        self.line = line
        self.reason = reason
    }
}

/// A mapping of a YAML file that is read strictly.
///
/// Every read notes mistakes instead of throwing, so that all of a file are reported at once;
/// `finish` notes the keys that nothing asked for.
package final class StrictSection {
    /// The mistakes of one file, shared by its sections.
    final class Mistakes {
        var list: [ConfigurationMistake] = []
    }

    private let name: Phrase
    private let line: Int
    private let pairs: [(key: String, keyNode: Node, value: Node)]
    private var asked: Set<String> = []
    private let mistakes: Mistakes

    /// A section of `node`, or one without keys if it is no mapping.
    init(_ node: Node, name: Phrase, mistakes: Mistakes) {
        self.name = name
        self.mistakes = mistakes
        line = node.mark?.line ?? 1
        guard case .mapping(let mapping) = node else {
            pairs = []
            note(line, MappingWords.noKeys(name))
            return
        }
        pairs = mapping.map { key, value in (key.scalar?.string ?? "", key, value) }
    }

    /// Reads a whole file with `body`; keys that it does not ask for are mistakes. `nil` for a file
    /// without any key. Throws `ConfigurationMistakes`: all of the file's, by line.
    package static func read<Value>(
        yaml: String, name: Phrase, _ body: (StrictSection) -> Value
    ) throws(ConfigurationMistakes) -> Value? {
        let holdsSomething = yaml.split(whereSeparator: \.isNewline).contains { line in
            let text = String(line).trimmedOfSpaces
            return !text.isEmpty && !text.hasPrefix("#")
        }
        guard holdsSomething else { return nil }
        let mistakes = Mistakes()
        var value: Value?
        if let node = ImportMapping.compose(yaml, mistakes) {
            let root = StrictSection(node, name: name, mistakes: mistakes)
            value = body(root)
            root.finish()
        }
        guard mistakes.list.isEmpty else {
            throw ConfigurationMistakes(list: mistakes.list.sorted { $0.line < $1.line })
        }
        return value
    }

    /// Whether the key is there.
    package func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

    /// The line of a key, or of the section.
    package func line(of key: String) -> Int {
        pairs.first { $0.key == key }?.keyNode.mark?.line ?? line
    }

    /// The text of a key that must be there and not be empty; empty if there is a mistake.
    package func text(_ key: String) -> String {
        guard let node = required(key) else { return "" }
        return text(of: node, key: key) ?? ""
    }

    /// The text of a key that may be left out.
    package func optionalText(_ key: String) -> String? {
        value(key).flatMap { text(of: $0, key: key) }
    }

    /// The sections of a key whose value is a list of them; none if left out.
    package func sections(_ key: String) -> [StrictSection] {
        guard let node = value(key) else { return [] }
        guard case .sequence(let list) = node, !list.isEmpty else {
            note(node.mark?.line ?? line, MappingWords.notAText(key))
            return []
        }
        return list.map {
            StrictSection($0, name: Phrase(chinese: "\(key) ", english: key), mistakes: mistakes)
        }
    }

    /// True or false; false if left out.
    func flag(_ key: String) -> Bool {
        guard let node = value(key) else { return false }
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            note(node.mark?.line ?? line, MappingWords.notAFlag(key))
            return false
        }
    }

    /// The texts of a key that must be there, one or a list of them.
    package func texts(_ key: String) -> [String] {
        guard let node = required(key) else { return [] }
        guard case .sequence(let list) = node else {
            return [text(of: node, key: key)].compactMap(\.self)
        }
        if list.isEmpty { note(node.mark?.line ?? line, MappingWords.notAText(key)) }
        return list.compactMap { text(of: $0, key: key) }
    }

    /// The text of a key whose value is a single one, `nil` if it is a section or left out.
    func scalar(_ key: String) -> String? {
        guard let node = value(key), node.scalar != nil else { return nil }
        return text(of: node, key: key) ?? ""
    }

    /// The section of a key that must be there.
    func section(_ key: String) -> StrictSection? {
        required(key).map {
            StrictSection($0, name: Phrase(chinese: "\(key) ", english: key), mistakes: mistakes)
        }
    }

    /// The section of a key that may be left out.
    func optionalSection(_ key: String) -> StrictSection? {
        value(key).map {
            StrictSection($0, name: Phrase(chinese: "\(key) ", english: key), mistakes: mistakes)
        }
    }

    /// A table from texts to texts, each value with its line; `nil` if left out.
    func table(_ key: String) -> [(key: String, value: String, line: Int)]? {
        guard let section = optionalSection(key) else { return nil }
        return section.pairs.compactMap { pair in
            section.text(of: pair.value, key: pair.key).map {
                (pair.key, $0, pair.keyNode.mark?.line ?? line)
            }
        }
    }

    /// Notes every key that nothing asked for.
    package func finish() {
        for pair in pairs where !asked.contains(pair.key) {
            let known = asked.sorted().joined(separator: ", ")
            let reason = MappingWords.unknown(
                pair.key.escapedForTerminal, in: name, known: known)
            note(pair.keyNode.mark?.line ?? line, reason)
        }
    }

    /// Notes a mistake.
    package func note(_ line: Int, _ reason: Phrase) {
        mistakes.list.append(ConfigurationMistake(line: line, reason: reason))
    }

    private func value(_ key: String) -> Node? {
        asked.insert(key)
        return pairs.first { $0.key == key }?.value
    }

    private func required(_ key: String) -> Node? {
        let node = value(key)
        if node == nil { note(line, MappingWords.missing(key, in: name)) }
        return node
    }

    private func text(of node: Node, key: String) -> String? {
        let nullWords = ["", "~", "null", "Null", "NULL"]
        guard let scalar = node.scalar, !scalar.string.isEmpty,
            scalar.style != .plain || !nullWords.contains(scalar.string)
        else {
            note(node.mark?.line ?? line, MappingWords.notAText(key.escapedForTerminal))
            return nil
        }
        return scalar.string
    }
}
