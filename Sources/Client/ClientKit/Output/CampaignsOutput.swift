package import GridCodec
import GridModel

/// Writes the campaigns and how far they are.
package struct CampaignsOutput: Sendable {
    private let campaigns: [WireCampaignView]
    private let presentation: Presentation

    /// The output of `campaigns`.
    package init(_ campaigns: [WireCampaignView], _ presentation: Presentation) {
        self.campaigns = campaigns
        self.presentation = presentation
    }

    /// Every campaign, with stable keys.
    package var json: JSONValue {
        .object([.init("campaigns", .array(campaigns.map(json)))])
    }

    /// One line for each campaign.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each campaign.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let isChinese = presentation.language == .chinese
        let texts =
            isChinese
            ? ["标识", "专项行动", "主办", "开始", "结束"] : ["id", "campaign", "lead", "from", "until"]
        let counts =
            isChinese
            ? ["目标", "发现", "结案", "超期"] : ["target", "found", "closed", "overdue"]
        var table = TextTable(
            texts.map { TextTable.Column($0) }
                + counts.map { TextTable.Column($0, isNumber: true) })
        for campaign in campaigns {
            let name = presentation.language.name(
                chinese: campaign.chinese, english: campaign.english, id: campaign.id)
            table.add(
                [
                    campaign.id, name, presentation.name(.department, campaign.lead),
                    presentation.text(campaign.from),
                    presentation.text(campaign.until),
                    campaign.target == 0 ? "–" : String(campaign.target), String(campaign.found),
                    String(campaign.closed), String(campaign.overdue),
                ], inks: campaign.overdue > 0 ? [8: .red] : [:])
        }
        return table
    }

    private func json(_ campaign: WireCampaignView) -> JSONValue {
        .object([
            .init("id", .text(campaign.id)),
            .init("name", .name(chinese: campaign.chinese, english: campaign.english)),
            .init("lead", .text(campaign.lead)),
            .init("from", presentation.json(campaign.from)),
            .init("until", presentation.json(campaign.until)),
            .init("target", .count(campaign.target)),
            .init("found", .count(campaign.found)),
            .init("closed", .count(campaign.closed)),
            .init("overdue", .count(campaign.overdue)),
        ])
    }
}
