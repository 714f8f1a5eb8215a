import GridModel

/// Reads how a category is counted, when its calls repeat one another, what is put before a
/// supervisor, and which reports are due.
struct CaseRuleReader {
    /// What a window of duplicates counts in, in milliseconds.
    static let windowUnits: [(word: String, milliseconds: Int64)] = [
        ("minute", 60_000), ("minutes", 60_000), ("hour", 3_600_000), ("hours", 3_600_000),
        ("day", 86_400_000), ("days", 86_400_000),
    ]
    /// How long two calls may at most be about the same thing: a leap year.
    static let maximumWindowMilliseconds: Int64 = 366 * 86_400_000
    /// How far apart they may at most be: farther than any street is long.
    static let maximumRadiusMetres: Int64 = 100_000
    /// What the interval of a report counts in, and the most that makes sense: ten years.
    static let intervals: [(word: String, interval: ReportRule.Interval, most: Int64)] = [
        ("week", .week, 520), ("weeks", .week, 520), ("month", .month, 120),
        ("months", .month, 120),
    ]

    /// The category's.
    let section: Section

    private var log: MistakeLog { section.log }

    /// What work it is.
    func kind() -> CategoryKind {
        guard let entry = section["kind"] else { return .enforcement }
        if let kind = CategoryKind.allCases.first(where: { $0.key == entry.scalar }) { return kind }
        let words = CategoryKind.allCases.map(\.key)
        let list = words.map { Phrase(verbatim: "`\($0)`") }.listed
        log.add(
            entry.line,
            entry.wrong(
                .key("kind", of: section.subject), mustBe: Phrase("下列之一：", "one of ") + list)
                + (NearMiss.nearest(to: entry.scalar ?? "", among: words).map(Phrase.didYouMean)
                    ?? .nothing))
        return .enforcement
    }

    // MARK: - Duplicates

    /// When two calls may be about the same thing; `nil` if nobody is asked.
    func duplicates() -> DuplicateRule? {
        guard let entry = section["duplicates"],
            let rule = Section(
                entry, subject: .key("duplicates", of: section.subject),
                group: CatalogueSchema.duplicates, log: log)
        else { return nil }
        let radius = quantity(
            "radius", of: rule, Self.metres,
            mustBe: Phrase(
                "1 m 至 100 km 的整数加单位 `m` 或 `km`，如 `100 m`",
                "a whole number of `m` or `km` from 1 m to 100 km, such as `100 m`"))
        let window = quantity(
            "within", of: rule, Self.window,
            mustBe: Phrase(
                "1 分钟至 366 天的整数加单位 `minutes`、`hours` 或 `days`，如 `3 days`",
                "a whole number of `minutes`, `hours` or `days` from 1 minute to 366 days, such as "
                    + "`3 days`"))
        guard let radius, let window else { return nil }
        return DuplicateRule(radiusMetres: Int(radius), windowMilliseconds: window)
    }

    private func quantity(
        _ key: String, of rule: Section, _ read: (String) -> Int64?, mustBe advice: Phrase
    ) -> Int64? {
        guard let entry = rule[key] else { return nil }
        if let value = entry.scalar.flatMap(read) { return value }
        rule.refuse(key, entry, mustBe: advice)
        return nil
    }

    /// Metres of `100 m` or `2 km`; `nil` for anything else.
    static func metres(of text: String) -> Int64? {
        guard let (amount, word) = Quantity.split(text), amount <= maximumRadiusMetres,
            let metres = ["m": Int64(1), "km": 1_000][word],
            (1...maximumRadiusMetres).contains(amount * metres)
        else { return nil }
        return amount * metres
    }

    /// Milliseconds of `30 minutes`, `12 hours` or `3 days`; `nil` for anything else.
    static func window(of text: String) -> Int64? {
        guard let (amount, word) = Quantity.split(text), amount <= maximumWindowMilliseconds,
            let unit = windowUnits.first(where: { $0.word == word })
        else { return nil }
        let (product, overflow) = amount.multipliedReportingOverflow(by: unit.milliseconds)
        return !overflow && (1...maximumWindowMilliseconds).contains(product) ? product : nil
    }

