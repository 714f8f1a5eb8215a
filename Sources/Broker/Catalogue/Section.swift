import GridModel

/// A group of keys of the file, every key known; reads their values and notes what is wrong.
///
/// A value that is missing or wrong is noted once and read as a harmless stand-in: the catalogue
/// is thrown away when there is any mistake, but the rest of the file is still looked at.
struct Section {
    /// What it describes, for messages: "the street", "category `litter`".
    let subject: Phrase
    /// The line of its first key.
    let line: Int
    let values: [String: Entry]
    let log: MistakeLog

    /// The keys of `entry`; `nil` if it is not a group of keys at all. Notes keys that are missing
    /// or unknown.
    init?(_ entry: Entry, subject: Phrase, group: CatalogueSchema.Group, log: MistakeLog) {
        let known = group.keys
        guard case .map(let pairs) = entry.content else {
            let list = known.map { Phrase(verbatim: "`\($0)`") }.listed
            log.add(
                entry.line,
                entry.wrong(
                    subject,
                    Phrase("应有键 \(list.chinese)", "it must have the keys \(list.english)"))
                    + Self.widthHint(entry.scalar))
            return nil
        }
        var values: [String: Entry] = [:]
        for pair in pairs {
            if !known.contains(pair.key) {
                Self.refuseKey(of: pair, subject: subject, known: known, log: log)
            } else if case .nothing = pair.value.content {
                log.add(
                    pair.line, Phrase.key(pair.key, of: subject) + Phrase("没有值", " has no value"))
            } else {
                values[pair.key] = pair.value
            }
        }
        let written = Set(pairs.map(\.key))
        for key in group.required where !written.contains(key) {
            log.add(entry.line, subject + Phrase("缺少键 `\(key)`", " lacks the key `\(key)`"))
        }
        (self.subject, line, self.values, self.log) = (subject, entry.line, values, log)
    }

    /// Helps whoever typed a Chinese colon or comma, which mean nothing to YAML.
    static func widthHint(_ text: String?) -> Phrase {
        let signs: [(wide: Character, narrow: Phrase)] = [
            ("：", Phrase("半角冒号 `:` 加空格", "a colon `:` and a blank")),
            ("，", Phrase("半角逗号 `,` 加空格", "a comma `,` and a blank")),
            ("｛", Phrase("半角 `{`", "`{`")), ("［", Phrase("半角 `[`", "`[`")),
            ("“", Phrase("半角引号 `\"`", "a straight quote `\"`")),
        ]
        guard let text, let sign = signs.first(where: { text.contains($0.wide) }) else {
            return .nothing
        }
        return Phrase(
            "；`\(sign.wide)` 应写作\(sign.narrow.chinese)",
            "; `\(sign.wide)` must be \(sign.narrow.english)")
    }

    private static func refuseKey(
        of pair: Entry.Pair, subject: Phrase, known: [String], log: MistakeLog
    ) {
        let key = Entry.shortened(pair.key)
        var message = subject + Phrase("没有键 `\(key)`", " has no key `\(key)`")
        let hint = widthHint(pair.key)
        if hint != .nothing {
            message = message + hint
        } else if case .nothing = pair.value.content, pair.key.contains(" ") {
            // `{en: Doors, windows and the like}`: what follows the comma is a key for YAML.
            message = message + .quoteCommas
        } else {
            message = message + log.hint(for: pair.key, among: known)
        }
        log.add(pair.line, message)
    }

    /// The value of a key.
    subscript(key: String) -> Entry? { values[key] }

    /// Notes that the value of `key` is wrong and what it must be.
    func refuse(_ key: String, _ entry: Entry, mustBe rule: Phrase) {
        log.add(entry.line, entry.wrong(.key(key, of: subject), mustBe: rule))
    }

    /// The value of `key` as a short text; `nil` if it is missing or wrong.
    func text(_ key: String) -> String? {
        guard let entry = values[key] else { return nil }
        return entry.text(named: .key(key, of: subject), log: log)
    }

    /// The value of `key` as an id by the rule for declared ids; `nil` if it is missing or wrong.
    func identifier(_ key: String) -> String? {
        guard let entry = values[key] else { return nil }
        guard let text = entry.scalar, DeclaredID.isValid(text) else {
            refuse(
                key, entry,
                mustBe: Phrase(
                    "1 至 \(DeclaredID.maximumLength) 个字母 a-z、A-Z、数字或连字符",
                    "1 to \(DeclaredID.maximumLength) letters a-z, A-Z, digits or hyphens"))
            return nil
        }
        return text
    }

    /// The value of `key` as a whole number within `range`; `nil` if it is missing or wrong.
    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let entry = values[key] else { return nil }
        guard let text = entry.scalar, let number = Int(text), range.contains(number) else {
            refuse(
                key, entry,
                mustBe: Phrase(
                    "\(range.lowerBound) 至 \(range.upperBound) 的整数",
                    "a whole number from \(range.lowerBound) to \(range.upperBound)"))
            return nil
        }
        return number
    }

    /// The value of `key` as `true` or `false`; false if it is missing or wrong.
    func flag(_ key: String) -> Bool {
        guard let entry = values[key] else { return false }
        guard let text = entry.scalar, text == "true" || text == "false" else {
            refuse(key, entry, mustBe: Phrase("`true` 或 `false`", "`true` or `false`"))
            return false
        }
        return text == "true"
    }

    /// The value of `key` as a date; `nil` if it is missing or wrong.
    func date(_ key: String) -> CivilDate? {
        guard let entry = values[key] else { return nil }
        return entry.date(named: .key(key, of: subject), log: log)
    }

    /// The value of `key` as a time span in milliseconds; `nil` if it is missing or wrong.
    func span(_ key: String) -> Int64? {
        guard let entry = values[key] else { return nil }
        guard let text = entry.scalar, let milliseconds = TimeSpan.milliseconds(of: text) else {
            refuse(
                key, entry,
                mustBe: Phrase(
                    "1ms 至 24h 的时长，如 `500ms`、`30s`、`5min`、`1h`",
                    "a time from 1ms to 24h such as `500ms`, `30s`, `5min`, `1h`"))
            return nil
        }
        return milliseconds
    }

    /// The entries of the list under `key`, which must not be empty; `nil` if missing or wrong.
    func list(
        _ key: String,
        emptyMeans advice: Phrase = Phrase("至少要有一项", "it must have at least one item")
    ) -> [Entry]? {
        guard let entry = values[key] else { return nil }
        guard case .list(let items) = entry.content else {
            refuse(key, entry, mustBe: Phrase("列表", "a list"))
            return nil
        }
        if items.isEmpty {
            log.add(entry.line, .key(key, of: subject) + Phrase("是空的，", " is empty; ") + advice)
        }
        return items
    }
}
