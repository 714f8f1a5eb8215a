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
    package var table: String {
        var table = TextTable(Self.titles.map { TextTable.Column($0) })
        for call in calls { table.add(cells(call)) }
        return table.rendered
    }

    /// One row for each call, titles first.
    package var csv: String {
        ([Self.titles] + calls.map { cells($0).map(\.escapedForTerminal) })
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
