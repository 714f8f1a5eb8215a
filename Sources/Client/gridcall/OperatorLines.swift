import ArgumentParser
import ClientKit

/// What every intervention names.
struct InterventionOptions: ParsableArguments {
    @Argument(
        help: "The call: its id or its case number.",
        transform: { try CallReference(parsing: $0) })
    var call: CallReference

    func command(
        _ action: OperatorCommand.Action, reason: String, format: FormatOptions
    ) -> OperatorCommand {
        OperatorCommand(
            action, on: call, reason: reason, id: TimeOrderedID.make(),
            format: format.format.output)
    }
}

/// Which part of the call is meant.
struct PartOptions: ParsableArguments {
    @Option(help: "The part, from 1, as track shows it.")
    var part: Int

    func validate() throws {
        guard (1...63).contains(part) else { throw ValidationError("--part is 1 to 63") }
    }
}

/// `gridcall redispatch`
struct RedispatchLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redispatch", abstract: "Give a part of a call to another department.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: "The department that gets it.")
    var to: String
    @Option(help: "Why.")
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
        commandName: "requeue", abstract: "Try a stuck part of a call again.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: "Why.")
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
        commandName: "withdraw", abstract: "Take a part of a call back for good.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var intervention: InterventionOptions
    @OptionGroup var part: PartOptions
    @Option(help: "Why.")
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
        commandName: "void", abstract: "End a call that should not have been filed.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var intervention: InterventionOptions
    @Option(help: "Why.")
    var reason: String

    func run() throws {
        try connection.run(
            intervention.command(.void, reason: reason, format: format), before: root.connection)
    }
}
