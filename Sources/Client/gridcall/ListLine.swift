import ArgumentParser
import ClientKit
import GridCodec

import struct Foundation.Data

/// `gridcall list`
struct ListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List calls, newest first unless sorted; all filters given must match.",
        discussion: """
            DATE is a day of the street (2026-11-23) or a time with its offset \
            (2026-11-23T18:00:00+08:00); a day given as the end of a range belongs to it. \
            --text finds every call whose description or address has all that is given: Chinese \
            as it stands anywhere in a sentence, a word by its beginning, capitals or not.
            """)

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: ListFilterOptions

    @Option(help: "How results are written: table, json or csv.")
    var format: OutputFormat = .table
    @Option(help: "By filed, closed (only ended calls), due (only calls due) or urgency.")
    var sort: SortKey?
    @Flag(help: "Smallest first: oldest, nearest due time, most urgent; or the other way round.")
    var direction: SortDirection?
    @Option(help: "How many calls at most.")
    var limit = ListCommand.defaultLimit
    @Option(
        help: "The next page: what the page before printed at its end. Filters must be the same.",
        transform: { text in
            guard let page = PageText.page(text), !page.isEmpty else {
                throw ValidationError("--page is what the page before printed at its end")
            }
            return page
        })
    var page: Data?
    @Flag(help: "Also say how many calls match.")
    var count = false

    func validate() throws {
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit is 1 to 1000000")
        }
    }

    func run() throws {
        var query = filter.query
        query.order = sort?.order ?? (direction == nil ? .unspecified : .byFiled)
        query.descending = direction.map { $0 == .desc } ?? (sort?.isDescending ?? false)
        query.page = page ?? Data()
        query.count = count
        try connection.run(
            ListCommand(query, times: filter.times, limit: limit, format: format),
            before: root.connection)
    }
}

/// What a call must be to be listed.
struct ListFilterOptions: ParsableArguments {
    @Option(help: "Only calls this department has a part of.")
    var department = ""
    @Option(help: "Only this category.")
    var category = ""
    @Option(help: "Only this grid.")
    var grid = ""
    @Option(help: "Only this campaign.")
    var campaign = ""
    @Option(
        help: "Only this state: verifying, filed, working, checking, closed, voided or merged.")
    var state = ""
    @Flag(help: "Only calls that are neither closed, voided nor merged.")
    var open = false
    @Flag(help: "Only calls with an open part that is past its due time.")
    var overdue = false
    @Option(help: "Only calls with this in description or address.")
    var text = ""
    @Option(
        help: ArgumentHelp("Only calls filed then or later.", valueName: "date"),
        transform: timeBound)
    var from: TimeBound?
    @Option(
        help: ArgumentHelp("Only calls filed up to then.", valueName: "date"),
        transform: timeBound)
    var to: TimeBound?
    @Option(
        help: ArgumentHelp("Only calls closed or voided then or later.", valueName: "date"),
        transform: timeBound)
    var closedFrom: TimeBound?
    @Option(
        help: ArgumentHelp("Only calls closed or voided up to then.", valueName: "date"),
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
            "\(text) is neither a day (2026-11-23) nor a time with offset "
                + "(2026-11-23T18:00:00+08:00)")
    }
    return bound
}
