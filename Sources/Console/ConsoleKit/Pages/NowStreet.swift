import ClientKit
import GridCodec
import GridModel

/// The part of *Now* that is about one street.
struct NowStreet {
    private let street: Snapshot.Street
    private let context: PageContext
    private let presentation: Presentation

    init(_ street: Snapshot.Street, _ context: PageContext) {
        self.street = street
        self.context = context
        presentation = context.presentation(of: street)
    }

    private var key: String { street.key }
    private var stats: WireStatsView? { street.broker.stats }

    /// The pieces that change by themselves.
    var fragments: [Fragment] {
        [
            Fragment("summary-\(key)", summary), Fragment("departments-\(key)", departments),
            Fragment("latency-\(key)", latency), Fragment("stuck-\(key)", stuck),
            Fragment("workers-\(key)", WorkersTable(street, context).markup),
        ]
    }

    /// All of it.
    var section: Markup {
        return """
            <section class="street" data-street="\(key)" \
            aria-label="\(context.name(of: street))">\(context.heading(of: street))
            <div id="summary-\(key)">\(summary)</div>
            <div id="stuck-\(key)">\(stuck)</div>
            <section class="card"><h3>\(context("部门", "Departments"))</h3>
            <div id="departments-\(key)">\(departments)</div></section>
            <section class="card"><h3>\(context("派遣时延，过去一小时", "Dispatch latency, last hour"))</h3>
            \(legend)
            <div class="charts" id="latency-\(key)">\(latency)</div></section>
            <section class="card"><h3>\(context("工作端", "Workers"))</h3>
            <div id="workers-\(key)">\(WorkersTable(street, context).markup)</div></section>
            </section>
            """
    }

    private var summary: Markup {
        guard let stats else { return "<p class=\"empty\">\(waiting)</p>" }
        let sums = DepartmentSums(stats.departments)
        let rates = street.broker.rates
        let minute = context("/分", "/min")
        let filed = NumberText.rate(rates[.filed]) + " " + minute
        let closed = NumberText.rate(rates[.closed]) + " " + minute
        let tiles: [Markup] = [
            tile("open", context("在办案卷", "Open calls"), "\(stats.callsOpen)", nil, nil),
            tile("filed", context("立案", "Filed"), "\(stats.callsFiled)", filed, nil),
            tile("closed", context("结案", "Closed"), "\(stats.callsClosed)", closed, nil),
            tile("queued", context("待派遣", "Queued"), "\(sums.queued)", oldest(sums), nil),
            tile("in-hand", context("办理中", "In hand"), "\(sums.inHand)", workers(sums), nil),
            tile(
                "overdue", context("超期", "Overdue"), "\(sums.overdue)", nil,
                sums.overdue > 0 ? "bad" : nil),
            tile(
                "stuck", context("滞留", "Stuck"), "\(sums.stuck)", nil,
                sums.stuck > 0 ? "bad" : nil),
        ]
        return "<dl class=\"tiles\">\(tiles)</dl>"
    }

    private var waiting: String {
        context("还没有数字：等待服务端的第一次答复", "No figures yet: waiting for the broker's first answer")
    }

    private func oldest(_ sums: DepartmentSums) -> String? {
        guard sums.queued > 0 else { return nil }
        let time = context.duration(sums.oldestSeconds)
        return context("最久 \(time)", "oldest \(time)")
    }

    private func workers(_ sums: DepartmentSums) -> String {
        context("\(sums.workers) 个工作端", sums.workers == 1 ? "1 worker" : "\(sums.workers) workers")
    }

    private func tile(
        _ number: String, _ name: String, _ value: String, _ detail: String?, _ tone: String?
    ) -> Markup {
        let look: Markup = tone.map { " class=\"\($0)\"" } ?? .none
        let more: Markup = detail.map { "<dd class=\"detail\">\($0)</dd>" } ?? .none
        return """
            <div\(look)><dt>\(name)</dt><dd data-number="\(number)">\(value)</dd>\(more)</div>
            """
    }

    private var departments: Markup {
        var table = HTMLTable(
            context("各部门的数字", "Figures by department"), DepartmentColumns.all(context),
            empty: waiting)
        for department in stats?.departments ?? [] {
            table.add(
                DepartmentColumns.cells(department, street, context),
                attributes: " data-department=\"\(department.id)\"")
        }
        return table.markup
    }

