import GridCodec
import GridModel

/// Calls of the spool, and where each stands.
struct SpoolCalls {
    /// Where a call stands.
    enum State: String {
        case waiting
        case refused
        case confirmed

        var phrase: Phrase {
            switch self {
            case .waiting: Phrase(chinese: "待发送", english: "waiting")
            case .refused: Phrase(chinese: "被拒绝", english: "refused")
            case .confirmed: Phrase(chinese: "已立案", english: "confirmed")
            }
        }
    }

    private(set) var list: [(record: SpoolRecord, state: State)] = []

    mutating func add(_ records: [SpoolRecord], as state: State) {
        list += records.map { ($0, state) }
    }
}

/// Writes calls of the spool.
struct SpoolOutput {
    private let calls: SpoolCalls
    private let presentation: Presentation

    init(_ calls: SpoolCalls, _ presentation: Presentation) {
        self.calls = calls
        self.presentation = presentation
    }

    /// Every call, with stable keys.
    var json: JSONValue { .object([.init("calls", .array(calls.list.map(json)))]) }

    /// One line for each call; nothing at all without calls.
    var table: String { calls.list.isEmpty ? "" : rows.rendered(presentation.palette) }

    /// One row for each call, titles first.
    var csv: String { rows.csv }

    private func json(_ call: (record: SpoolRecord, state: SpoolCalls.State)) -> JSONValue {
        let (record, state) = call
        let refusal = record.refusal
        return .object([
            .init("id", .text("\(record.id)")),
            .init("state", .text(state.rawValue)),
            .init("caseNumber", .optionalText(record.caseNumber)),
            .init("storedAt", presentation.json(record.storedAt.milliseconds)),
            .init("category", .optionalText(record.item.category)),
            .init("grid", .optionalText(record.item.grid)),
            .init("description", .text(record.item.texts.description_p)),
            .init("origin", .optionalText(record.origin)),
            .init("code", refusal.map { .text(ClientFailure.codeName($0.code)) } ?? .null),
            .init("field", .optionalText(refusal?.field ?? "")),
            .init("reason", .optionalText(refusal?.reason ?? "")),
        ])
    }

    private var rows: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["标识", "状态", "案卷号", "暂存", "类别", "网格", "描述", "来源", "原因"]
            : [
                "id", "state", "case", "stored", "category", "grid", "description", "origin",
                "reason",
            ]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 40) })
        for (record, state) in calls.list {
            let reason = record.refusal.map {
                ClientFailure.refusalText(code: $0.code, field: $0.field, reason: $0.reason)
            }
            table.add([
                "\(record.id)", presentation.language(state.phrase), record.caseNumber,
                presentation.text(record.storedAt.milliseconds), record.item.category,
                record.item.grid, record.item.texts.description_p, record.origin, reason ?? "",
            ])
        }
        return table
    }
}
