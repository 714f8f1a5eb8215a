import ArgumentParser
import ClientKit
import GridModel

/// `gridcall spool`
struct SpoolLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "Look after the calls that could not be sent.",
        discussion: """
            A call that is submitted while the broker cannot be reached is stored on this machine; \
            the next command that reaches the broker sends it first.
            """,
        subcommands: [
            SpoolListLine.self, SpoolFlushLine.self, SpoolRetryLine.self, SpoolDropLine.self,
        ])

    @ParentCommand var root: GridCall
}

/// `gridcall spool list`
struct SpoolListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the calls that wait and those that were refused.")

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "How results are written: table, json or csv.")
    var format: OutputFormat = .table
    @Flag(help: "Also the calls confirmed in the last 30 days.")
    var confirmed = false

    func run() throws {
        try connection.run(
            offline: SpoolListCommand(showsConfirmed: confirmed, format: format),
            before: parent.root.connection)
    }
}

/// `gridcall spool flush`
struct SpoolFlushLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush", abstract: "Send the calls that wait, and print their case numbers.")

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "How results are written: table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
        try connection.run(SpoolFlushCommand(format: format), before: parent.root.connection)
    }
}

/// Which calls of the spool are meant.
struct SpoolSelectionOptions: ParsableArguments {
    @Argument(help: "The ids of calls, as spool list shows them.")
    var ids: [CallIDArgument] = []
    @Flag(help: "All of them.")
    var all = false

    var selection: SpoolSelection { all ? .all : .calls(ids.map(\.value)) }

    func validate() throws {
        guard all || !ids.isEmpty else {
            throw ValidationError("name the calls by their ids, or give --all")
        }
        guard !(all && !ids.isEmpty) else {
            throw ValidationError("give ids or --all, not both")
        }
    }
}

/// `gridcall spool retry`
struct SpoolRetryLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Send refused calls again, corrected if need be, with the next command.")

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selection: SpoolSelectionOptions
    @Option(help: "Correct the category.")
    var category: String?
    @Option(help: "Correct the filing condition.")
    var condition: String?
    @Option(help: "Correct the grid.")
    var grid: String?
    @Option(help: "Correct the campaign.")
    var campaign: String?
    @Option(help: "Correct what was seen.")
    var description: String?

    func run() throws {
        var correction = SpoolRetryCommand.Correction()
        correction.category = category
        correction.condition = condition
        correction.grid = grid
        correction.campaign = campaign
        correction.description = description
        try connection.run(
            offline: SpoolRetryCommand(selection.selection, correction: correction),
            before: parent.root.connection)
    }
}

/// `gridcall spool drop`
struct SpoolDropLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Forget calls that wait or were refused.")

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selection: SpoolSelectionOptions

    func run() throws {
        try connection.run(
            offline: SpoolDropCommand(selection.selection), before: parent.root.connection)
    }
}
