import GridCodec
import GridModel

/// Calls of the spool as table, JSON or CSV.
struct SpoolOutput {
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

    private let format: OutputFormat
    private var calls: [(record: SpoolRecord, state: State)] = []

    init(_ format: OutputFormat) { self.format = format }

    mutating func add(_ records: [SpoolRecord], as state: State) {
        calls += records.map { ($0, state) }
    }

    func text(_ presentation: Presentation) -> String {
        switch format {
        case .table: table(presentation)
        case .json:
            JSONValue.object([.init("calls", .array(calls.map { json($0, presentation) }))])
                .rendered
        case .csv:
            CSVWriter.row(Self.keys)
                + calls.map { CSVWriter.row(cells($0, presentation)) }.joined()
        }
    }

    private static let keys = [
        "id", "state", "caseNumber", "storedAt", "category", "grid", "description", "origin",
        "code", "field", "reason",
    ]

    private func cells(
        _ call: (record: SpoolRecord, state: State), _ presentation: Presentation
    ) -> [String] {
        let (record, state) = call
        let storedAt = RFC3339.text(record.storedAt, in: presentation.zone)
        let code = record.refusal.map { ClientFailure.codeName($0.code) } ?? ""
        return [
            "\(record.id)", state.rawValue, record.caseNumber, storedAt, record.item.category,
            record.item.grid, record.item.texts.description_p, record.origin, code,
            record.refusal?.field ?? "", record.refusal?.reason ?? "",
        ]
    }

    private func json(
        _ call: (record: SpoolRecord, state: State), _ presentation: Presentation
    ) -> JSONValue {
        .object(
            zip(Self.keys, cells(call, presentation)).map { key, cell in
                .init(key, ["description"].contains(key) ? .text(cell) : .optionalText(cell))
            })
    }

    private func table(_ presentation: Presentation) -> String {
        let language = presentation.language
        var table = TextTable(
            [
                Phrase(chinese: "编号", english: "id"),
                Phrase(chinese: "状态", english: "state"),
                Phrase(chinese: "案卷号", english: "case number"),
                Phrase(chinese: "暂存时间", english: "stored at"),
                Phrase(chinese: "类别", english: "category"),
                Phrase(chinese: "网格", english: "grid"),
                Phrase(chinese: "说明", english: "what"),
            ].map { TextTable.Column(language($0)) })
        for (record, state) in calls {
            let reason = record.refusal.map {
                ClientFailure.refusalText(code: $0.code, field: $0.field, reason: $0.reason)
            }
            table.add([
                "\(record.id)", language(state.phrase), record.caseNumber,
                RFC3339.shortText(record.storedAt, in: presentation.zone), record.item.category,
                record.item.grid, reason ?? record.item.texts.description_p,
            ])
        }
        return calls.isEmpty ? "" : table.rendered
    }
}
