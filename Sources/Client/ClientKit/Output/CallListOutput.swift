package import GridCodec

/// Writes a list of calls.
package struct CallListOutput: Sendable {
    private let calls: [WireCallView]
    private let next: UInt64
    private let presentation: Presentation

    /// The output of `calls`; `next` is the serial to go on before, 0 if there are no more.
    package init(_ calls: [WireCallView], next: UInt64, _ presentation: Presentation) {
        self.calls = calls
        self.next = next
        self.presentation = presentation
    }

    /// The calls with their parts, and where to go on.
    package var json: JSONValue {
        .object([
            .init(
                "calls",
                .array(
                    calls.map { CallOutput($0, presentation).json(withSteps: false) })),
            .init("nextBefore", next == 0 ? .null : .count(next)),
        ])
    }

    /// One line for each call.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each call, titles first.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["案卷", "状态", "类别", "网格", "紧急程度", "专项行动", "立案", "时限", "部门", "描述"]
            : [
                "case", "state", "category", "grid", "urgency", "campaign", "filed", "due", "parts",
                "description",
            ]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 40) })
        for call in calls {
            let start = call.parts.map(\.queuedAt).min() ?? call.filedAt
            let light = presentation.light(from: start, due: call.nextDue)
            table.add(cells(call), inks: light.map { [7: $0] } ?? [:])
        }
        return table
    }

    private func cells(_ call: WireCallView) -> [String] {
        let parts = call.parts.map {
            presentation.name(.department, $0.department) + " " + presentation.word($0.state)
        }
        return [
            call.caseNumber, presentation.word(call.state),
            presentation.name(.category, call.category), presentation.name(.grid, call.grid),
            presentation.word(call.urgency.word), presentation.name(.campaign, call.campaign),
            presentation.text(call.filedAt), presentation.text(call.nextDue),
            parts.joined(separator: ", "), call.texts.description_p,
        ]
    }
}
