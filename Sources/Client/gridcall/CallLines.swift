import ArgumentParser
import ClientKit
import GridCodec
import GridModel

/// `gridcall submit`
struct SubmitLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "File a call and print its case number.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    @Option(help: "What it is: the id of a category.")
    var category: String
    @Option(help: "Where it is: the id of a grid.")
    var grid: String
    @Option(help: "What was seen.")
    var description: String
    @Option(help: "Where exactly.")
    var address = ""
    @Option(help: "The filing condition. (default: the category's first)")
    var condition = ""
    @Option(help: "The campaign it belongs to. (default: by the catalogue's rules)")
    var campaign = ""
    @Option(help: "emergency, urgent or ordinary. (default: the category's)")
    var urgency: UrgencyArgument?
    @Option(help: "When it was seen: 2026-11-23T17:18:28+08:00. (default: now)")
    var observedAt: ObservedTime?
    @Option(help: "Degrees north, WGS 84.")
    var latitude: Double?
    @Option(help: "Degrees east, WGS 84.")
    var longitude: Double?
    @Option(help: "Who reports it.")
    var reporter = ""
    @Option(help: "How to reach them.")
    var contact = ""
    @Option(help: "The call's id, to repeat an attempt. (default: a new one)")
    var id: CallIDArgument?
    @Flag(help: "Follow the call until it is closed.")
    var wait = false

    func validate() throws {
        if (latitude == nil) != (longitude == nil) {
            throw ValidationError("--latitude and --longitude go together")
        }
    }

    func run() throws {
        let command = SubmitCommand(
            item, id: id?.value ?? TimeOrderedID.make(), isRepeat: id != nil, waits: wait,
            format: format.format.output)
        try connection.run(command, before: root.connection)
    }

    private var item: WireSubmitItem {
        var item = WireSubmitItem()
        item.category = category
        item.grid = grid
        item.condition = condition
        item.campaign = campaign
        item.urgency = urgency?.wire ?? .unspecified
        item.observedAt = observedAt?.value.milliseconds ?? 0
        item.texts.description_p = description
        item.texts.address = address
        item.texts.reporter = reporter
        item.texts.contact = contact
        if let latitude, let longitude {
            item.coordinates.latitude = latitude
            item.coordinates.longitude = longitude
        }
        return item
    }
}

/// `gridcall track`
struct TrackLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "track", abstract: "Tell the story of a call: its parts, clocks and steps.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    @Argument(
        help: "The call: its id or its case number.",
        transform: { try CallReference(parsing: $0) })
    var call: CallReference

    func run() throws {
        try connection.run(
            TrackCommand(call, format: format.format.output), before: root.connection)
    }
}

/// `gridcall list`
struct ListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List calls, newest first; all filters given must match.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "How results are written: table, json or csv.")
    var format: OutputFormat = .table
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
    @Option(help: "How many calls at most.")
    var limit = ListCommand.defaultLimit
    @Option(help: "Only calls older than this serial: the next page, as told at the end of one.")
    var before: UInt64 = 0

    func validate() throws {
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit is 1 to 1000000")
        }
    }

    func run() throws {
        var filter = WireListQuery()
        filter.department = department
        filter.category = category
        filter.grid = grid
        filter.campaign = campaign
        filter.state = state
        filter.openOnly = open
        filter.overdueOnly = overdue
        filter.beforeSerial = before
        try connection.run(
            ListCommand(filter, limit: limit, format: format), before: root.connection)
    }
}
