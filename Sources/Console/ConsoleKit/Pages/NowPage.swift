import ClientKit
package import GridCodec
import GridModel

/// How each department stands: what waits, what is in hand, what is late, how fast it goes.
package struct NowPage: Sendable {
    private let context: PageContext

    /// The page.
    package init(_ context: PageContext) { self.context = context }

    /// The whole page.
    package var page: Markup {
        Layout(context, .now).page(
            title: context("实时", "Now"), live: .now, content: content)
    }

    /// The pieces that change by themselves.
    package var fragments: [Fragment] {
        [Fragment("notice", Notices(context).content)]
            + (showsOverview ? [overviewFragment] : [])
            + context.streets.flatMap { NowStreet($0, context).fragments }
    }

    private var showsOverview: Bool { context.streets.count > 1 }

    private var content: Markup {
        let overview: Markup =
            showsOverview
            ? "<section class=\"card\" id=\"overview\">\(overviewFragment.content)</section>"
            : .none
        return overview + Markup(context.streets.map { NowStreet($0, context).section })
    }

    /// Every street in one line, where there are several.
    private var overviewFragment: Fragment {
        var table = HTMLTable(
            context("各街道", "Streets"),
            [
                .init(context("街道", "Street")),
                .init(context("在办", "Open"), isNumber: true),
                .init(context("待派遣", "Queued"), isNumber: true),
                .init(context("办理中", "In hand"), isNumber: true),
                .init(context("超期", "Overdue"), isNumber: true),
                .init(context("滞留", "Stuck"), isNumber: true),
                .init(context("立案/分", "Filed/min"), isNumber: true),
                .init(context("结案/分", "Closed/min"), isNumber: true),
            ], empty: "")
        for street in context.streets {
            let broker = street.broker
            let sums = DepartmentSums(broker.stats?.departments ?? [])
            let address = "/" + FormFields().with([("street", street.key)]).suffix
            table.add(
                [
                    .init("<a href=\"\(address)\">\(broker.streetName(in: context.language))</a>"),
                    .init(text: broker.stats.map { String($0.callsOpen) } ?? "–", number: "open"),
                    .init(text: String(sums.queued), number: "queued"),
                    .init(text: String(sums.inHand), number: "in-hand"),
                    .init(
                        text: String(sums.overdue), number: "overdue",
                        tone: sums.overdue > 0 ? "bad" : nil),
                    .init(
                        text: String(sums.stuck), number: "stuck",
                        tone: sums.stuck > 0 ? "bad" : nil),
                    .init(text: NumberText.rate(broker.rates[.filed]), number: "filed-rate"),
                    .init(text: NumberText.rate(broker.rates[.closed]), number: "closed-rate"),
                ], attributes: " data-overview=\"\(street.key)\"")
        }
        return Fragment("overview", "<h2>\(context("各街道", "Streets"))</h2>\(table.markup)")
    }
}

/// What departments have together.
struct DepartmentSums {
    var queued: UInt64 = 0
    var inHand: UInt64 = 0
    var overdue: UInt64 = 0
    var stuck: UInt64 = 0
    var workers: UInt64 = 0
    var oldestSeconds = 0.0

    init(_ departments: [WireDepartmentView]) {
        for department in departments {
            queued = queued.saturatingAdd(department.queued)
            inHand = inHand.saturatingAdd(department.inHand)
            overdue = overdue.saturatingAdd(department.overdue)
            stuck = stuck.saturatingAdd(department.stuck)
            workers += UInt64(department.workers)
            oldestSeconds = max(oldestSeconds, department.oldestQueuedSeconds)
        }
    }
}

/// Numbers as people read them.
package enum NumberText {
    /// A rate per minute: `12`, `3.4`; a dash if it is not known.
    package static func rate(_ perMinute: Double?) -> String {
        guard let perMinute, (0..<1e12).contains(perMinute) else { return "–" }
        let tenths = Int64((perMinute * 10).rounded())
        if tenths >= 100 { return String((tenths + 5) / 10) }
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }

    /// A latency's quantile; a dash if nothing was counted.
    package static func latency(_ latency: WireLatencyView, _ seconds: Double) -> String {
        latency.count == 0 ? "–" : Words.duration(seconds: seconds)
    }
}
