import ArgumentParser
import ClientKit
import GridModel

/// `gridcall watch`
struct WatchLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: told(
            "逐行显示正在发生的事件，直到中断（需要值班员或审计员的密钥）",
            "Print events as they happen until interrupted (for operators and auditors)."),
        discussion: told(
            """
            服务端离线时说明一次并重试，恢复后从最后显示的事件继续，不漏不重。各筛选条件须同时符合；\
            同一条件可多次给出，符合其一即可。json 每行一个事件，与审计导出的相同，\
            末尾另有 batch、place 和 time。
            """,
            """
            If the broker goes away it says so once, goes on trying, and continues after the last \
            event: none is lost, none comes twice. All filters given must match; a filter that is \
            given more than once matches by any of its values. json is one event a line, the \
            object of audit export with batch, place and time at its end.
            """))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @OptionGroup var filter: WatchFilterOptions

    @Option(help: .told("两次查询间隔的秒数", "Seconds between two looks."))
    var interval = 0.5
    @Option(help: .told("显示多少个事件后结束", "So many events, then end."))
    var count: Int?
    @Option(
        help: .told(
            "从此时起：日期、带时差的时间，或之前多久（30m、2h、3d、1w）",
            "From then on: a day, a time with its offset, or a while ago (30m, 2h, 3d, 1w)."),
        transform: pastTime)
    var since: WatchCommand.Start?
    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            told("从日志的这一批起，第一批为 1", "From this batch of the journal on, from 1."),
            valueName: "batch"))
    var batch: UInt64?

    func validate() throws {
        guard (0.1...3_600).contains(interval) else {
            throw ValidationError(
                told("--interval 为 0.1 至 3600 秒", "--interval is 0.1 to 3600 seconds"))
        }
        guard count ?? 1 > 0 else {
            throw ValidationError(told("--count 至少为 1", "--count is 1 or more"))
        }
        guard batch ?? 1 > 0 else {
            throw ValidationError(told("--from 至少为 1", "--from is 1 or more"))
        }
        guard since == nil || batch == nil else {
            throw ValidationError(
                told("--since 与 --from 只能给一个", "give --since or --from, not both"))
        }
    }

    func run() throws {
        var options = WatchCommand.Options(
            interval: Int64((interval * 1_000).rounded()), count: count, format: format.output)
        if let batch { options.start = .batch(batch) }
        if let since { options.start = since }
        options.kinds = filter.kind
        options.calls = filter.call
        options.departments = filter.department
        options.categories = filter.category
        options.grids = filter.grid
        options.campaigns = filter.campaign
        try connection.run(WatchCommand(options), before: root.connection)
    }
}

/// Which events are shown.
struct WatchFilterOptions: ParsableArguments {
    @Option(
        help: .told(
            "只看这个案卷：案卷号、它的一部分或标识",
            "Only this call: its case number, a part of it, or its id."),
        transform: CallReference.argument)
    var call: [CallReference] = []
    @Option(help: .told("只看该部门的（标识或名称）", "Only this department's, by id or name."))
    var department: [String] = []
    @Option(help: .told("只看该类别的案卷", "Only calls of this category."))
    var category: [String] = []
    @Option(help: .told("只看该网格的案卷", "Only calls of this grid."))
    var grid: [String] = []
    @Option(
        help: .told("只看该专项行动及其案卷", "Only this campaign and its calls."))
    var campaign: [String] = []
    @Option(
        help: .told(
            "只看这种事件，如 callFiled（名称见 docs/audit.md）",
            "Only events of this kind, such as callFiled (see docs/audit.md)."),
        completion: .list(WatchKinds.all), transform: kindOfEvent)
    var kind: [String] = []
}

private func kindOfEvent(_ text: String) throws -> String {
    guard WatchKinds.all.contains(text) else {
        throw ValidationError(WatchCommand.unknown(text).message.text(in: .chosen))
    }
    return text
}

/// A time gone by on the command line.
private func pastTime(_ text: String) throws -> WatchCommand.Start {
    switch try givenTime(text) {
    case .at(let bound): return .time(bound)
    case .after(let milliseconds): return .ago(milliseconds: milliseconds)
    }
}
