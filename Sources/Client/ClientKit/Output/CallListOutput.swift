package import GridCodec

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
            .init(
                "calls",
                .array(
                    reply.calls.map { CallOutput($0, presentation).json(withSteps: false) })),
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
    package var table: String {
        var table = TextTable(Self.titles.map { TextTable.Column($0) })
        for call in reply.calls { table.add(cells(call)) }
        return table.rendered
    }

    /// One row for each call, titles first.
    package var csv: String {
        ([Self.titles] + reply.calls.map { cells($0).map(\.escapedForTerminal) })
            .map(CSVWriter.row).joined()
    }

    private static let titles = [
        "case", "state", "category", "grid", "urgency", "campaign", "filed", "due", "parts",
    ]

    private func cells(_ call: WireCallView) -> [String] {
        [
            call.caseNumber, call.state, call.category, call.grid, call.urgency.word,
            call.campaign, presentation.text(call.filedAt), presentation.text(call.nextDue),
            call.parts.map { "\($0.department) \($0.state)" }.joined(separator: ", "),
        ]
    }
}
