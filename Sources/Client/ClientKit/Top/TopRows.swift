import GridCodec
import GridModel

/// A department as `gridcall top` shows it.
struct DepartmentRow: Sendable {
    let view: WireDepartmentView
    let name: String
    /// Parts received per minute; `nil` if not known.
    let received: Double?
    /// Parts completed per minute; `nil` if not known.
    let completed: Double?

    /// What the filter looks through.
    var texts: [String] { [view.id, view.chinese, view.english] }
}

/// A campaign as `gridcall top` shows it.
struct CampaignRow: Sendable {
    /// Where a campaign stands in its time.
    enum Phase: Int, Sendable {
        case running, ahead, over
    }

    let view: WireCampaignView
    let name: String
    let lead: String
    let phase: Phase
    let phaseName: String
    /// The last day, in the street's zone.
    let until: String
    /// Calls found per minute; `nil` if not known.
    let found: Double?
    /// Calls closed per minute; `nil` if not known.
    let closed: Double?

    var bar: TargetBar {
        TargetBar(target: view.target, found: view.found, closed: view.closed)
    }

    /// What the filter looks through.
    var texts: [String] { [view.id, view.chinese, view.english, view.lead, lead] }
}

extension TopColumn<DepartmentRow> {
    /// The columns of departments, the most important first.
    static let departments: [Self] = [
        .text("department", "部门", "Department", width: 8) { $0.name },
        .count("queued", "待派遣", "queued") { $0.view.queued },
        .count("inHand", "在办", "in hand") { $0.view.inHand },
        .duration("oldest", "最久", "oldest") {
            $0.view.queued == 0 ? nil : $0.view.oldestQueuedSeconds
        },
        .count("overdue", "超期", "overdue", style: .bad) { $0.view.overdue },
        .count("stuck", "滞留", "stuck", style: .alarm) { $0.view.stuck },
        .rate("received", "流入/分", "in/min") { $0.received },
        .rate("completed", "处置/分", "out/min") { $0.completed },
        .duration("p99", "派遣p99", "latency p99") { $0.view.dispatch.figure(\.p99) },
        .duration("p90", "p90", "p90") { $0.view.dispatch.figure(\.p90) },
        .duration("p50", "p50", "p50") { $0.view.dispatch.figure(\.p50) },
        .number("workers", "工作端", "workers") {
            SortValue($0.view.workers)
        } cell: {
            // Work waits and nobody is there to take it.
            Span(
                String($0.view.workers),
                $0.view.workers == 0 && $0.view.queued > 0 ? .alarm : .plain)
        },
        .duration("accept", "签收p99", "accept p99") { $0.view.accept.figure(\.p99) },
        .duration("resolve", "处置p99", "resolve p99") { $0.view.resolve.figure(\.p99) },
        .count("everCompleted", "累计处置", "completed") { $0.view.completed },
        .count("everReturned", "累计退回", "returned") { $0.view.returned },
        .count("everDispatched", "累计派遣", "dispatched") { $0.view.dispatched },
    ]
}

extension TopColumn<CampaignRow> {
    /// The columns of campaigns, the most important first.
    static let campaigns: [Self] = [
        .text("campaign", "专项行动", "Campaign", width: 8) { $0.name },
        TopColumn(
            id: "bar", title: Phrase(chinese: "进度", english: "progress"),
            minimumWidth: TargetBar.minimumWidth, maximumWidth: 42, isNumber: false, grows: true,
            cell: { row, width in Span(row.bar.text(width: width), row.barStyle) },
            value: { SortValue($0.bar.percent.map(Double.init)) }),
        .number("percent", "%", "%") {
            SortValue($0.bar.percent.map(Double.init))
        } cell: {
            Span($0.bar.percent.map { "\($0)%" } ?? "-", $0.barStyle)
        },
        .count("found", "发现", "found") { $0.view.found },
        .number("target", "目标", "target") {
            SortValue($0.view.target)
        } cell: {
            Span($0.view.target == 0 ? "-" : String($0.view.target))
        },
        .count("closed", "结案", "closed") { $0.view.closed },
        .count("overdue", "超期", "overdue", style: .bad) { $0.view.overdue },
        .rate("foundRate", "发现/分", "in/min") { $0.found },
        .rate("closedRate", "结案/分", "out/min") { $0.closed },
        .text("phase", "阶段", "state") { $0.phaseName },
        .text("until", "截止", "until", width: 10) { $0.until },
        .text("lead", "主办", "lead") { $0.lead },
    ]
}

extension CampaignRow {
    fileprivate var barStyle: TextStyle { bar.percent.map { $0 >= 100 } == true ? .good : .plain }
}

extension WireLatencyView {
    /// One of the figures in seconds; `nil` while nothing was measured.
    fileprivate func figure(_ quantile: KeyPath<WireLatencyView, Double>) -> Double? {
        count == 0 ? nil : self[keyPath: quantile]
    }
}
