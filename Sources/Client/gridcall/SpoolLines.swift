import ArgumentParser
import ClientKit
import GridModel

/// `gridcall spool`
struct SpoolLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: told("管理未能发出的呼叫", "Look after the calls that could not be sent."),
        discussion: told(
            "连不上服务端时提交的呼叫暂存在本机，下一个连上服务端的命令会先把它发出。",
            """
            A call that is submitted while the broker cannot be reached is stored on this machine; \
            the next command that reaches the broker sends it first.
            """),
        subcommands: [
            SpoolListLine.self, SpoolFlushLine.self, SpoolRetryLine.self, SpoolDropLine.self,
        ])

    @ParentCommand var root: GridCall
}

/// `gridcall spool list`
struct SpoolListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: told("列出待发送和被拒绝的呼叫", "List the calls that wait and those that were refused."))

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var format: FormatOptions
    @Flag(help: .told("也列出最近 30 天已立案的呼叫", "Also the calls confirmed in the last 30 days."))
    var confirmed = false

    func run() throws {
        try connection.run(
            offline: SpoolListCommand(showsConfirmed: confirmed, format: format.output),
            before: parent.root.connection, bom: format.bom)
    }
}

/// `gridcall spool flush`
struct SpoolFlushLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush",
        abstract: told("立即发送，并输出案卷号", "Send the calls that wait, and print their case numbers."))

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var format: FormatOptions

    func run() throws {
        try connection.run(
            SpoolFlushCommand(format: format.output), before: parent.root.connection,
            bom: format.bom)
    }
}

/// Which calls of the spool are meant.
struct SpoolSelectionOptions: ParsableArguments {
    @Argument(help: .told("呼叫的标识，见 spool list", "The ids of calls, as spool list shows them."))
    var ids: [CallIDArgument] = []
    @Flag(help: .told("全部", "All of them."))
    var all = false

    var selection: SpoolSelection { all ? .all : .calls(ids.map(\.value)) }

    func validate() throws {
        guard all || !ids.isEmpty else {
            throw ValidationError(
                told("请给出呼叫的标识，或用 --all", "name the calls by their ids, or give --all"))
        }
        guard !(all && !ids.isEmpty) else {
            throw ValidationError(told("标识与 --all 只能给其一", "give ids or --all, not both"))
        }
    }
}

/// `gridcall spool retry`
struct SpoolRetryLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: told(
            "让下一个命令重新发送被拒绝的呼叫，可先更正",
            "Send refused calls again, corrected if need be, with the next command."))

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selection: SpoolSelectionOptions
    @Option(help: .told("更正类别", "Correct the category."))
    var category: String?
    @Option(help: .told("更正立案条件", "Correct the filing condition."))
    var condition: String?
    @Option(help: .told("更正网格", "Correct the grid."))
    var grid: String?
    @Option(help: .told("更正专项行动", "Correct the campaign."))
    var campaign: String?
    @Option(help: .told("更正描述", "Correct what was seen."))
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
        commandName: "drop",
        abstract: told("删除待发送或被拒绝的呼叫", "Forget calls that wait or were refused."))

    @ParentCommand var parent: SpoolLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selection: SpoolSelectionOptions

    func run() throws {
        try connection.run(
            offline: SpoolDropCommand(selection.selection), before: parent.root.connection)
    }
}
