import ArgumentParser
import ClientKit
import GridModel

/// The line of a command that changes something.
///
/// A line says which command it means and why; that it can be repeated, names the revision that
/// was seen and answers in the format asked for is the same for all of them. Its groups of options
/// stand side by side: built for tests, the parser looks at a group in a group again and again,
/// which takes seconds.
protocol PersonLine: ParsableCommand {
    /// The options before the subcommand.
    var root: GridCall { get }
    var street: StreetCommandOptions { get }
    /// The revision of the call that was seen, where one is named.
    var revision: UInt32? { get }
    /// Why, in the person's words.
    var reason: String { get }
    /// What is meant, without what the options and `reason` add.
    var command: PersonCommand { get throws }
}

/// The line of a command on a call or a part of one.
protocol CallLine: PersonLine {
    var whole: CallCommandOptions { get }
}

extension CallLine {
    var revision: UInt32? { whole.revision }
}

extension PersonLine {
    var revision: UInt32? { nil }
    var reason: String { "" }

    /// The whole command.
    var completed: PersonCommand {
        get throws {
            var command = try command
            command.reason = reason
            command.revision = revision
            command.format = street.format.output
            if let id = street.id {
                command.id = id.value
                command.isRepeat = true
            }
            return command
        }
    }

    func run() throws {
        try street.connection.run(completed, before: root.connection)
    }
}

/// What every command that changes something has: where the broker is, how it answers, and the id
/// under which it counts once.
struct StreetCommandOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @Option(
        help: .told(
            "指令的标识，用于重复没有答复的指令（默认：新的）",
            "The command's id, to repeat one that was not answered. (default: a new one)"))
    var id: CallIDArgument?
}

/// What every command on a call has besides: the call, and the revision of it that was seen.
struct CallCommandOptions: ParsableArguments {
    @Argument(
        help: .told("案卷：案卷号、它的一部分或标识", "The call: its case number, a part of it, or its id."),
        transform: CallReference.argument)
    var call: CallReference
    @Option(
        help: .told(
            "看到的修订号；案卷此后有变化则拒绝（默认：现在的）",
            "The revision that was seen: refused if the call changed since. (default: as it is now)"
        ))
    var revision: UInt32?

    func validate() throws {
        guard revision != 0 else {
            throw ValidationError(told("--revision 从 1 起", "--revision is 1 or more"))
        }
    }
}

/// What every command on a part of a call has besides: which part.
struct PartCommandOptions: ParsableArguments {
    @Option(
        name: .customLong("part"),
        help: .told(
            "第几部分，从 1 起，见 track（默认：唯一可能的）",
            "The part, from 1, as track shows it. (default: the only one that can be meant)"))
    var number: Int?
    @Option(
        help: .told("该部门的部分（标识或名称）", "The part of this department, by id or name."))
    var department: String?

    var choice: PartChoice {
        number.map { .number($0) } ?? department.map { .department($0) } ?? .only
    }

    func validate() throws {
        guard number == nil || department == nil else {
            throw ValidationError(
                told("--part 与 --department 只能给一个", "give --part or --department, not both"))
        }
        guard (1...63).contains(number ?? 1) else {
            throw ValidationError(told("--part 为 1 至 63", "--part is 1 to 63"))
        }
    }
}

extension ArgumentHelp {
    /// Of a reason that is needed.
    static var why: ArgumentHelp { .told("原因", "Why.") }
    /// Of a reason that may be left out.
    static var whyIfGiven: ArgumentHelp { .told("原因（可不给）", "Why; may be left out.") }
}
