import GridModel

extension CatalogueComparison {
    /// What distinguishes one kind of work from another, where it changed.
    func workRules(_ before: Category, _ after: Category) -> [Phrase] {
        let rules: [(what: Phrase, words: (Category) -> Phrase)] = [
            (Phrase("工作性质", "kind"), { $0.kind.words }),
            (Phrase("处置措施", "measures"), { Self.form($0.measures) }),
            (Phrase("重大决定", "major_decision"), { Self.decision($0.majorDecision) }),
            (Phrase("重复认定", "duplicates"), { Self.duplicates($0.duplicates) }),
            (Phrase("逾期督办", "escalation"), { Self.escalation($0.escalation) }),
            (Phrase("案件报告", "reports"), { Self.reports($0.reports) }),
            (
                Phrase("首个签收部门主办", "lead_unclear"),
                { Phrase(verbatim: "\($0.leadUnclear)") }
            ),
        ]
        return rules.compactMap { rule in
            let (old, new) = (rule.words(before), rule.words(after))
            return old == new ? nil : .change(rule.what, old, new)
        }
    }

    private static let none = Phrase("无", "none")

    private static func listed(_ items: [Phrase]) -> Phrase {
        items.isEmpty ? none : items.joined(separator: Phrase("；", "; "))
    }

    /// "`fine` number; `outcome` yes/no, required".
    private static func form(_ measures: [MeasureRule]) -> Phrase {
        listed(
            measures.map { measure in
                let kind =
                    switch measure.kind {
                    case .text: Phrase("文字", "text")
                    case .number: Phrase("数字", "number")
                    case .choice(let choices): Phrase(verbatim: choices.joined(separator: "/"))
                    }
                return Phrase(verbatim: "`\(measure.name)` ") + kind
                    + (measure.isRequired ? Phrase("（必填）", ", required") : .nothing)
            })
    }

    private static func decision(_ rule: MajorDecisionRule?) -> Phrase {
        listed(
            (rule?.conditions ?? []).map { condition in
                let comparison =
                    switch condition.comparison {
                    case .isPresent: Phrase("（填写即是）", " named at all")
                    case .equals(.text(let text)): Phrase(" 为 \(text)", " is \(text)")
                    case .equals(.number(let number)):
                        Phrase(" 为 \(number.text)", " is \(number.text)")
                    case .isAtLeast(let number):
                        Phrase(" 不少于 \(number.text)", " at least \(number.text)")
                    case .isAbove(let number):
                        Phrase(" 超过 \(number.text)", " above \(number.text)")
                    }
                return Phrase(verbatim: "`\(condition.measure)`") + comparison
            })
    }

    private static func duplicates(_ rule: DuplicateRule?) -> Phrase {
        guard let rule else { return Phrase("不提示", "not asked for") }
        return Phrase("\(rule.radiusMetres) 米、", "\(rule.radiusMetres) m, ")
            + window(rule.windowMilliseconds)
    }

    private static func window(_ milliseconds: Int64) -> Phrase {
        let units: [(Int64, Phrase)] = [
            (86_400_000, Phrase("天", "day")), (3_600_000, Phrase("小时", "hour")),
            (60_000, Phrase("分钟", "minute")),
        ]
        let unit = units.first { milliseconds % $0.0 == 0 } ?? (1, Phrase("毫秒", "millisecond"))
        let count = milliseconds / unit.0
        return Phrase(
            "\(count) \(unit.1.chinese)内",
            "within \(count) \(unit.1.english)\(count == 1 ? "" : "s")")
    }

    private static func escalation(_ rules: [EscalationRule]) -> Phrase {
        listed(
            rules.map { rule in
                let clock = LimitWording.clock(rule.clock)
                return Phrase(
                    "\(clock.chinese)逾期 → \(rule.department)",
                    "\(clock.english) missed → \(rule.department)")
            })
    }

    private static func reports(_ rules: [ReportRule]) -> Phrase {
        listed(
            rules.map { rule in
                let isOne = rule.count == 1
                let every =
                    switch rule.interval {
                    case .week:
                        isOne
                            ? Phrase("每周", "every week")
                            : Phrase("每 \(rule.count) 周", "every \(rule.count) weeks")
                    case .month:
                        isOne
                            ? Phrase("每月", "every month")
                            : Phrase("每 \(rule.count) 个月", "every \(rule.count) months")
                    }
                return Phrase.named(rule.id, rule.name) + Phrase("（", " (") + every
                    + Phrase("）", ")")
            })
    }
}

extension CategoryKind {
    fileprivate var words: Phrase {
        switch self {
        case .enforcement: Phrase("执法", "enforcement")
        case .mediation: Phrase("矛盾纠纷调解", "mediation")
        case .legalityCheck: Phrase("合法性审查", "legality_check")
        case .legalOpinion: Phrase("法律意见", "legal_opinion")
        case .litigation: Phrase("复议应诉", "litigation")
        case .publication: Phrase("公开", "publication")
        case .rectification: Phrase("督促整改", "rectification")
        }
    }
}

extension DecimalNumber {
    /// The number as people write it: no zeros behind the point that say nothing.
    fileprivate var text: String {
        let magnitude = millionths.magnitude
        let sign = millionths < 0 ? "-" : ""
        let rest = magnitude % 1_000_000
        guard rest > 0 else { return "\(sign)\(magnitude / 1_000_000)" }
        var digits = String(rest + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(magnitude / 1_000_000).\(digits)"
    }
}
