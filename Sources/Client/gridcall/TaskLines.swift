import ArgumentParser
import ClientKit
import GridModel

/// `gridcall task`
struct TaskLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: told("办理本部门的任务", "Do the work of a department."),
        discussion: told(
            """
            供部门经办人使用。不给 --part 或 --department 时，指该指令唯一适用的部分；\
            多个部分都适用时会列出供选择。
            """,
            """
            For a department's officers. Without --part or --department the only part that the \
            command can mean is meant; if several can be, they are listed.
            """),
        subcommands: [
            TaskListLine.self, TaskShowLine.self, TaskAcceptLine.self, TaskArriveLine.self,
            TaskProposeLine.self,
            TaskCompleteLine.self, TaskReturnLine.self, TaskFailLine.self, TaskExtendLine.self,
            TaskSuspendLine.self, TaskResumeLine.self,
        ])

    @ParentCommand var root: GridCall
}

/// `gridcall task show`
struct TaskShowLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: told("讲述任务所在的案卷，同 track", "Tell the story of a task's call, as track does."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Argument(
        help: .told("案卷：案卷号、它的一部分或标识", "The call: its case number, a part of it, or its id."),
        transform: CallReference.argument)
    var call: CallReference

    func run() throws {
        try connection.run(
            TrackCommand(call, format: format.output), before: parent.root.connection,
            bom: format.bom)
    }
}

/// `gridcall task accept`
struct TaskAcceptLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: told("签收送达本部门的部分", "Take a part that was delivered to the department."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .accept(whole.call, part.choice) }
}

/// `gridcall task arrive`
struct TaskArriveLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "arrive", abstract: told("报到：人员已到现场", "Say that the team is on site."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .arrive(whole.call, part.choice) }
}

/// `gridcall task propose`
struct TaskProposeLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: told(
            "拟定措施；重大执法决定须经法制审核",
            "Propose measures; a major decision waits for legal review."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @OptionGroup var measures: MeasureOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand {
        .propose(whole.call, part.choice, measures.measures)
    }

    func validate() throws {
        guard !measures.measures.isEmpty else {
            throw ValidationError(
                told("请用 --measure 名称=值 给出措施", "say what is proposed: --measure NAME=VALUE"))
        }
    }
}

/// `gridcall task complete`
struct TaskCompleteLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: told("本部门已处置完毕", "Say that the department has done its part."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @OptionGroup var measures: MeasureOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand {
        .complete(whole.call, part.choice, measures.measures)
    }
}

/// `gridcall task return`
struct TaskReturnLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: told("退回不属于本部门的部分", "Give a part back that is not the department's."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand { .giveBack(whole.call, part.choice) }
}

/// `gridcall task fail`
struct TaskFailLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: told(
            "这次未能处置，稍后重新派遣", "Say that it could not be done this time; it is tried again."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .fail(whole.call, part.choice) }
}

/// `gridcall task extend`
struct TaskExtendLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: told(
            "申请延期：再给一次原时限，须在超期前申请",
            "Ask for once more the time, before it is overdue."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand { .requestExtension(whole.call, part.choice) }
}

/// `gridcall task suspend`
struct TaskSuspendLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: told(
            "挂账：时限停走，到时自动恢复；只能一次，至多一年",
            "Let the clocks stand still; they run on by themselves. Once, for at most a year."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .until, transform: givenTime) var until: GivenTime
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand { .suspend(whole.call, part.choice, until: until) }
}

/// `gridcall task resume`
struct TaskResumeLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: told("恢复挂账部分的计时", "Let suspended clocks run on."))

    @ParentCommand var parent: TaskLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .resume(whole.call, part.choice) }
}

/// What shall be, or was, done.
struct MeasureOptions: ParsableArguments {
    @Option(
        name: .customLong("measure"),
        help: ArgumentHelp(
            told(
                "措施，如 罚款=2000；在第一个等号处分开，可给多个",
                "A measure, such as fine=2000; split at the first equals sign. May be repeated."),
            valueName: "name=value"),
        transform: measureArgument)
    var measures: [MeasureArgument] = []

    func validate() throws {
        do throws(MeasureArgument.Mistake) {
            try MeasureArgument.check(measures)
        } catch {
            throw ValidationError(Language.chosen(error.reason))
        }
    }
}

/// A measure on the command line.
private func measureArgument(_ text: String) throws -> MeasureArgument {
    do throws(MeasureArgument.Mistake) {
        return try MeasureArgument(parsing: text)
    } catch {
        throw ValidationError(Language.chosen(error.reason))
    }
}
