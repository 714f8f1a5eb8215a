import ClientKit
package import GridCodec
import GridModel

/// One campaign with its shares by department and grid, its effect and its closing.
package struct CampaignPage: Sendable {
    private let view: WireCampaignDetailView
    private let street: Snapshot.Street
    private let context: PageContext
    private let presentation: Presentation

    /// The page of a campaign of a street.
    package init(
        _ view: WireCampaignDetailView, _ street: Snapshot.Street, _ context: PageContext
    ) {
        self.view = view
        self.street = street
        self.context = context
        presentation = context.presentation(of: street)
    }

    /// The whole page.
    package var page: Markup {
        let name = context.language.name(
            chinese: view.campaign.chinese, english: view.campaign.english, id: view.campaign.id)
        return Layout(context, .campaigns).page(
            title: name, live: .lists,
            content: """
                <div class="results" data-refresh="\(context.generation)">
                <div class="columns">\(CampaignCard(view.campaign, street, context).markup)
                <section class="card"><h2 class="read">\(context("概况", "Facts"))</h2>\
                \(facts)</section></div>
                <section class="card"><h2>\(context("各部门", "By department"))</h2>\
                \(shares(view.departments, .department))</section>
                <section class="card"><h2>\(context("各网格", "By grid"))</h2>\
                \(shares(view.grids, .grid))</section>
                \(rates)</div>
                """)
    }

    private var facts: Markup {
        let comma = context("、", ", ")
        let before = CampaignOutput.decimal(view.callsPerWeekBefore)
        let during = CampaignOutput.decimal(view.callsPerWeekDuring)
        let rows = [
            (
                context("协办", "Assists"),
                view.assists.map { presentation.name(.department, $0) }.joined(separator: comma)
            ),
            (
                context("类别", "Categories"),
                view.categories.map { presentation.name(.category, $0) }.joined(separator: comma)
            ),
            (context("依据", "Legal basis"), view.legalBasis),
            (
                context("每周呼叫", "Calls a week"),
                context("行动前 \(before)，行动中 \(during)", "before \(before), during \(during)")
            ),
            (context("总结", "Summary"), view.summary),
            (
                context("总结人", "Closed by"),
                view.closedBy.isEmpty
                    ? "" : "\(view.closedBy)  \(presentation.text(view.closedAt))"
            ),
        ]
        let items = rows.filter { !$0.1.isEmpty }.map { name, value -> Markup in
            "<dt>\(name)</dt><dd><bdi class=\"people\">\(value)</bdi></dd>"
        }
        let fields = FormFields().with([
            ("street", context.isDistrict ? street.key : nil), ("campaign", view.campaign.id),
        ])
        return """
            <dl class="facts">\(items)</dl><p class="note">\
            <a href="/calls\(fields.suffix)">\(context("此行动的案卷", "Calls of this campaign"))</a></p>
            """
    }

    private func shares(_ shares: [WireCampaignShareView], _ kind: CatalogueNames.Kind) -> Markup {
        var table = HTMLTable(
            kind == .department
                ? context("各部门的份额", "Shares by department") : context("各网格的份额", "Shares by grid"),
            [
                .init(context("名称", "Name")), .init(context("目标", "Target"), isNumber: true),
                .init(context("发现", "Found"), isNumber: true),
                .init(context("整改", "Rectified"), isNumber: true),
                .init(context("结案", "Closed"), isNumber: true),
                .init(context("超期", "Overdue"), isNumber: true),
                .init(context("整改率", "Rectified %"), isNumber: true),
                .init(context("进度", "Progress")),
            ], empty: context("没有", "None"))
        for share in shares {
            let name = presentation.name(kind, share.id)
            let chart = TargetChart(
                target: share.target, found: share.found, closed: share.closed,
                label: context(
                    "\(name)：发现 \(share.found)，目标 \(share.target)",
                    "\(name): found \(share.found), target \(share.target)"))
            table.add([
                .init(text: name), .init(text: share.target == 0 ? "–" : "\(share.target)"),
                .init("\(share.found)", number: "found"),
                .init("\(share.rectified)", number: "rectified"),
                .init("\(share.closed)", number: "closed"),
                .init("\(share.overdue)", number: "overdue", tone: share.overdue > 0 ? "bad" : nil),
                .init(text: CampaignRates.rectification(share.rectified, of: share.found).percent),
                .init(chart.markup),
            ])
        }
        return table.markup
    }

    private var rates: Markup {
        let rows = CampaignRates(view.campaign).all.map { rate -> Markup in
            """
            <dt>\(context.language(rate.name))</dt><dd>\(rate.percent) = \
            \(rate.numerator) / \(rate.denominator) · \(context.language(rate.formula))</dd>
            """
        }
        return """
            <section class="card"><h2>\(context("指标", "Rates"))</h2>\
            <dl class="facts">\(rows)</dl></section>
            """
    }
}
