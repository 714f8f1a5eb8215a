/// A text for people in both languages; which one is shown is decided where it is written.
///
/// Both stand side by side in the source, so that neither is forgotten when the other changes.
package struct Phrase: Hashable, Sendable {
    package var chinese: String
    package var english: String

    /// A text in both languages.
    package init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// A text that is the same in both: a name, a number, what somebody else wrote.
    package init(verbatim text: String) {
        chinese = text
        english = text
    }

    /// The text in one of the languages.
    package func text(in language: Language) -> String {
        language == .chinese ? chinese : english
    }

    /// The two texts, one after the other.
    package static func + (left: Phrase, right: Phrase) -> Phrase {
        Phrase(chinese: left.chinese + right.chinese, english: left.english + right.english)
    }

    /// A phrase and a text that is the same in both languages.
    package static func + (left: Phrase, right: String) -> Phrase {
        left + Phrase(verbatim: right)
    }
}

extension Sequence<Phrase> {
    /// All of them with `separator` between, each language with its own.
    package func joined(separator: Phrase) -> Phrase {
        Phrase(
            chinese: map(\.chinese).joined(separator: separator.chinese),
            english: map(\.english).joined(separator: separator.english))
    }

    /// All of them with `separator` between in both languages.
    package func joined(separator: String) -> Phrase {
        joined(separator: Phrase(verbatim: separator))
    }
}

extension Language {
    /// The phrase in this language.
    package func callAsFunction(_ phrase: Phrase) -> String { phrase.text(in: self) }

    /// The one of two texts that is in this language.
    package func callAsFunction(chinese: String, english: String) -> String {
        self == .chinese ? chinese : english
    }
}
