import GridModel

extension Phrase {
    /// An id with its name: "`litter` Litter".
    static func named(_ id: String, _ name: LocalizedName) -> Phrase {
        Phrase("`\(id)` \(name.chinese)", "`\(id)` \(name.english)")
    }

    /// "what: before → after".
    static func change(_ what: Phrase, _ before: Phrase, _ after: Phrase) -> Phrase {
        Phrase(
            "\(what.chinese)：\(before.chinese) → \(after.chinese)",
            "\(what.english): \(before.english) → \(after.english)")
    }

    /// A change of a text that is the same in both languages.
    static func change(_ what: Phrase, _ before: String, _ after: String) -> Phrase {
        change(what, Phrase(before, before), Phrase(after, after))
    }

    /// A change of a name, where there is one.
    static func renaming(_ before: LocalizedName, _ after: LocalizedName) -> [Phrase] {
        guard before != after else { return [] }
        return [
            change(
                Phrase("名称", "name"), Phrase(before.chinese, before.english),
                Phrase(after.chinese, after.english))
        ]
    }

    /// "3 open calls", or "open calls" where nobody has counted them.
    static func openCalls(_ count: Int?) -> Phrase {
        guard let count else { return Phrase("未结呼叫", "open calls") }
        return Phrase("\(count) 件未结呼叫", "\(count) open call\(count == 1 ? "" : "s")")
    }
}

/// Limits and clocks in words.
enum LimitWording {
    private static let clocks: [ClockKind: Phrase] = [
        .dispatch: Phrase("派遣", "dispatch"), .accept: Phrase("签收", "accept"),
        .arrive: Phrase("到场", "arrive"), .resolve: Phrase("处置", "resolve"),
        .check: Phrase("核查", "check"), .review: Phrase("法制审核", "review"),
        .reply: Phrase("督办回复", "reply"), .reportDue: Phrase("报告", "report_due"),
    ]

    /// What a clock times.
    static func clock(_ kind: ClockKind) -> Phrase {
        clocks[kind] ?? Phrase("\(kind)", "\(kind)")
    }

    /// How long, in the unit it was written in; whole hours of minutes are hours.
    static func limit(_ limit: Limit?) -> Phrase {
        guard let limit else { return Phrase("无时限", "no limit") }
        switch limit.unit {
        case .urgentHour where limit.amount % 3_600_000 != 0:
            return Phrase("\(limit.amount / 60_000) 分钟", "\(limit.amount / 60_000) min")
        case .urgentHour: return amount(limit.amount / 3_600_000, "紧急工作时", "urgent hour")
        case .workHour: return amount(limit.amount / 3_600_000, "工作时", "work hour")
        case .workDay: return amount(limit.amount, "工作日", "work day")
        case .naturalDay: return amount(limit.amount / 86_400_000, "自然日", "natural day")
        }
    }

    private static func amount(_ count: Int64, _ chinese: String, _ english: String) -> Phrase {
        Phrase("\(count) 个\(chinese)", "\(count) \(english)\(count == 1 ? "" : "s")")
    }
}
