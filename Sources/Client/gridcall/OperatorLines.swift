import ArgumentParser
import ClientKit

/// What every intervention has: which call is meant, where the broker is, how it answers.
struct InterventionOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @Argument(
        help: .told("案卷：案卷号、它的一部分或标识", "The call: its case number, a part of it, or its id."),
        transform: CallReference.argument)
    var call: CallReference

    /// Does it and ends the process with its exit code.
    func run(_ action: OperatorCommand.Action, reason: String, before root: GridCall) throws {
        let command = OperatorCommand(
            action, on: call, reason: reason, id: TimeOrderedID.make(), format: format.output)
        try connection.run(command, before: root.connection)
    }
}

/// Which part of the call is meant.
struct PartOptions: ParsableArguments {
    @Option(help: .told("第几部分，从 1 起，见 track", "The part, from 1, as track shows it."))
    var part: Int

    func validate() throws {
        guard (1...63).contains(part) else {
            throw ValidationError(told("--part 为 1 至 63", "--part is 1 to 63"))
        }
    }
}

/// `gridcall redispatch`
struct RedispatchLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redispatch",
        abstract: told("把案卷的一部分改派给另一部门", "Give a part of a call to another department."))

    @ParentCommand var root: GridCall
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: .told("改派到的部门", "The department that gets it."))
    var to: String
    @Option(help: .told("原因", "Why."))
    var reason: String

    func run() throws {
        try intervention.run(
            .redispatch(part: part.part, to: to), reason: reason, before: root)
    }
}

/// `gridcall requeue`
struct RequeueLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue", abstract: told("重新派遣滞留的部分", "Try a stuck part of a call again."))

    @ParentCommand var root: GridCall
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: .told("原因", "Why."))
    var reason = told("值班员重新派遣", "requeued by an operator")

    func run() throws {
        try intervention.run(.requeue(part: part.part), reason: reason, before: root)
    }
}

/// `gridcall withdraw`
struct WithdrawLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: told("撤回案卷的一部分", "Take a part of a call back for good."))

    @ParentCommand var root: GridCall
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: .told("原因", "Why."))
    var reason: String

    func run() throws {
        try intervention.run(.withdraw(part: part.part), reason: reason, before: root)
    }
}

/// `gridcall void`
struct VoidLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: told("作废不应立案的案卷", "End a call that should not have been filed."))

    @ParentCommand var root: GridCall
    @OptionGroup var intervention: InterventionOptions
    @Option(help: .told("原因", "Why."))
    var reason: String

    func run() throws {
        try intervention.run(.void, reason: reason, before: root)
    }
}
