import ArgumentParser
import ClientKit
import GridCodec

import struct Foundation.Data

/// `gridcall list`
struct ListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: told(
            "列出案卷，最新的在前（除非另行排序）；须符合所有条件",
            "List calls, newest first unless sorted; all filters given must match."),
        discussion: told(
            """
            日期写作街道当地的一天（2026-11-23）或带时差的时间（2026-11-23T18:00:00+08:00）；\
            作为范围终点的那一天也包含在内。--text 在描述和地址中查找：中文按原样出现在句中任何位置，\
            英文单词按开头匹配，不分大小写。
            """,
            """
            DATE is a day of the street (2026-11-23) or a time with its offset \
            (2026-11-23T18:00:00+08:00); a day given as the end of a range belongs to it. \
            --text finds every call whose description or address has all that is given: Chinese \
            as it stands anywhere in a sentence, a word by its beginning, capitals or not.
            """))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: ListFilterOptions

    @OptionGroup var format: FormatOptions

    @Option(
        help: .told(
            "排序：filed、closed（仅已结束的）、due（仅有时限的）或 urgency",
            "By filed, closed (only ended calls), due (only calls due) or urgency."))
    var sort: SortKey?
    @Flag(
        help: .told(
            "从小到大：最早、时限最近、最紧急；或相反",
            "Smallest first: oldest, nearest due time, most urgent; or the other way round."))
    var direction: SortDirection?
    @Option(help: .told("最多列出多少", "How many calls at most."))
    var limit = ListCommand.defaultLimit
    @Option(
        help: .told(
            "下一页：上一页末尾给出的值；筛选条件须相同",
            "The next page: what the page before printed at its end. Filters must be the same."),
        transform: { text in
            guard let page = PageText.page(text), !page.isEmpty else {
                throw ValidationError(
                    told("--page 须为上一页末尾给出的值", "--page is what the page before printed at its end"))
            }
            return page
        })
    var page: Data?
    @Flag(help: .told("同时显示符合条件的总数", "Also say how many calls match."))
    var count = false

    func validate() throws {
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError(told("--limit 为 1 至 1000000", "--limit is 1 to 1000000"))
        }
    }

    func run() throws {
        var query = filter.query
        query.order = sort?.order ?? (direction == nil ? .unspecified : .byFiled)
        query.descending = direction.map { $0 == .desc } ?? (sort?.isDescending ?? false)
        query.page = page ?? Data()
        query.count = count
        try connection.run(
            ListCommand(query, times: filter.times, limit: limit, format: format.output),
            before: root.connection, bom: format.bom)
    }
}

/// What a call must be to be listed.
struct ListFilterOptions: ParsableArguments {
    @Option(help: .told("只列该部门参与的", "Only calls this department has a part of."))
    var department = ""
    @Option(help: .told("只列该类别", "Only this category."))
    var category = ""
    @Option(help: .told("只列该网格", "Only this grid."))
    var grid = ""
    @Option(help: .told("只列该专项行动", "Only this campaign."))
    var campaign = ""
    @Option(
        help: .told(
            "只列该状态：verifying、filed、working、checking、closed、voided 或 merged",
            "Only this state: verifying, filed, working, checking, closed, voided or merged."))
    var state = ""
    @Flag(help: .told("只列尚未结束的", "Only calls that are neither closed, voided nor merged."))
    var open = false
    @Flag(
        help: .told("只列有部门超期的", "Only calls with an open part that is past its due time."))
    var overdue = false
    @Option(
        help: .told("只列描述或地址中有此文字的", "Only calls with this in description or address."))
    var text = ""
    @Option(
        help: ArgumentHelp(
            told("只列此时及以后立案的", "Only calls filed then or later."), valueName: "date"),
        transform: timeBound)
    var from: TimeBound?
    @Option(
        help: ArgumentHelp(told("只列此时及以前立案的", "Only calls filed up to then."), valueName: "date"),
        transform: timeBound)
    var to: TimeBound?
    @Option(
        help: ArgumentHelp(
            told("只列此时及以后结案或作废的", "Only calls closed or voided then or later."), valueName: "date"),
        transform: timeBound)
    var closedFrom: TimeBound?
    @Option(
        help: ArgumentHelp(
            told("只列此时及以前结案或作废的", "Only calls closed or voided up to then."), valueName: "date"),
        transform: timeBound)
    var closedTo: TimeBound?

    var query: WireListQuery {
        var query = WireListQuery()
        query.department = department
        query.category = category
        query.grid = grid
        query.campaign = campaign
        query.state = state
        query.openOnly = open
        query.overdueOnly = overdue
        query.text = text
        return query
    }

    var times: ListTimes {
        var times = ListTimes()
        times.filedFrom = from
        times.filedTo = to
        times.closedFrom = closedFrom
        times.closedTo = closedTo
        return times
    }
}

/// What a list is sorted by.
enum SortKey: String, ExpressibleByArgument, CaseIterable {
    case filed, closed, due, urgency

    var order: WireListOrder {
        switch self {
        case .filed: .byFiled
        case .closed: .byClosed
        case .due: .byDue
        case .urgency: .byUrgency
        }
    }

    /// What people look for first: the newest, but the nearest due time and the most urgent.
    var isDescending: Bool { self == .filed || self == .closed }
}

/// Which end of a list comes first.
enum SortDirection: String, EnumerableFlag {
    case asc, desc
}

private func timeBound(_ text: String) throws -> TimeBound {
    guard let bound = TimeBound(parsing: text) else {
        throw ValidationError(
            told(
                "\(text) 既不是日期（2026-11-23），也不是带时差的时间（2026-11-23T18:00:00+08:00）",
                "\(text) is neither a day (2026-11-23) nor a time with offset "
                    + "(2026-11-23T18:00:00+08:00)"))
    }
    return bound
}
