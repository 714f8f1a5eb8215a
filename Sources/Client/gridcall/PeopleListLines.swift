import ArgumentParser
import ClientKit

/// `gridcall task list`
struct TaskListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: told(
            "列出部门未办结的部分，时限最近的在前",
            "List a department's open parts, the nearest deadline first."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Option(
        help: .told(
            "部门（标识或名称；默认：密钥唯一的部门）",
            "The department, by id or name. (default: the only one of the key)"))
    var department = ""
    @Flag(help: .told("只列已超期的", "Only those that are overdue."))
    var overdue = false
    @OptionGroup var limit: LimitOptions

    func run() throws {
        let command = TaskListCommand(
            department: department, overdueOnly: overdue, limit: limit.limit,
            format: format.output)
        try connection.run(command, before: parent.root.connection, bom: format.bom)
    }
}

/// `gridcall review list`
struct ReviewListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: told(
            "列出待法制审核的措施，时限最近的在前",
            "List the proposals that wait for review, the nearest deadline first."))

    @ParentCommand var parent: ReviewLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Option(help: .told("只列该部门的（标识或名称）", "Only this department's, by id or name."))
    var department = ""
    @OptionGroup var limit: LimitOptions

    func run() throws {
        let command = ReviewListCommand(
            department: department, limit: limit.limit, format: format.output)
        try connection.run(command, before: parent.root.connection, bom: format.bom)
    }
}

/// `gridcall worker list`
struct WorkerListLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: told("列出在线的工作端", "List the workers that are there now."))

    @ParentCommand var parent: WorkerLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Option(help: .told("只列该部门的（标识或名称）", "Only this department's, by id or name."))
    var department = ""

    func run() throws {
        let command = WorkerListCommand(department: department, format: format.output)
        try connection.run(command, before: parent.root.connection, bom: format.bom)
    }
}

/// How much is listed.
struct LimitOptions: ParsableArguments {
    @Option(help: .told("最多列出多少件", "How many calls at most."))
    var limit = ListCommand.defaultLimit

    func validate() throws {
        // What one answer of the broker may hold.
        guard (1...4_096).contains(limit) else {
            throw ValidationError(told("--limit 为 1 至 4096", "--limit is 1 to 4096"))
        }
    }
}

/// `gridcall duplicates`
struct DuplicatesLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates",
        abstract: told(
            "列出报告人认为重复、尚未并案的案卷",
            "List the calls that their reporters took for duplicates and nobody merged."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var limit: LimitOptions

    func run() throws {
        let command = DuplicatesCommand(limit: Int(limit.limit), format: format.output)
        try connection.run(command, before: root.connection, bom: format.bom)
    }
}
