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
final class StrictSection {
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

    /// Whether the key is there.
    func has(_ key: String) -> Bool { pairs.contains { $0.key == key } }

    /// The line of a key, or of the section.
    func line(of key: String) -> Int {
        pairs.first { $0.key == key }?.keyNode.mark?.line ?? line
    }

    /// The text of a key that must be there and not be empty; empty if there is a mistake.
    func text(_ key: String) -> String {
        guard let node = required(key) else { return "" }
        return text(of: node, key: key) ?? ""
    }

    /// The text of a key that may be left out.
    func optionalText(_ key: String) -> String? {
        value(key).flatMap { text(of: $0, key: key) }
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
    func texts(_ key: String) -> [String] {
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
    func finish() {
        for pair in pairs where !asked.contains(pair.key) {
            let known = asked.sorted().joined(separator: ", ")
            let reason = MappingWords.unknown(
                pair.key.escapedForTerminal, in: name, known: known)
            note(pair.keyNode.mark?.line ?? line, reason)
        }
    }

    /// Notes a mistake.
    func note(_ line: Int, _ reason: Phrase) {
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
