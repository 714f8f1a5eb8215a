import GridModel

extension Entry {
    /// The longest name or other text, in UTF-8 bytes: the limit of the protocol.
    static let maximumTextBytes = ProtocolLimits().textBytes

    /// The entry as a text of one line; `nil`, noted, if it is something else.
    func text(named name: Phrase, log: MistakeLog) -> String? {
        guard let text = scalar, !text.allSatisfy(\.isWhitespace) else {
            log.add(line, wrong(name, mustBe: Phrase("文字", "a text")))
            return nil
        }
        guard text.utf8.count <= Self.maximumTextBytes else {
            log.add(
                line,
                name
                    + Phrase(
                        "超过 \(Self.maximumTextBytes) 字节（UTF-8）",
                        " is longer than \(Self.maximumTextBytes) bytes of UTF-8"))
            return nil
        }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{2029}"
        }
        guard isPlain else {
            log.add(
                line,
                name + Phrase("须为一行，不含控制字符", " must be one line without control characters"))
            return nil
        }
        return text
    }

    /// The entry as a date from 2000 to 2099; `nil`, noted, if it is something else.
    func date(named name: Phrase, log: MistakeLog) -> CivilDate? {
        guard let text = scalar, let date = Self.date(of: text) else {
            log.add(
                line,
                wrong(name, mustBe: Phrase("日期，如 `2026-05-01`", "a date such as `2026-05-01`")))
            return nil
        }
        guard (2000...2099).contains(date.year) else {
            log.add(
                line,
                wrong(name, Phrase("年份须在 2000 至 2099 之间", "the year must be from 2000 to 2099")))
            return nil
        }
        return date
    }

    /// Reads `YYYY-MM-DD`; `nil` if there is no such day.
    private static func date(of text: String) -> CivilDate? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return CivilDate(daysSince1970: date.daysSince1970) == date ? date : nil
    }
}

extension Section {
    /// The value of `name`: one text for both languages, or `zh` and `en`.
    func name() -> LocalizedName {
        let unnamed = LocalizedName(chinese: "", english: "")
        guard let entry = values["name"] else { return unnamed }
        if case .scalar = entry.content {
            let text = text("name") ?? ""
            return LocalizedName(chinese: text, english: text)
        }
        guard
            let both = Section(
                entry, subject: .key("name", of: subject), group: CatalogueSchema.name, log: log)
        else { return unnamed }
        let (chinese, english) = (both.text("zh"), both.text("en"))
        if case .map(let pairs) = entry.content, pairs.isEmpty {
            log.add(
                entry.line,
                .key("name", of: subject)
                    + Phrase(
                        "是空的，应有 `zh` 或 `en`，或两者", " is empty; it must have `zh` or `en` or both"))
        }
        return LocalizedName(
            chinese: chinese ?? english ?? "", english: english ?? chinese ?? "")
    }
}

/// Reads spans of time as people write them.
enum TimeSpan {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000),
    ]

    /// Milliseconds of `500ms`, `30s`, `5min` or `1h`; `nil` for anything else and outside of one
    /// millisecond to 24 hours.
    static func milliseconds(of text: String) -> Int64? {
        guard let (amount, word) = Quantity.split(text),
            let unit = units.first(where: { $0.name == word })
        else { return nil }
        let (product, overflow) = amount.multipliedReportingOverflow(by: unit.milliseconds)
        return !overflow && (1...86_400_000).contains(product) ? product : nil
    }
}

/// A number and a word, with or without a blank between them.
enum Quantity {
    /// The two parts; `nil` unless the number is whole and not negative.
    static func split(_ text: String) -> (amount: Int64, word: String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let amount = Int64(digits) else { return nil }
        let word = text.dropFirst(digits.count).drop { $0 == " " }
        return word.isEmpty ? nil : (amount, String(word))
    }
}