    // MARK: - Escalation

    /// Which missed clocks are put before whom.
    func escalation(_ departments: Declarations) -> [EscalationRule] {
        var rules: [EscalationRule] = []
        let entries =
            section.list("escalation", emptyMeans: .leaveOut("没有", "if there is none")) ?? []
        for (position, entry) in entries.enumerated() {
            let subject = Phrase(
                "\(section.subject.chinese)的督办规则 \(position + 1)",
                "escalation \(position + 1) of \(section.subject.english)")
            guard
                let line = Section(
                    entry, subject: subject, group: CatalogueSchema.escalation, log: log)
            else { continue }
            let clock = clock(line)
            let supervisor = line["supervisor"].flatMap {
                departments.reference($0, from: subject, log: log)
            }
            guard let clock, let supervisor else { continue }
            if rules.contains(where: { $0.clock == clock }), let missed = line["missed"] {
                log.add(
                    missed.line,
                    .key("escalation", of: section.subject)
                        + Phrase(
                            "中 \(missed.described.chinese) 出现两次",
                            " names \(missed.described.english) twice"))
            }
            rules.append(EscalationRule(clock: clock, department: supervisor))
        }
        return rules
    }

    private func clock(_ line: Section) -> ClockKind? {
        guard let entry = line["missed"] else { return nil }
        if let clock = LimitReader.clocks.first(where: { $0.key == entry.scalar }) {
            return clock.kind
        }
        let words = LimitReader.clocks.map(\.key)
        let list = words.map { Phrase(verbatim: "`\($0)`") }.listed
        log.add(
            entry.line,
            entry.wrong(
                .key("missed", of: line.subject), mustBe: Phrase("下列时限之一：", "one of ") + list)
                + (NearMiss.nearest(to: entry.scalar ?? "", among: words).map(Phrase.didYouMean)
                    ?? .nothing))
        return nil
    }

    // MARK: - Reports

    /// Which reports on a case are due, and how often.
    func reports() -> [ReportRule] {
        var declared = Declarations(kind: Phrase("报告", "report"))
        let sections = section.items("reports", into: &declared, group: CatalogueSchema.report)
        if sections.count > ReportRule.maximumPerCategory, let entry = section["reports"] {
            log.add(
                entry.line,
                .key("reports", of: section.subject)
                    + Phrase(
                        "有 \(sections.count) 项，最多 \(ReportRule.maximumPerCategory) 项",
                        " has \(sections.count) items; at most "
                            + "\(ReportRule.maximumPerCategory) are possible"))
        }
        return sections.map { report in
            let every = every(report)
            return ReportRule(
                id: report.identifier("id") ?? "", name: report.name(), every: every.count,
                every.interval)
        }
    }

    private func every(_ report: Section) -> (count: Int, interval: ReportRule.Interval) {
        guard let entry = report["every"] else { return (1, .week) }
        if let (amount, word) = entry.scalar.flatMap(Quantity.split),
            let unit = Self.intervals.first(where: { $0.word == word }),
            (1...unit.most).contains(amount)
        {
            return (Int(amount), unit.interval)
        }
        report.refuse(
            "every", entry,
            mustBe: Phrase(
                "总共不超过十年的整数加单位 `weeks` 或 `months`，如 `1 week`",
                "a whole number, at most ten years in all, of `weeks` or `months`, such as "
                    + "`1 week`"))
        return (1, .week)
    }
}

extension CategoryKind {
    /// How a catalogue writes it.
    var key: String {
        switch self {
        case .enforcement: "enforcement"
        case .mediation: "mediation"
        case .legalityCheck: "legality_check"
        case .legalOpinion: "legal_opinion"
        case .litigation: "litigation"
        case .publication: "publication"
        case .rectification: "rectification"
        }
    }
}
