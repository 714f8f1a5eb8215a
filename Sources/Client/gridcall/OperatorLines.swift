import ArgumentParser
import ClientKit

/// `gridcall redispatch`
struct RedispatchLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "redispatch",
        abstract: told("把案卷的一部分改派给另一部门", "Give a part of a call to another department."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .told("改派到的部门（标识或名称）", "The department that gets it, by id or name."))
    var to: String
    @Option(help: .why) var reason: String

    var command: PersonCommand { .redispatch(whole.call, part.choice, to: to) }
}

/// `gridcall requeue`
struct RequeueLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "requeue", abstract: told("重新派遣滞留的部分", "Try a stuck part of a call again."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .why) var reason = told("值班员重新派遣", "requeued by an operator")

    var command: PersonCommand { .requeue(whole.call, part.choice) }
}

/// `gridcall withdraw`
struct WithdrawLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: told("撤回案卷的一部分", "Take a part of a call back for good."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .why) var reason: String

    var command: PersonCommand { .withdraw(whole.call, part.choice) }
}

/// `gridcall void`
struct VoidLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: told("作废不应立案的案卷", "End a call that should not have been filed."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .why) var reason: String

    var command: PersonCommand { .void(whole.call) }
}

/// `gridcall extension`
struct ExtensionLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extension",
        abstract: told("审批延期申请", "Decide on the extensions that officers ask for."),
        subcommands: [ExtensionApproveLine.self, ExtensionRefuseLine.self])

    @ParentCommand var root: GridCall
}

/// `gridcall extension approve`
struct ExtensionApproveLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: told("批准延期", "Grant once more the time."))

    @ParentCommand var parent: ExtensionLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand {
        .decideExtension(whole.call, part.choice, approved: true)
    }
}

/// `gridcall extension refuse`
struct ExtensionRefuseLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "refuse", abstract: told("不批准延期", "Do not grant it."))

    @ParentCommand var parent: ExtensionLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand {
        .decideExtension(whole.call, part.choice, approved: false)
    }
}

/// `gridcall merge`
struct MergeLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: told("把重复的案卷并入主案卷", "Join a duplicate to the call it repeats."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(
        help: ArgumentHelp(told("主案卷", "The main call."), valueName: "call"),
        transform: CallReference.argument)
    var into: CallReference
    @Option(help: .why) var reason: String

    var command: PersonCommand { .merge(whole.call, into: into) }
}

/// `gridcall unmerge`
struct UnmergeLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "unmerge",
        abstract: told("撤销并案，案卷恢复处置", "Take a merged call out again; work goes on."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .why) var reason: String

    var command: PersonCommand { .unmerge(whole.call) }
}
