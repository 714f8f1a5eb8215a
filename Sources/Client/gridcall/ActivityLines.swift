import ArgumentParser
import ClientKit
import GridCodec

/// `gridcall activity`
struct ActivityLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activity",
        abstract: told("登记和列出宣传、培训", "Record and list outreach and training."),
        subcommands: [ActivityAddLine.self, ActivityListLine.self])

    @ParentCommand var root: GridCall
}

/// `gridcall activity add`
struct ActivityAddLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: told("登记一次宣传或培训", "Record outreach or training."))

    @ParentCommand var activity: ActivityLine
    @OptionGroup var street: StreetCommandOptions
    @Option(help: .told("outreach（宣传）或 training（培训）", "outreach or training."))
    var kind: ActivityKindArgument
    @Option(
        help: .told("举办的日期（街道当地，2026-11-23）", "The day it was held, the street's (2026-11-23)."),
        transform: TimeBound.argument)
    var date: TimeBound
    @Option(help: .told("主题", "What it was about.")) var theme: String
    @Option(help: .told("场次", "How many times it was held.")) var sessions: UInt32 = 1
    @Option(help: .told("参加人次", "How many people it reached.")) var people: UInt32

    var root: GridCall { activity.root }
    var reason: String { theme }
    var command: PersonCommand {
        .recordActivity(kind.wire, at: date, sessions: sessions, people: people)
    }
}

/// `gridcall activity list`
struct ActivityListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: told(
            "列出宣传和培训及合计，最新的在前", "List outreach and training with their sums, newest first."))

    @ParentCommand var activity: ActivityLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Option(
        help: ArgumentHelp(
            told("只列此时及以后举办的", "Only what was held then or later."), valueName: "date"),
        transform: TimeBound.argument)
    var from: TimeBound?
    @Option(
        help: ArgumentHelp(
            told("只列此时以前举办的；只给日期则包含当天", "Only what was held before; a day belongs to it."),
            valueName: "date"),
        transform: TimeBound.argument)
    var until: TimeBound?

    func run() throws {
        try connection.run(
            ActivitiesCommand(from: from, until: until, format: format.output),
            before: activity.root.connection, bom: format.bom)
    }
}

/// What was held.
enum ActivityKindArgument: String, ExpressibleByArgument, CaseIterable {
    case outreach, training

    var wire: WireActivityKind {
        switch self {
        case .outreach: .outreach
        case .training: .training
        }
    }
}
