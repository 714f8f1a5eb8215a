import GridModel

/// A value of the file and the line it begins on.
///
/// Scalars are kept as they are written: what `no`, `1.0` or `2026-01-01` means is said by the
/// place they stand in, not by YAML's rules for guessing types.
struct Entry {
    /// What a value can be.
    enum Content {
        /// A key without a value.
        case nothing
        case scalar(String)
        case list([Entry])
        case map([Pair])
    }

    /// A key of a map and its value.
    struct Pair {
        let key: String
        /// The line of the key.
        let line: Int
        let value: Entry
    }

    let content: Content
    /// From 1.
    let line: Int

    /// What to call it in a message.
    var described: Phrase {
        switch content {
        case .nothing: Phrase("空的", "empty")
        case .scalar(let text): Phrase(verbatim: "`\(Self.shortened(text))`")
        case .list: Phrase("一个列表", "a list")
        case .map: Phrase("一组键", "a group of keys")
        }
    }

    /// That `subject` is this, and what is wrong with that.
    func wrong(_ subject: Phrase, _ advice: Phrase) -> Phrase {
        Phrase(
            "\(subject.chinese)是\(described.chinese)，\(advice.chinese)",
            "\(subject.english) is \(described.english); \(advice.english)")
    }

    /// That `subject` is this and must be something else.
    func wrong(_ subject: Phrase, mustBe rule: Phrase) -> Phrase {
        wrong(subject, Phrase("应为", "it must be ") + rule)
    }

    /// The text of a scalar, `nil` for anything else.
    var scalar: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    /// The value of a key of a map, `nil` if there is none.
    subscript(key: String) -> Entry? {
        guard case .map(let pairs) = content else { return nil }
        return pairs.first { $0.key == key }?.value
    }

    /// A text fit for a message: one line, not too long.
    static func shortened(_ text: String) -> String {
        let line = text.unicodeScalars.prefix(61).map { scalar in
            scalar.properties.generalCategory == .control ? " " : String(scalar)
        }
        return line.count > 60 ? line.prefix(60).joined() + "…" : line.joined()
    }
}