    private var legend: Markup {
        let lines = ["p50", "p90", "p99"].map { name -> Markup in
            """
            <li><svg class="key" viewBox="0 0 24 8" aria-hidden="true" focusable="false">\
            <path class="line \(name)" d="M1 4H23"/></svg>\(name)</li>
            """
        }
        let note = context(
            "从立案到交给工作端；服务端自启动以来的分位数", "from filing to hand-over; quantiles since the broker's start"
        )
        return "<ul class=\"legend\">\(lines)<li class=\"note\">\(note)</li></ul>"
    }

    private var latency: Markup {
        guard let stats else { return "<p class=\"empty\">\(waiting)</p>" }
        return Markup(
            stats.departments.map { department in
                let name = presentation.language.name(
                    chinese: department.chinese, english: department.english, id: department.id)
                let chart = LatencyChart(
                    street.broker.history[department.id], now: street.broker.history.lastAt ?? 0,
                    name: name, context)
                return """
                    <figure data-chart="\(department.id)"><figcaption>\(name)</figcaption>\
                    \(chart.markup)</figure>
                    """ as Markup
            })
    }

    private var stuck: Markup { StuckList(street, context).markup }
}

/// The columns of departments on *Now*.
enum DepartmentColumns {
    static func all(_ context: PageContext) -> [HTMLTable.Column] {
        [
            .init(context("部门", "Department")),
            .init(context("待派遣", "Queued"), isNumber: true),
            .init(context("办理中", "In hand"), isNumber: true),
            .init(context("最久等待", "Oldest"), isNumber: true),
            .init(context("超期", "Overdue"), isNumber: true),
            .init(context("滞留", "Stuck"), isNumber: true),
            .init(
                context("入/分", "In/min"), isNumber: true,
                hint: context("过去一分钟交给它的部分", "Parts given to it, over the last minute")),
            .init(
                context("出/分", "Out/min"), isNumber: true,
                hint: context("过去一分钟处置的部分", "Parts completed, over the last minute")),
            .init("p50", isNumber: true), .init("p90", isNumber: true),
            .init("p99", isNumber: true),
            .init(context("工作端", "Workers"), isNumber: true),
        ]
    }

    static func cells(
        _ view: WireDepartmentView, _ street: Snapshot.Street, _ context: PageContext
    ) -> [HTMLTable.Cell] {
        let rates = street.broker.rates
        return [
            .init(name(view, street, context)),
            .init("\(view.queued)", number: "queued"),
            .init("\(view.inHand)", number: "in-hand"),
            .init(
                text: view.queued == 0 ? "–" : context.duration(view.oldestQueuedSeconds),
                number: "oldest"),
            .init("\(view.overdue)", number: "overdue", tone: view.overdue > 0 ? "bad" : nil),
            .init("\(view.stuck)", number: "stuck", tone: view.stuck > 0 ? "bad" : nil),
            .init(
                text: NumberText.rate(rates[.received(department: view.id)]), number: "in-rate"),
            .init(
                text: NumberText.rate(rates[.completed(department: view.id)]), number: "out-rate"),
            .init(text: NumberText.latency(view.dispatch, view.dispatch.p50), number: "p50"),
            .init(text: NumberText.latency(view.dispatch, view.dispatch.p90), number: "p90"),
            .init(text: NumberText.latency(view.dispatch, view.dispatch.p99), number: "p99"),
            .init(
                "\(view.workers)", number: "workers",
                tone: view.workers == 0 && view.queued > 0 ? "bad" : nil),
        ]
    }

    private static func name(
        _ view: WireDepartmentView, _ street: Snapshot.Street, _ context: PageContext
    ) -> Markup {
        let name = context.language.name(
            chinese: view.chinese, english: view.english, id: view.id)
        let fields = FormFields().with([
            ("street", context.isDistrict ? street.key : nil), ("department", view.id),
            ("open", "1"), ("sort", "due"),
        ])
        let paused: Markup =
            view.pausedUntil == 0
            ? .none : " <span class=\"tag warn\">\(context("暂停派遣", "paused"))</span>"
        return "<a href=\"/calls\(fields.suffix)\">\(name)</a>\(paused)"
    }
}
