import GridCodec
package import GridModel

/// A measure on the command line: `NAME=VALUE`, split at the first `=`.
package struct MeasureArgument: Hashable, Sendable {
    package let name: String
    package let value: String

    /// Why a text is no measure, for people.
    package struct Mistake: Error, Hashable, Sendable {
        package let reason: Phrase
    }

    /// Reads a measure by the broker's rules: the name is not empty and has no colon, both are one
    /// line each without control characters, and at most so many bytes.
    package init(
        parsing text: String, limits: ProtocolLimits = ProtocolLimits()
    ) throws(Mistake) {
        let text = text.normalized
        guard let sign = text.firstIndex(of: "=") else {
            throw Mistake(reason: MeasureWords.noSign(Self.shown(text)))
        }
        name = String(text[..<sign])
        value = String(text[text.index(after: sign)...])
        guard !name.allSatisfy(\.isWhitespace) else {
            throw Mistake(reason: MeasureWords.noName(Self.shown(text)))
        }
        guard !name.contains(":") else {
            throw Mistake(reason: MeasureWords.colon(Self.shown(name)))
        }
        guard !name.contains(where: \.isNewline), !value.contains(where: \.isNewline) else {
            throw Mistake(reason: MeasureWords.lineEnd(Self.shown(text)))
        }
        let checks = SubmitChecks(limits: limits)
        for (part, piece) in [(MeasureWords.name, name), (MeasureWords.value, value)] {
            guard let problem = checks.problem(ofText: piece) else { continue }
            throw Mistake(reason: part(Self.shown(name)) + problem)
        }
    }

    /// Throws if measures are too long together.
    package static func check(
        _ measures: [MeasureArgument], limits: ProtocolLimits = ProtocolLimits()
    ) throws(Mistake) {
        // One line each, as the broker stores them: `name: value`.
        let length = measures.reduce(-1) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
        guard length > limits.descriptionBytes else { return }
        throw Mistake(reason: MeasureWords.tooMuch(length, limits.descriptionBytes))
    }

    /// As it is sent.
    var wire: WireMeasure {
        var measure = WireMeasure()
        measure.name = name
        measure.value = value
        return measure
    }

    private static func shown(_ text: String) -> String {
        text.escapedForTerminal.shortened(toWidth: 40)
    }
}

/// What is wrong with a measure.
private enum MeasureWords {
    static func noSign(_ text: String) -> Phrase {
        Phrase(
            chinese: "“\(text)”没有等号；写作 名称=值，如 罚款=2000",
            english: "\"\(text)\" has no equals sign; write NAME=VALUE, such as fine=2000")
    }

    static func noName(_ text: String) -> Phrase {
        Phrase(
            chinese: "“\(text)”的等号前没有名称", english: "\"\(text)\" has no name before the equals sign")
    }

    static func colon(_ name: String) -> Phrase {
        Phrase(
            chinese: "措施名称“\(name)”不能含冒号", english: "the measure's name \"\(name)\" has a colon")
    }

    static func lineEnd(_ text: String) -> Phrase {
        Phrase(
            chinese: "“\(text)”有换行；名称和值各占一行",
            english: "\"\(text)\" has a line end; name and value are one line each")
    }

    static func tooMuch(_ length: Int, _ limit: Int) -> Phrase {
        Phrase(
            chinese: "措施共有 \(length) 字节，最多 \(limit) 字节",
            english: "the measures have \(length) bytes together, at most \(limit) are allowed")
    }

    static func name(_ name: String) -> Phrase {
        Phrase(chinese: "措施名称“\(name)”", english: "the measure's name \"\(name)\" ")
    }

    static func value(_ name: String) -> Phrase {
        Phrase(chinese: "措施“\(name)”的值", english: "the value of \"\(name)\" ")
    }
}
