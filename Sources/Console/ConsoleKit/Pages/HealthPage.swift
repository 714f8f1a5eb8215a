import ClientKit
import GridCodec
import GridModel

/// How each broker and the console itself stand.
package struct HealthPage: Sendable {
    private let context: PageContext
    private let console: ConsoleFigures

    /// The page.
    package init(_ context: PageContext, console: ConsoleFigures) {
        self.context = context
        self.console = console
    }

    /// The whole page.
    package var page: Markup {
        let brokers = context.streets.map { street -> Markup in
            """
            <section class="card" data-street="\(street.key)"><h2>\(context.name(of: street))</h2>\
            <div id="health-\(street.key)">\(HealthTable(street, context).markup)</div></section>
            """
        }
        return Layout(context, .health).page(
            title: context("运行状况", "Health"), live: .health,
            content: """
                <div class="columns">\(brokers)
                <section class="card"><h2>\(context("控制台", "Console"))</h2>\
                <div id="health-console">\(own)</div></section></div>
                """)
    }

    /// The pieces that change by themselves.
    package var fragments: [Fragment] {
        [Fragment("notice", Notices(context).content), Fragment("health-console", own)]
            + context.streets.map {
                Fragment("health-\($0.key)", HealthTable($0, context).markup)
            }
    }

    private var own: Markup {
        let rows: [(String, String)] = [
            (context("版本", "Version"), Terminal.version),
            (context("运行时间", "Up for"), context.duration(console.uptimeSeconds)),
            (context("打开的页面", "Open pages"), String(console.openPages)),
            (context("已答复请求", "Requests answered"), String(console.requests)),
            (context("已拒绝请求", "Requests refused"), String(console.refused)),
        ]
        let items = rows.map { name, value -> Markup in "<dt>\(name)</dt><dd>\(value)</dd>" }
        return "<dl class=\"facts\">\(items)\(disks)</dl>"
    }

    private var disks: [Markup] {
        console.disks.map { disk in
            let tone = disk.isLow ? "bad" : "good"
            let room =
                disk.free.map { free in
                    let (free, total) = (DiskSpace.text(free), DiskSpace.text(disk.total))
                    return context("剩余 \(free)，共 \(total)", "\(free) free of \(total)")
                } ?? context("无法读取", "cannot be asked")
            return """
                <dt>\(context("磁盘", "Disk")) <code>\(disk.path)</code></dt>\
                <dd data-disk="\(disk.path)"><span class="tag \(tone)">\(room)</span></dd>
                """
        }
    }
}

/// What the console counts of itself.
package struct ConsoleFigures: Hashable, Sendable {
    package var uptimeSeconds = 0.0
    package var openPages = 0
    package var requests: UInt64 = 0
    package var refused: UInt64 = 0
    package var disks: [DiskSpace] = []

    /// Nothing counted yet.
    package init() {}
}

/// How one broker stands.
struct HealthTable {
    private let street: Snapshot.Street
    private let context: PageContext

    init(_ street: Snapshot.Street, _ context: PageContext) {
        self.street = street
        self.context = context
    }

    private struct Row {
        var name: String
        var value: Markup
        var number: String?

        init(_ name: String, _ value: Markup, _ number: String? = nil) {
            self.name = name
            self.value = value
            self.number = number
        }
    }

    var markup: Markup {
        let items = (session + journal + refusals).map { row -> Markup in
            let mark: Markup = row.number.map { " data-number=\"\($0)\"" } ?? .none
            return "<dt>\(row.name)</dt><dd\(mark)>\(row.value)</dd>"
        }
        return "<dl class=\"facts\">\(items)</dl>"
    }

    private var session: [Row] {
        let broker = street.broker
        var rows = [
            Row(context("状态", "State"), state),
            Row(context("地址", "Endpoint"), "<code>\(broker.endpoint)</code>"),
        ]
        if let welcome = broker.welcome {
            rows += [
                Row(context("街道", "Street"), Markup(text: welcome.street)),
                Row(context("时区", "Zone"), Markup(text: welcome.zone)),
                Row(context("协议版本", "Protocol"), "GridCall/\(welcome.version)", "protocol"),
            ]
        }
        rows.append(Row(context("重连次数", "Reconnects"), "\(broker.reconnects)", "reconnects"))
        guard broker.stats != nil else { return rows }
        return rows + [
            Row(
                context("最近答复", "Last answer"),
                """
                \(context.time(broker.statsAt, in: street)) · \(broker.answerMilliseconds) ms
                """)
        ]
    }

    private var state: Markup {
        let (word, tone): (String, String) =
            switch street.broker.connection {
            case .connected: (context("已连接", "connected"), "good")
            case .connecting: (context("正在连接", "connecting"), "warn")
            case .lost: (context("无法连接", "unreachable"), "bad")
            case .refused: (context("被拒绝", "refused"), "bad")
            }
        let since: Int64 =
            switch street.broker.connection {
            case .connected(let at), .connecting(let at), .lost(let at), .refused(_, let at): at
            }
        return """
            <span class="tag \(tone)" data-connection="\(tone)">\(word)</span> \
            \(context("自 ", "since "))\(context.time(since, in: street))
            """
    }

    private var journal: [Row] {
        guard let stats = street.broker.stats else { return [] }
        return [
            Row(context("会话", "Sessions"), "\(stats.sessions)", "sessions"),
            Row(context("日志批次", "Journal batches"), "\(stats.journalBatches)", "journal-batches"),
            Row(
                context("视图落后批次", "Views behind by"),
                stats.viewsLagBatches > 100
                    ? "<span class=\"tag warn\">\(stats.viewsLagBatches)</span>"
                    : "\(stats.viewsLagBatches)", "views-lag"),
            Row(
                context("时钟", "Clock"),
                stats.clockUnconfirmed
                    ? "<span class=\"tag bad\">\(context("跳变，待确认", "jumped, not confirmed"))</span>"
                    : Markup(text: context("正常", "well"))),
        ]
    }

    private var refusals: [Row] {
        guard let stats = street.broker.stats else { return [] }
        return [
            Row(
                context("重复提交", "Submits repeated"), "\(stats.submitsRepeated)",
                "submits-repeated"),
            Row(context("拒绝的条目", "Items refused"), "\(stats.itemsRefused)", "items-refused"),
            Row(context("拒绝的帧", "Frames refused"), "\(stats.framesRefused)", "frames-refused"),
            Row(
                context("失去认领的结果", "Outcomes under lost claims"), "\(stats.outcomesLost)",
                "outcomes-lost"),
            Row(context("超速丢弃的帧", "Frames over rate"), "\(stats.framesOverRate)", "over-rate"),
            Row(context("未发出的帧", "Frames unsent"), "\(stats.framesUnsent)", "unsent"),
            Row(context("越权被拒", "Access refused"), "\(stats.accessRefused)", "access-refused"),
        ]
    }
}
