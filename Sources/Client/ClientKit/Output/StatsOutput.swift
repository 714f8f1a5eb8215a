package import GridCodec
import GridModel

/// Writes the broker's statistics.
package struct StatsOutput: Sendable {
    private let stats: WireStatsView
    private let presentation: Presentation

    /// The output of `stats`.
    package init(_ stats: WireStatsView, _ presentation: Presentation) {
        self.stats = stats
        self.presentation = presentation
    }

    /// Everything, with stable keys; latencies in seconds.
    package var json: JSONValue {
        .object([
            .init("at", presentation.json(stats.at)),
            .init("departments", .array(stats.departments.map(Self.json))),
            .init("campaigns", .array(stats.campaigns.map(Self.json))),
            .init(
                "calls",
                .object([
                    .init("filed", .count(stats.callsFiled)),
                    .init("closed", .count(stats.callsClosed)),
                    .init("voided", .count(stats.callsVoided)),
                    .init("open", .count(stats.callsOpen)),
                    .init("merged", .count(stats.callsMerged)),
                    .init("dispatched", .count(stats.callsDispatched)),
                    .init("misdispatched", .count(stats.callsMisdispatched)),
                    .init("passedOn", .count(stats.callsPassedOn)),
                ])),
            .init(
                "broker",
                .object([
                    .init("sessions", .count(stats.sessions)),
                    .init("submitsRepeated", .count(stats.submitsRepeated)),
                    .init("itemsRefused", .count(stats.itemsRefused)),
                    .init("framesRefused", .count(stats.framesRefused)),
                    .init("outcomesLost", .count(stats.outcomesLost)),
                    .init("journalBatches", .count(stats.journalBatches)),
                    .init("viewsLagBatches", .count(stats.viewsLagBatches)),
                    .init("framesOverRate", .count(stats.framesOverRate)),
                    .init("framesUnsent", .count(stats.framesUnsent)),
                    .init("accessRefused", .count(stats.accessRefused)),
                    .init("clockUnconfirmed", .boolean(stats.clockUnconfirmed)),
                ])),
        ])
    }

    /// The counts of calls, a table of departments and one of campaigns.
    package var table: String {
        let counts = presentation(
            chinese: "立案 \(stats.callsFiled)  结案 \(stats.callsClosed)  作废 \(stats.callsVoided)"
                + "  在办 \(stats.callsOpen)",
            english: "calls filed \(stats.callsFiled)  closed \(stats.callsClosed)"
                + "  voided \(stats.callsVoided)  open \(stats.callsOpen)")
        let clock = presentation(
            chinese: "时钟跳变，各项时限暂停；核对后执行 gridcall clock confirm",
            english: "the clock jumped and deadlines wait: check it, then gridcall clock confirm")
        return "\(presentation.text(stats.at))  \(counts)\n"
            + (stats.clockUnconfirmed ? presentation.palette(clock, .red) + "\n" : "") + "\n"
            + departments.rendered(presentation.palette)
            + (stats.campaigns.isEmpty ? "" : "\n" + campaigns.rendered(presentation.palette))
    }

    /// One row for each department.
    package var csv: String { departments.csv }

    private var departments: TextTable {
        let isChinese = presentation.language == .chinese
        let titles =
            isChinese
            ? [
                "待派遣", "派遣", "签收", "处置", "退回", "滞留", "超期", "在办", "工作端", "最久等待",
                "派遣 p50", "p90", "p99", "处置 p99",
            ]
            : [
                "queued", "dispatched", "accepted", "completed", "returned", "stuck", "overdue",
                "in hand", "workers", "oldest", "dispatch p50", "p90", "p99", "resolve p99",
            ]
        var table = TextTable(
            [TextTable.Column(isChinese ? "部门" : "department")]
                + titles.map { TextTable.Column($0, isNumber: true) })
        for department in stats.departments {
            var inks: [Int: Palette.Ink] = department.stuck > 0 ? [6: .red] : [:]
            if department.overdue > 0 { inks[7] = .red }
            table.add(cells(department), inks: inks)
        }
        return table
    }

    private func cells(_ department: WireDepartmentView) -> [String] {
        let counts = [
            department.queued, department.dispatched, department.accepted,
            department.completed, department.returned, department.stuck, department.overdue,
            department.inHand, UInt64(department.workers),
        ]
        return [name(department.chinese, department.english, department.id)]
            + counts.map { String($0) }
            + [
                Words.duration(seconds: department.oldestQueuedSeconds),
                Self.latency(department.dispatch, \.p50),
                Self.latency(department.dispatch, \.p90),
                Self.latency(department.dispatch, \.p99),
                Self.latency(department.resolve, \.p99),
            ]
    }

    private var campaigns: TextTable {
        let isChinese = presentation.language == .chinese
        let titles =
            isChinese ? ["目标", "发现", "结案", "超期"] : ["target", "found", "closed", "overdue"]
        var table = TextTable(
            [TextTable.Column(isChinese ? "专项行动" : "campaign")]
                + titles.map { TextTable.Column($0, isNumber: true) })
        for campaign in stats.campaigns {
            table.add(
                [
                    name(campaign.chinese, campaign.english, campaign.id),
                    campaign.target == 0 ? "–" : String(campaign.target), String(campaign.found),
                    String(campaign.closed), String(campaign.overdue),
                ], inks: campaign.overdue > 0 ? [4: .red] : [:])
        }
        return table
    }

    private func name(_ chinese: String, _ english: String, _ id: String) -> String {
        presentation.language.name(chinese: chinese, english: english, id: id)
    }

    private static func latency(
        _ latency: WireLatencyView, _ quantile: KeyPath<WireLatencyView, Double>
    ) -> String {
        latency.count == 0 ? "–" : Words.duration(seconds: latency[keyPath: quantile])
    }

    private static func json(_ department: WireDepartmentView) -> JSONValue {
        .object([
            .init("id", .text(department.id)),
            .init("name", .name(chinese: department.chinese, english: department.english)),
            .init("queued", .count(department.queued)),
            .init("dispatched", .count(department.dispatched)),
            .init("accepted", .count(department.accepted)),
            .init("completed", .count(department.completed)),
            .init("returned", .count(department.returned)),
            .init("stuck", .count(department.stuck)),
            .init("overdue", .count(department.overdue)),
            .init("inHand", .count(department.inHand)),
            .init("received", department.hasReceived ? .count(department.received) : .null),
            .init("workers", .count(department.workers)),
            .init("oldestQueuedSeconds", .number(department.oldestQueuedSeconds)),
            .init(
                "latency",
                .object([
                    .init("dispatch", json(department.dispatch)),
                    .init("accept", json(department.accept)),
                    .init("resolve", json(department.resolve)),
                ])),
        ])
    }

    private static func json(_ latency: WireLatencyView) -> JSONValue {
        .object([
            .init("count", .count(latency.count)),
            .init("p50", .number(latency.p50)),
            .init("p90", .number(latency.p90)),
            .init("p99", .number(latency.p99)),
            .init("p999", .number(latency.p999)),
            .init("max", .number(latency.max)),
        ])
    }

    private static func json(_ campaign: WireCampaignView) -> JSONValue {
        .object([
            .init("id", .text(campaign.id)),
            .init("name", .name(chinese: campaign.chinese, english: campaign.english)),
            .init("target", .count(campaign.target)),
            .init("found", .count(campaign.found)),
            .init("closed", .count(campaign.closed)),
            .init("overdue", .count(campaign.overdue)),
        ])
    }
}

extension JSONValue {
    /// A name in both languages.
    package static func name(chinese: String, english: String) -> JSONValue {
        .object([.init("zh", .text(chinese)), .init("en", .text(english))])
    }
}
