import GridModel

/// The words that messages about a catalogue are made of.
extension Phrase {
    /// Says nothing.
    static let nothing = Phrase(verbatim: "")

    /// What to do about a text that YAML has cut in two.
    static let quoteCommas = Phrase(
        "；含有逗号的文字须加引号", "; a text with a comma must stand in quotes")

    init(_ chinese: String, _ english: String) {
        self.init(chinese: chinese, english: english)
    }

    /// A key of something: "`zone` of the street".
    static func key(_ key: String, of subject: Phrase) -> Phrase {
        Phrase("\(subject.chinese)的 `\(key)`", "`\(key)` of \(subject.english)")
    }

    /// A half sentence that names what was probably meant.
    static func didYouMean(_ name: String) -> Phrase {
        Phrase("；是否指 `\(name)`？", "; did you mean `\(name)`?")
    }

    /// What to do instead of giving an empty list: `when` it may be left out.
    static func leaveOut(_ chineseWhen: String, _ englishWhen: String) -> Phrase {
        Phrase("\(chineseWhen)时请不写", "leave it out \(englishWhen)")
    }
}

extension Sequence<Phrase> {
    /// One after the other, as each language lists things.
    var listed: Phrase { joined(separator: Phrase("、", ", ")) }
}

extension String {
    /// Chinese with a blank wherever a character of it meets what stands between backquotes, a
    /// letter or a digit, so that pieces can be put together without thinking of it.
    var withBlanksAroundCode: String {
        var result = ""
        var previous: Character?
        for character in self {
            if let previous,
                previous.isHan && character.isCode || previous.isCode && character.isHan
            {
                result.append(" ")
            }
            result.append(character)
            previous = character
        }
        return result
    }
}

extension Character {
    fileprivate var isHan: Bool {
        unicodeScalars.first.map { ("\u{4E00}"..."\u{9FFF}").contains($0) } ?? false
    }

    fileprivate var isCode: Bool { self == "`" || isASCII && (isLetter || isNumber) }
}
