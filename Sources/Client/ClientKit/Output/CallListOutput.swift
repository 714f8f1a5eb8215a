package import GridCodec
package import GridModel

/// Writes a list of calls.
package struct CallListOutput: Sendable {
    private let reply: WireListReply
    private let isCounted: Bool
    private let presentation: Presentation

    /// The output of a reply; its total is shown if it was asked for.
    package init(_ reply: WireListReply, isCounted: Bool, _ presentation: Presentation) {
        self.reply = reply
        self.isCounted = isCounted
        self.presentation = presentation
    }

    /// The calls with their parts, where to go on, and how many match.
    package var json: JSONValue {
        .object([
            .init("calls", CallOutput.json(reply.calls, presentation)),
            .init(
                "nextPage",
                reply.nextPage.isEmpty ? .null : .text(PageText.text(reply.nextPage))),
            .init("total", isCounted ? .count(reply.total) : .null),
            .init("totalIsMinimum", isCounted ? .boolean(reply.totalIsMinimum) : .null),
        ])
    }

    /// What is said beside a table: how many match, and how to see more.
    package var notes: [Phrase] {
        var notes: [Phrase] = []
        if isCounted {
            let total = reply.total
            notes.append(
                reply.totalIsMinimum
                    ? Phrase(
                        chinese: "至少 \(total) 件呼叫符合条件",
                        english: "at least \(total) calls match")
                    : Phrase(chinese: "共 \(total) 件呼叫符合条件", english: "\(total) calls match"))
        }
        if !reply.nextPage.isEmpty {
            let option = "--page \(PageText.text(reply.nextPage))"
            notes.append(
                Phrase(chinese: "还有更多，下一页：\(option)", english: "there are more: \(option)"))
        }
        return notes
    }

    /// One line for each call.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each call, titles first.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let titles =
            presentation.language == .chinese
            ? [
                "案卷", "状态", "类别", "网格", "紧急程度", "专项行动", "立案", "时限", "灯", "部门",
                "描述",
            ]
            : [
                "case", "state", "category", "grid", "urgency", "campaign", "filed", "due", "light",
                "parts", "description",
            ]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 40) })
        for call in reply.calls {
            let clock = call.tellingClock.map { ClockOutput($0, presentation) }
            table.add(
                cells(call, clock), inks: clock?.ink.map { [7: $0, 8: $0] } ?? [:])
        }
        return table
    }

    private func cells(_ call: WireCallView, _ clock: ClockOutput?) -> [String] {
        let parts = call.parts.map {
            presentation.name(.department, $0.department) + " " + presentation.word($0.state)
        }
        return [
            call.caseNumber, presentation.word(call.state),
            presentation.name(.category, call.category), presentation.name(.grid, call.grid),
            presentation.word(call.urgency.word), presentation.name(.campaign, call.campaign),
            presentation.text(call.filedAt),
            clock?.due ?? presentation.text(call.nextDue), clock?.standing ?? "",
            parts.joined(separator: presentation(chinese: "，", english: ", ")),
            call.texts.description_p,
        ]
    }
}
