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
