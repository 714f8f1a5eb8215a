package import GridCodec
import GridModel

extension CallOutput {
    /// Whether a part is suspended, extended, under review or supervised, or was.
    var hasMatters: Bool { call.parts.contains { !MatterWords($0, presentation).rows.isEmpty } }

    /// What stands in the way of each part, or was decided about it: its suspension, extensions,
    /// proposal and supervision.
    var matters: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["部分", "事项", "内容"] : ["part", "matter", "content"]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 120) })
        for part in call.parts {
            for row in MatterWords(part, presentation).rows {
                table.add([name(of: part), row.matter, row.content])
            }
        }
        return table
    }
}

/// Says what was decided about one part, besides who has it.
package struct MatterWords {
    private let part: WirePartView
    private let presentation: Presentation

    /// The words about `part`.
    package init(_ part: WirePartView, _ presentation: Presentation) {
        self.part = part
        self.presentation = presentation
    }

    /// One matter and what is to be said of it.
    package typealias Row = (matter: String, content: String)

    /// All there is to say.
    package var rows: [Row] { suspension + extensions + proposal + supervision }

    /// The measures of a proposal in one line: `罚款: 50000; 期限: 5`.
    static func measures(_ measures: [WireMeasure], _ language: Language) -> String {
        measures.map { $0.value.isEmpty ? $0.name : "\($0.name): \($0.value)" }
            .joined(separator: language(chinese: "；", english: "; "))
    }

    /// The beginning of a proposal's digest, by which a reviewer names it.
    static func prefix(_ proposal: WireProposalView) -> String {
        String(proposal.digest.hexadecimal.prefix(12))
    }

    private var suspension: [Row] {
        guard part.suspendedUntil != 0 else { return [] }
        let until = presentation.text(part.suspendedUntil)
        return [
            (
                presentation(chinese: "挂账", english: "suspended"),
                presentation(chinese: "至 \(until)", english: "until \(until)")
            )
        ]
    }

    private var extensions: [Row] {
        var words: [String] = []
        if part.extensions > 0 {
            words.append(
                presentation(
                    chinese: "已批准 \(part.extensions) 次", english: "granted: \(part.extensions)"))
        }
        if part.extensionRequested {
            words.append(
                presentation(chinese: "有一次申请待批", english: "one request waits for a decision"))
        }
        guard !words.isEmpty else { return [] }
        let content = words.joined(separator: presentation(chinese: "；", english: "; "))
        return [(presentation(chinese: "延期", english: "extension"), content)]
    }

    private var proposal: [Row] {
        guard part.hasProposal else { return [] }
        let proposal = part.proposal
        let major =
            proposal.major ? presentation(chinese: "（重大决定）", english: " (major decision)") : ""
        let measures = Self.measures(proposal.measures, presentation.language)
        var rows = [
            (
                presentation(chinese: "拟定措施", english: "proposal"),
                said(
                    Self.prefix(proposal) + major,
                    by: proposal.proposedBy, at: proposal.proposedAt, measures)
            )
        ]
        if proposal.verdict != .unspecified {
            rows.append(
                (
                    presentation(chinese: "法制审核", english: "legal review"),
                    said(
                        presentation.verdict(proposal.verdict), by: proposal.reviewedBy, at: 0,
                        proposal.reason)
                ))
        } else if proposal.major {
            rows.append(
                (
                    presentation(chinese: "法制审核", english: "legal review"),
                    presentation(chinese: "待审核", english: "waits for a reviewer")
                ))
        }
        return rows
    }

    private var supervision: [Row] {
        guard part.hasSupervision else { return [] }
        let supervision = part.supervision
        let byRule = presentation(chinese: "按规则", english: "by rule")
        let by =
            supervision.supervisor.isEmpty
            ? supervision.openedBy : presentation.name(.department, supervision.supervisor)
        let order = supervision.order.isEmpty ? byRule : supervision.order
        let reply =
            supervision.repliedAt == 0
            ? presentation(chinese: "尚未回复", english: "is owed")
            : said("", by: supervision.repliedBy, at: supervision.repliedAt, supervision.reply)
        return [
            (
                presentation(chinese: "督办", english: "supervision"),
                said("", by: by, at: supervision.openedAt, order)
            ),
            (presentation(chinese: "督办回复", english: "reply"), reply),
        ]
    }

    /// `what，who，when：text`, of what is known.
    private func said(_ what: String, by who: String, at time: Int64, _ text: String) -> String {
        let head = [what, who, presentation.text(time)].filter { !$0.isEmpty }
            .joined(separator: presentation(chinese: "，", english: ", "))
        if head.isEmpty || text.isEmpty { return head + text }
        return head + presentation(chinese: "：", english: ": ") + text
    }
}
