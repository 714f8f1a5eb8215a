package import GridCodec
import GridModel

/// Writes one campaign: its window, its targets, its rates and its effect.
package struct CampaignOutput: Sendable {
    let view: WireCampaignDetailView
    let presentation: Presentation

    /// The output of `view`.
    package init(_ view: WireCampaignDetailView, _ presentation: Presentation) {
        self.view = view
        self.presentation = presentation
    }

    /// For people.
    package var table: String {
        var sections = [heading, counts, rates.rendered(presentation.palette)]
        if !view.departments.isEmpty {
            sections.append(shares(.department).rendered(presentation.palette))
        }
        if !view.grids.isEmpty { sections.append(shares(.grid).rendered(presentation.palette)) }
        if view.weeks > 0 { sections.append(effect) }
        if view.campaign.state == .closed { sections.append(closing) }
        return sections.joined(separator: "\n")
    }

    /// One row for the whole campaign, each department and each grid.
    package var csv: String {
        var table = TextTable(
            presentation.language == .chinese
                ? Self.columns(["范围", "标识", "名称"], ["目标", "发现", "整改", "结案", "超期", "整改率", "结案率"])
                : Self.columns(
                    ["of", "id", "name"],
                    [
                        "target", "found", "rectified", "closed", "overdue", "rectified %",
                        "closed %",
                    ]))
        let words = (
            presentation(chinese: "专项行动", english: "campaign"),
            presentation(chinese: "部门", english: "department"),
            presentation(chinese: "网格", english: "grid")
        )
        var whole = WireCampaignShareView()
        whole.id = view.campaign.id
        whole.target = view.campaign.target
        whole.found = view.campaign.found
        whole.rectified = view.campaign.rectified
        whole.closed = view.campaign.closed
        whole.overdue = view.campaign.overdue
        table.add([words.0, whole.id, name] + figures(whole))
        for share in view.departments {
            table.add(
                [words.1, share.id, presentation.name(.department, share.id)] + figures(share))
        }
        for share in view.grids {
            table.add([words.2, share.id, presentation.name(.grid, share.id)] + figures(share))
        }
        return table.csv
    }

    private static func columns(_ texts: [String], _ numbers: [String]) -> [TextTable.Column] {
        texts.map { TextTable.Column($0) }
            + numbers.map { TextTable.Column($0, isNumber: true) }
    }

    private func figures(_ share: WireCampaignShareView) -> [String] {
        [share.target, share.found, share.rectified, share.closed, share.overdue].map {
            String($0)
        } + [
            CampaignRates.rectification(share.rectified, of: share.found).percent,
            CampaignRates.closing(share.closed, of: share.found).percent,
        ]
    }

    private var name: String {
        presentation.language.name(
            chinese: view.campaign.chinese, english: view.campaign.english,
            id: view.campaign.id)
    }

    // MARK: Sections of the table

    private var heading: String {
        let campaign = view.campaign
        let between = presentation(chinese: "、", english: ", ")
        let assists = view.assists.map { presentation.name(.department, $0) }
        let categories = view.categories.map { presentation.name(.category, $0) }
        let end =
            campaign.until == 0
            ? presentation(chinese: "未定", english: "no end yet")
            : presentation.text(campaign.until)
        var lines = [
            line("主办", "lead", presentation.name(.department, campaign.lead)),
            line("协办", "assists", assists.isEmpty ? "–" : assists.joined(separator: between)),
            line("时间", "window", "\(presentation.text(campaign.from)) – \(end)"),
            line(
                "类别", "categories",
                categories.isEmpty
                    ? presentation(chinese: "全部", english: "all")
                    : categories.joined(separator: between)),
        ]
        if !view.legalBasis.isEmpty { lines.append(line("依据", "basis", view.legalBasis)) }
        let title = "\(name) (\(campaign.id))".escapedForTerminal
        return presentation.palette(title, .bold) + "  "
            + presentation.state(campaign.state) + "\n" + lines.joined()
    }

    private func line(_ chinese: String, _ english: String, _ value: String) -> String {
        let label = presentation(chinese: chinese, english: english)
        let gap = String(repeating: " ", count: max(1, 12 - label.displayWidth))
        return label + gap + value.escapedForTerminal + "\n"
    }

    private var counts: String {
        let campaign = view.campaign
        let bar = ShareBar(target: campaign.target, found: campaign.found).text
        let figures = presentation(
            chinese: "发现 \(campaign.found)  整改 \(campaign.rectified)  结案 \(campaign.closed)"
                + "  超期 \(campaign.overdue)",
            english: "found \(campaign.found)  rectified \(campaign.rectified)"
                + "  closed \(campaign.closed)  overdue \(campaign.overdue)")
        return line("目标", "target", campaign.target == 0 ? "–" : bar)
            + line("进度", "progress", figures)
    }

    private var rates: TextTable {
        let titles =
            presentation.language == .chinese
            ? ("指标", "数值", "分子/分母", "公式") : ("rate", "value", "of", "formula")
        var table = TextTable([
            .init(titles.0), .init(titles.1, isNumber: true), .init(titles.2, isNumber: true),
            .init(titles.3),
        ])
        for rate in CampaignRates(view.campaign).all {
            table.add([
                presentation.language(rate.name), rate.percent,
                "\(rate.numerator)/\(rate.denominator)", presentation.language(rate.formula),
            ])
        }
        return table
    }

    private func shares(_ kind: CatalogueNames.Kind) -> TextTable {
        let isChinese = presentation.language == .chinese
        let title = presentation.language(CatalogueNames.word(kind))
        let numbers =
            isChinese
            ? ["发现", "整改", "结案", "超期", "整改率", "结案率"]
            : ["found", "rectified", "closed", "overdue", "rectified %", "closed %"]
        var table = TextTable(
            Self.columns([title], numbers) + [.init(isChinese ? "发现/目标" : "found/target")])
        for share in kind == .department ? view.departments : view.grids {
            let bar = ShareBar(target: share.target, found: share.found).text
            table.add(
                [presentation.name(kind, share.id)] + figures(share).dropFirst()
                    + [share.target == 0 ? "–" : bar],
                inks: share.overdue > 0 ? [4: .red] : [:])
        }
        return table
    }

    private var effect: String {
        let weeks = Self.decimal(view.weeks)
        let (before, during) = (
            Self.decimal(view.callsPerWeekBefore), Self.decimal(view.callsPerWeekDuring)
        )
        return line(
            "每周呼叫", "calls/week",
            presentation(
                chinese: "行动前 \(before)，行动中 \(during)"
                    + "（各按 \(weeks) 周计：同类别、同网格的案卷 ÷ 周数；行动中为本行动的案卷 ÷ 周数）",
                english: "before \(before), during \(during) (each over \(weeks) weeks: calls of "
                    + "its categories and grids before it began; its own calls since)"))
    }

    private var closing: String {
        line("总结", "summary", view.summary)
            + line(
                "总结人", "closed by",
                "\(view.closedBy)  \(presentation.text(view.closedAt))")
    }

    /// With one digit after the point.
    package static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "∞" }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
