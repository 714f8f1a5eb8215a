package import GridCodec
import GridModel

/// Writes the duplicates that reporters suggested and nobody has merged.
package struct DuplicatesOutput: Sendable {
    private let reply: WireListReply
    private let presentation: Presentation

    /// The output of the answer to a `DuplicatesQuery`.
    package init(_ reply: WireListReply, _ presentation: Presentation) {
        self.reply = reply
        self.presentation = presentation
    }

    /// The calls, the oldest first; `sameAs` is the call each is taken for.
    package var json: JSONValue {
        .object([
            .init("calls", CallOutput.json(reply.calls, presentation))
        ])
    }

    /// One line for each suggestion.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each suggestion.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["案卷", "疑似重复", "状态", "立案", "类别", "网格", "报告人", "描述"]
            : [
                "case", "same as", "state", "filed", "category", "grid", "reporter", "description",
            ]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 40) })
        for call in reply.calls {
            table.add([
                call.caseNumber, call.sameAs, presentation.word(call.state),
                presentation.text(call.filedAt), presentation.name(.category, call.category),
                presentation.name(.grid, call.grid), call.texts.reporter,
                call.texts.description_p,
            ])
        }
        return table
    }
}
