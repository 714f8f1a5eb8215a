package import GridCodec
import GridModel

/// Writes the proposals that wait for legal review.
package struct ReviewListOutput: Sendable {
    private let reply: WireListReply
    private let presentation: Presentation

    /// The output of the answer to a `ReviewsQuery`, whose calls hold only parts under review.
    package init(_ reply: WireListReply, _ presentation: Presentation) {
        self.reply = reply
        self.presentation = presentation
    }

    /// The calls with those parts; `proposal.digest` is what a review has to name.
    package var json: JSONValue {
        .object([
            .init("calls", CallOutput.json(reply.calls, presentation))
        ])
    }

    /// One line for each proposal.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each proposal.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["案卷", "部分", "提案", "拟定措施", "拟定人", "拟定", "审核时限", "审核", "处置", "类别", "描述"]
            : [
                "case", "part", "proposal", "measures", "proposed by", "proposed", "review due",
                "review", "disposal", "category", "description",
            ]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 60) })
        for call in reply.calls {
            for part in call.parts { add(part, of: call, to: &table) }
        }
        return table
    }

    private func add(_ part: WirePartView, of call: WireCallView, to table: inout TextTable) {
        let review = part.clocks.first { $0.clock == "review" }
            .map { ClockOutput($0, presentation) }
        let resolve = part.resolveClock.map { ClockOutput($0, presentation) }
        var inks: [Int: Palette.Ink] = [:]
        inks[6] = review?.ink
        inks[7] = review?.ink
        inks[8] = resolve?.ink
        table.add(
            [
                call.caseNumber, CallOutput(call, presentation).name(of: part),
                MatterWords.prefix(part.proposal),
                MatterWords.measures(part.proposal.measures, presentation.language),
                part.proposal.proposedBy, presentation.text(part.proposal.proposedAt),
                review?.due ?? "", review?.standing ?? "", resolve?.standing ?? "",
                presentation.name(.category, call.category), call.texts.description_p,
            ], inks: inks)
    }
}
