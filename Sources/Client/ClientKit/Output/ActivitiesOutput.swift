package import GridCodec
import GridModel

/// Writes outreach and training with their sums.
package struct ActivitiesOutput: Sendable {
    private let activities: [WireActivityView]
    private let presentation: Presentation

    /// The output of `activities`.
    package init(_ activities: [WireActivityView], _ presentation: Presentation) {
        self.activities = activities
        self.presentation = presentation
    }

    /// Every activity and the sums, with stable keys.
    package var json: JSONValue {
        .object([
            .init("activities", .array(activities.map(json))),
            .init(
                "totals",
                .object(
                    Self.kinds.map { .init($0.word, sums($0).json) }
                        + [.init("all", sums(nil).json)])),
        ])
    }

    /// One line for each activity, then the sums.
    package var table: String {
        rows.rendered(presentation.palette) + "\n" + totals.rendered(presentation.palette)
    }

    /// One row for each activity.
    package var csv: String { rows.csv }

    private static let kinds: [WireActivityKind] = [.outreach, .training]

    /// What activities add up to.
    private struct Sums {
        var activities = 0
        var sessions: UInt64 = 0
        var people: UInt64 = 0

        var json: JSONValue {
            .object([
                .init("activities", .count(activities)), .init("sessions", .count(sessions)),
                .init("people", .count(people)),
            ])
        }
    }

    /// The sums of one kind, or of all.
    private func sums(_ kind: WireActivityKind?) -> Sums {
        activities.filter { kind == nil || $0.kind == kind }.reduce(into: Sums()) {
            $0.activities += 1
            $0.sessions += UInt64($1.sessions)
            $0.people += UInt64($1.people)
        }
    }

    private var rows: TextTable {
        let isChinese = presentation.language == .chinese
        var table = TextTable([
            .init(isChinese ? "日期" : "date"), .init(isChinese ? "种类" : "kind"),
            .init(isChinese ? "主题" : "theme"),
            .init(isChinese ? "场次" : "sessions", isNumber: true),
            .init(isChinese ? "人次" : "people", isNumber: true),
            .init(isChinese ? "登记人" : "recorded by"),
        ])
        for activity in activities {
            table.add([
                presentation.text(activity.heldAt), presentation.kind(activity.kind),
                activity.theme, String(activity.sessions), String(activity.people),
                activity.recordedBy,
            ])
        }
        return table
    }

    private var totals: TextTable {
        let isChinese = presentation.language == .chinese
        var table = TextTable([
            .init(isChinese ? "合计" : "total"),
            .init(isChinese ? "次数" : "activities", isNumber: true),
            .init(isChinese ? "场次" : "sessions", isNumber: true),
            .init(isChinese ? "人次" : "people", isNumber: true),
        ])
        let words =
            Self.kinds.map { (presentation.kind($0), sums($0)) }
            + [(isChinese ? "全部" : "all", sums(nil))]
        for (word, sums) in words {
            table.add([
                word, String(sums.activities), String(sums.sessions), String(sums.people),
            ])
        }
        return table
    }

    private func json(_ activity: WireActivityView) -> JSONValue {
        .object([
            .init("kind", .optionalText(activity.kind.word)),
            .init("heldAt", presentation.json(activity.heldAt)),
            .init("theme", .optionalText(activity.theme)),
            .init("sessions", .count(activity.sessions)),
            .init("people", .count(activity.people)),
            .init("recordedBy", .optionalText(activity.recordedBy)),
            .init("recordedAt", presentation.json(activity.recordedAt)),
        ])
    }
}

extension WireActivityKind {
    /// The word of docs/protocol.md; empty if the broker does not say.
    package var word: String {
        switch self {
        case .outreach: "outreach"
        case .training: "training"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension Presentation {
    /// What was held, for people; empty if it is not known.
    package func kind(_ kind: WireActivityKind) -> String {
        guard language == .chinese else { return kind.word }
        return switch kind {
        case .outreach: "宣传"
        case .training: "培训"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}
