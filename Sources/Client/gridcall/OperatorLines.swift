import ArgumentParser
import ClientKit

/// What every intervention names.
struct InterventionOptions: ParsableArguments {
    @Argument(
        help: .init(told("案卷：案卷号、它的一部分或标识", "The call: its case number, a part of it, or its id.")),
        transform: CallReference.argument)
    var call: CallReference

    func command(
        _ action: OperatorCommand.Action, reason: String, format: PlainFormatOptions
    ) -> OperatorCommand {
        OperatorCommand(
            action, on: call, reason: reason, id: TimeOrderedID.make(),
            format: format.output)
    }
}

/// Which part of the call is meant.
struct PartOptions: ParsableArguments {
    @Option(help: .init(told("第几部分，从 1 起，见 track", "The part, from 1, as track shows it.")))
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
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: .init(told("改派到的部门", "The department that gets it.")))
    var to: String
    @Option(help: .init(told("原因", "Why.")))
    var reason: String

    func run() throws {
        let action = OperatorCommand.Action.redispatch(part: part.part, to: to)
        try connection.run(
            intervention.command(action, reason: reason, format: format), before: root.connection)
    }
}

/// `gridcall requeue`
struct RequeueLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue", abstract: told("重新派遣滞留的部分", "Try a stuck part of a call again."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: .init(told("原因", "Why.")))
    var reason = "requeued by an operator"

    func run() throws {
        let action = OperatorCommand.Action.requeue(part: part.part)
        try connection.run(
            intervention.command(action, reason: reason, format: format), before: root.connection)
    }
}

/// `gridcall withdraw`
struct WithdrawLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: told("撤回案卷的一部分", "Take a part of a call back for good."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: .init(told("原因", "Why.")))
    var reason: String

    func run() throws {
        let action = OperatorCommand.Action.withdraw(part: part.part)
        try connection.run(
            intervention.command(action, reason: reason, format: format), before: root.connection)
    }
}

/// `gridcall void`
struct VoidLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: told("作废不应立案的案卷", "End a call that should not have been filed."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @OptionGroup var intervention: InterventionOptions
    @Option(help: .init(told("原因", "Why.")))
    var reason: String

    func run() throws {
        try connection.run(
            intervention.command(.void, reason: reason, format: format), before: root.connection)
    }
}
