package import GridCodec
import GridModel

/// Writes what a department has to do: its open parts, the nearest deadline first.
package struct TaskListOutput: Sendable {
    private let reply: WireListReply
    private let presentation: Presentation

    /// The output of the answer to a `TasksQuery`, whose calls hold only the department's parts.
    package init(_ reply: WireListReply, _ presentation: Presentation) {
        self.reply = reply
        self.presentation = presentation
    }

    /// The calls with those parts, and where to go on.
    package var json: JSONValue {
        .object([
            .init("calls", CallOutput.json(reply.calls, presentation)),
            .init(
                "nextPage", reply.nextPage.isEmpty ? .null : .text(PageText.text(reply.nextPage))),
        ])
    }

    /// One line for each part.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each part.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let titles =
            presentation.language == .chinese
            ? [
                "案卷", "部分", "角色", "状态", "类别", "网格", "紧急程度", "最近时限", "处置时限", "处置",
                "事项", "描述",
            ]
            : [
                "case", "part", "role", "state", "category", "grid", "urgency", "next", "due",
                "disposal", "matter", "description",
            ]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 40) })
        for call in reply.calls {
            for part in call.parts { add(part, of: call, to: &table) }
        }
        return table
    }

    private func add(_ part: WirePartView, of call: WireCallView, to table: inout TextTable) {
        let nearest = part.nearestClock.map { ClockOutput($0, presentation) }
        let resolve = part.resolveClock.map { ClockOutput($0, presentation) }
        let matters = MatterWords(part, presentation).rows.map(\.matter)
        var inks: [Int: Palette.Ink] = [:]
        inks[7] = nearest?.ink
        inks[8] = resolve?.ink
        inks[9] = resolve?.ink
        table.add(
            [
                call.caseNumber, CallOutput(call, presentation).name(of: part),
                presentation.word(part.role.word), presentation.word(part.state),
                presentation.name(.category, call.category),
                presentation.name(.grid, call.grid), presentation.word(call.urgency.word),
                nearest?.summary ?? "", resolve?.due ?? presentation.text(part.resolveDue),
                resolve?.standing ?? "",
                matters.joined(separator: presentation(chinese: "，", english: ", ")),
                call.texts.description_p,
            ], inks: inks)
    }
}
