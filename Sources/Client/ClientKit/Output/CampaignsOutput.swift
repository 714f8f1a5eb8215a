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
        .object([.init("campaigns", .array(campaigns.map { Self.json($0, presentation) }))])
    }

    /// One line for each campaign.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each campaign.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let isChinese = presentation.language == .chinese
        let texts =
            isChinese
            ? ["标识", "专项行动", "状态", "主办", "开始", "结束"]
            : ["id", "campaign", "state", "lead", "from", "until"]
        let counts =
            isChinese
            ? ["目标", "发现", "整改", "结案", "超期", "整改率", "结案率", "按期结案率"]
            : [
                "target", "found", "rectified", "closed", "overdue", "rectified %", "closed %",
                "on time %",
            ]
        var table = TextTable(
            texts.map { TextTable.Column($0) }
                + counts.map { TextTable.Column($0, isNumber: true) })
        for campaign in campaigns {
            table.add(cells(campaign), inks: campaign.overdue > 0 ? [10: .red] : [:])
        }
        return table
    }

    private func cells(_ campaign: WireCampaignView) -> [String] {
        let name = presentation.language.name(
            chinese: campaign.chinese, english: campaign.english, id: campaign.id)
        return [
            campaign.id, name, presentation.state(campaign.state),
            presentation.name(.department, campaign.lead), presentation.text(campaign.from),
            presentation.text(campaign.until),
            campaign.target == 0 ? "–" : String(campaign.target), String(campaign.found),
            String(campaign.rectified), String(campaign.closed), String(campaign.overdue),
        ] + CampaignRates(campaign).all.map(\.percent)
    }

    /// One campaign, with stable keys.
    static func json(
        _ campaign: WireCampaignView, _ presentation: Presentation
    ) -> JSONValue {
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
            .init("state", .optionalText(campaign.state.word)),
            .init("rectified", .count(campaign.rectified)),
            .init("closedOnTime", .count(campaign.closedOnTime)),
            .init("rates", CampaignRates(campaign).json),
        ])
    }
}
