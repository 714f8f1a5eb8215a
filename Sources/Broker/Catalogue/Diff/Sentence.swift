import GridModel

/// The languages a comparison of catalogues is written in.
package enum DiffLanguage: String, CaseIterable, Sendable {
    case chinese = "zh"
    case english = "en"

    /// The language of a process: `GRIDCALL_LANG`, else the locale of messages by POSIX (the first
    /// of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set); English if none of them is Chinese.
    package init(environment: [String: String]) {
        let locale = ["GRIDCALL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        self = locale.map { $0.lowercased().hasPrefix("zh") } == true ? .chinese : .english
    }
}

/// Something said in both languages.
package struct Sentence: Hashable, Sendable {
    package let chinese: String
    package let english: String

    init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// What it says in one language.
    package func text(in language: DiffLanguage) -> String {
        language == .chinese ? chinese : english
    }

    static func + (left: Sentence, right: Sentence) -> Sentence {
        Sentence(left.chinese + right.chinese, left.english + right.english)
    }
}

extension Sentence {
    /// An id with its name: "`litter` Litter".
    static func named(_ id: String, _ name: LocalizedName) -> Sentence {
        Sentence("`\(id)` \(name.chinese)", "`\(id)` \(name.english)")
    }

    /// "what: before → after".
    static func change(_ what: Sentence, _ before: Sentence, _ after: Sentence) -> Sentence {
        Sentence(
            "\(what.chinese)：\(before.chinese) → \(after.chinese)",
            "\(what.english): \(before.english) → \(after.english)")
    }

    /// A change of a text that is the same in both languages.
    static func change(_ what: Sentence, _ before: String, _ after: String) -> Sentence {
        change(what, Sentence(before, before), Sentence(after, after))
    }

    /// A change of a name, where there is one.
    static func renaming(_ before: LocalizedName, _ after: LocalizedName) -> [Sentence] {
        guard before != after else { return [] }
        return [
            change(
                Sentence("名称", "name"), Sentence(before.chinese, before.english),
                Sentence(after.chinese, after.english))
        ]
    }

    /// "3 open calls", or "open calls" where nobody has counted them.
    static func openCalls(_ count: Int?) -> Sentence {
        guard let count else { return Sentence("未结呼叫", "open calls") }
        return Sentence("\(count) 件未结呼叫", "\(count) open call\(count == 1 ? "" : "s")")
    }
}

/// Limits and clocks in words.
enum LimitWording {
    private static let clocks: [ClockKind: Sentence] = [
        .dispatch: Sentence("派遣", "dispatch"), .accept: Sentence("签收", "accept"),
        .arrive: Sentence("到场", "arrive"), .resolve: Sentence("处置", "resolve"),
        .check: Sentence("核查", "check"), .review: Sentence("法制审核", "review"),
        .reply: Sentence("督办回复", "reply"), .reportDue: Sentence("报告", "report_due"),
    ]

    /// What a clock times.
    static func clock(_ kind: ClockKind) -> Sentence {
        clocks[kind] ?? Sentence("\(kind)", "\(kind)")
    }

    /// How long, in the unit it was written in; whole hours of minutes are hours.
    static func limit(_ limit: Limit?) -> Sentence {
        guard let limit else { return Sentence("无时限", "no limit") }
        switch limit.unit {
        case .urgentHour where limit.amount % 3_600_000 != 0:
            return Sentence("\(limit.amount / 60_000) 分钟", "\(limit.amount / 60_000) min")
        case .urgentHour: return amount(limit.amount / 3_600_000, "紧急工作时", "urgent hour")
        case .workHour: return amount(limit.amount / 3_600_000, "工作时", "work hour")
        case .workDay: return amount(limit.amount, "工作日", "work day")
        case .naturalDay: return amount(limit.amount / 86_400_000, "自然日", "natural day")
        }
    }

    private static func amount(_ count: Int64, _ chinese: String, _ english: String) -> Sentence {
        Sentence("\(count) 个\(chinese)", "\(count) \(english)\(count == 1 ? "" : "s")")
    }
}
