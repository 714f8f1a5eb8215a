import ClientKit
import GridCodec
import GridModel

/// The campaigns of the year, a card each.
package struct CampaignsPage: Sendable {
    private let context: PageContext

    /// The page.
    package init(_ context: PageContext) { self.context = context }

    /// The whole page.
    package var page: Markup {
        let sections = context.streets.map { street -> Markup in
            let heading = context.heading(of: street)
            return """
                <section class="street" data-street="\(street.key)">\(heading)
                <div class="campaigns" id="campaigns-\(street.key)">\(cards(street))</div></section>
                """
        }
        return Layout(context, .campaigns).page(
            title: context("专项行动", "Campaigns"), live: .campaigns,
            content: """
                \(sections)<p class="note">\(context.language(CampaignRates.legend))</p>
                """)
    }

    /// The pieces that change by themselves.
    package var fragments: [Fragment] {
        [Fragment("notice", Notices(context).content)]
            + context.streets.map { Fragment("campaigns-\($0.key)", cards($0)) }
    }

    private func cards(_ street: Snapshot.Street) -> Markup {
        guard let stats = street.broker.stats, !stats.campaigns.isEmpty else {
            return "<p class=\"empty\">\(context("没有专项行动", "There are no campaigns"))</p>"
        }
        return Markup(stats.campaigns.map { CampaignCard($0, street, context).markup })
    }
}

/// One campaign: its time, its bar, its rates.
struct CampaignCard {
    private let campaign: WireCampaignView
    private let street: Snapshot.Street
    private let context: PageContext
    private let presentation: Presentation

    init(_ campaign: WireCampaignView, _ street: Snapshot.Street, _ context: PageContext) {
        self.campaign = campaign
        self.street = street
        self.context = context
        presentation = context.presentation(of: street)
    }

    var markup: Markup {
        let fields = FormFields().with([("street", context.isDistrict ? street.key : nil)])
        return """
            <article class="card campaign" data-campaign="\(campaign.id)">
            <h3><a href="/campaigns/\(FormFields.encoded(campaign.id))\(fields.suffix)">\(name)</a>\
            \(state)</h3>
            <p class="meta">\(presentation.name(.department, campaign.lead)) · \(window)</p>
            \(CampaignProgress(target: campaign.target, found: campaign.found,
                closed: campaign.closed, name: name, context).markup)
            \(rates)
            </article>
            """
    }

    private var name: String {
        context.language.name(
            chinese: campaign.chinese, english: campaign.english, id: campaign.id)
    }

    private var state: Markup {
        let word = presentation.state(campaign.state)
        guard !word.isEmpty else { return .none }
        let tone = campaign.state == .open ? "on" : ""
        return "<span class=\"tag \(tone)\">\(word)</span>"
    }

    private var window: String {
        let from = String(presentation.text(campaign.from).prefix(10))
        // The first moment that no longer belongs to it.
        let until =
            campaign.until <= 0
            ? context("未定", "no end yet")
            : String(presentation.text(campaign.until - 1).prefix(10))
        return "\(from) – \(until)"
    }

    private var rates: Markup {
        let rates = CampaignRates(campaign).all.map { rate -> Markup in
            """
            <div><dt title="\(context.language(rate.formula))">\(context.language(rate.name))</dt>\
            <dd>\(rate.percent)</dd></div>
            """
        }
        let late: Markup = campaign.overdue > 0 ? " class=\"bad\"" : .none
        return """
            <dl><div><dt>\(context("整改", "Rectified"))</dt>\
            <dd data-number="rectified">\(campaign.rectified)</dd></div>\
            <div><dt>\(context("结案", "Closed"))</dt>\
            <dd data-number="closed">\(campaign.closed)</dd></div>\
            <div><dt>\(context("超期", "Overdue"))</dt>\
            <dd\(late) data-number="overdue">\(campaign.overdue)</dd></div>\(rates)</dl>
            """
    }
}

/// Found of a target as a bar with its numbers.
struct CampaignProgress {
    private let target: UInt64
    private let found: UInt64
    private let closed: UInt64
    private let name: String
    private let context: PageContext

    init(target: UInt64, found: UInt64, closed: UInt64, name: String, _ context: PageContext) {
        self.target = target
        self.found = found
        self.closed = closed
        self.name = name
        self.context = context
    }

    var markup: Markup {
        let aim =
            target == 0
            ? context("未定目标", "no target") : context("目标 \(target)", "target \(target)")
        let label = context(
            "\(name)：发现 \(found)，\(aim)，结案 \(closed)",
            "\(name): found \(found), \(aim), closed \(closed)")
        return """
            <p class="progress"><span>\(context("发现", "Found")) \
            <b data-number="found">\(found)</b></span><span>\(aim)</span></p>
            \(TargetChart(target: target, found: found, closed: closed, label: label).markup)
            """
    }
}
