package import GridCodec
package import GridModel

/// How results are written.
package enum OutputFormat: String, CaseIterable, Sendable {
    /// Aligned columns for people.
    case table
    /// Stable keys in camelCase for programs.
    case json
    /// RFC 4180 for spreadsheets: the words and titles of the table.
    case csv
}

/// What output depends on beside the data.
package struct Presentation: Sendable {
    /// The street's zone.
    package var zone: LocalZone
    package var language: Language
    /// The names to be shown in place of ids.
    package var names = CatalogueNames()
    /// The colours of tables.
    package var palette = Palette.plain
    /// The broker's time, by which clocks are judged; `nil` if it is not known.
    package var now: Int64?

    /// What output depends on beside the data.
    package init(zone: LocalZone, language: Language) {
        self.zone = zone
        self.language = language
    }

    /// The phrase in the language of the output.
    package func callAsFunction(chinese: String, english: String) -> String {
        language(chinese: chinese, english: english)
    }

    /// The name of something the catalogue declares.
    package func name(_ kind: CatalogueNames.Kind, _ id: String) -> String {
        names.name(kind, id, in: language)
    }

    /// A state, role or urgency for people.
    package func word(_ state: String) -> String {
        language == .chinese ? ChineseWords.states[state] ?? state : state
    }

    /// What happened, for people.
    package func step(_ name: String) -> String {
        (language == .chinese ? ChineseWords.steps : EnglishWords.steps)[name] ?? name
    }

    /// What a clock measures, for people.
    package func clock(_ name: String) -> String {
        (language == .chinese ? ChineseWords.clocks : EnglishWords.clocks)[name] ?? name
    }

    /// Why work was taken back, for people.
    func cause(_ name: String) -> String {
        (language == .chinese ? ChineseWords.causes : EnglishWords.causes)[name] ?? name
    }

    /// What a reviewer decided, for people; empty if nothing yet.
    package func verdict(_ verdict: WireReviewVerdict) -> String { self.verdict(verdict.word) }

    /// The same by the word of the wire.
    func verdict(_ word: String) -> String {
        (language == .chinese ? ChineseWords.verdicts : EnglishWords.verdicts)[word] ?? word
    }

    /// What a worker was ordered, for people; empty if nothing was.
    package func order(_ order: WireWorkerOrder) -> String {
        language == .chinese ? ChineseWords.orders[order.word] ?? order.word : order.word
    }

    /// A time of a message as RFC 3339 with the street's offset; `null` if there is none.
    package func json(_ milliseconds: Int64) -> JSONValue {
        Self.time(milliseconds).map { .text(RFC3339.text($0, in: zone)) } ?? .null
    }

    /// A time of a message for people; empty if there is none.
    package func text(_ milliseconds: Int64) -> String {
        Self.time(milliseconds).map { RFC3339.shortText($0, in: zone) } ?? ""
    }

    /// 0 means "not given", the far future "never", and what no calendar can show is neither.
    private static func time(_ milliseconds: Int64) -> Timestamp? {
        let endOfYear9999: Int64 = 253_402_300_800_000
        guard milliseconds != 0, milliseconds.clampedMagnitude < endOfYear9999 else {
            return nil
        }
        return Timestamp(milliseconds: milliseconds)
    }
}

extension Int64 {
    fileprivate var clampedMagnitude: Int64 { self == .min ? .max : abs(self) }
}

/// Words for people.
package enum Words {
    /// A duration in seconds with a unit that suits its size: `0.8 ms`, `12 s`, `3.5 h`.
    package static func duration(seconds: Double) -> String {
        guard seconds.isFinite else { return "∞" }
        return switch seconds {
        case ..<0.0000005: "0"
        case ..<0.001: "\(rounded(seconds * 1_000_000)) µs"
        case ..<1: "\(rounded(seconds * 1_000)) ms"
        case ..<120: "\(rounded(seconds)) s"
        case ..<7_200: "\(rounded(seconds / 60)) min"
        case ..<172_800: "\(rounded(seconds / 3_600)) h"
        default: "\(rounded(seconds / 86_400)) d"
        }
    }

    /// A duration of at least a second in words, for a sentence: `12 秒`, `3.5 h`.
    package static func duration(seconds: Double, in language: Language) -> String {
        let text = duration(seconds: seconds)
        guard language == .chinese else { return text }
        let units = ["min": "分钟", "s": "秒", "h": "小时", "d": "天"]
        let parts = text.split(separator: " ").map(String.init)
        return parts.map { units[$0] ?? $0 }.joined(separator: " ")
    }

    /// A number with one digit after the point, or none from 10 on.
    private static func rounded(_ value: Double) -> String {
        guard value < 9e15 else { return "∞" }
        let tenths = Int64((value * 10).rounded())
        guard tenths < 100, tenths % 10 != 0 else { return String((tenths + 5) / 10) }
        return "\(tenths / 10).\(tenths % 10)"
    }
}
