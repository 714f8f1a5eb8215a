import ArgumentParser
import ClientKit
import GridModel

/// The line of a command that changes something.
///
/// A line says which command it means and why; that it can be repeated, names the revision that
/// was seen and answers in the format asked for is the same for all of them.
protocol PersonLine: ParsableCommand {
    associatedtype Options: PersonOptions

    /// The options before the subcommand.
    var root: GridCall { get }
    /// What the line has beside what is its own.
    var options: Options { get }
    /// Why, in the person's words.
    var reason: String { get }
    /// What is meant, without what `options` and `reason` add.
    var command: PersonCommand { get throws }
}

extension PersonLine {
    var reason: String { "" }

    /// The whole command.
    var completed: PersonCommand {
        get throws {
            var command = try command
            command.reason = reason
            command.revision = options.revision
            command.format = options.street.format.output
            if let id = options.street.id {
                command.id = id.value
                command.isRepeat = true
            }
            return command
        }
    }

    func run() throws {
        try options.street.connection.run(completed, before: root.connection)
    }
}

/// The options of a command that changes something.
protocol PersonOptions: ParsableArguments {
    var street: StreetCommandOptions { get }
    var revision: UInt32? { get }
}

/// What every command that changes something has: where the broker is, how it answers, and the id
/// under which it counts once.
struct StreetCommandOptions: PersonOptions {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @Option(
        help: .told(
            "指令的标识，用于重复没有答复的指令（默认：新的）",
            "The command's id, to repeat one that was not answered. (default: a new one)"))
    var id: CallIDArgument?

    var street: StreetCommandOptions { self }
    var revision: UInt32? { nil }
}

/// What every command on a call has besides: the call, and the revision of it that was seen.
struct CallCommandOptions: PersonOptions {
    @OptionGroup var street: StreetCommandOptions
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
struct PartCommandOptions: PersonOptions {
    @OptionGroup var whole: CallCommandOptions
    @Option(
        help: .told(
            "第几部分，从 1 起，见 track（默认：唯一可能的）",
            "The part, from 1, as track shows it. (default: the only one that can be meant)"))
    var part: Int?
    @Option(
        help: .told("该部门的部分（标识或名称）", "The part of this department, by id or name."))
    var department: String?

    var street: StreetCommandOptions { whole.street }
    var revision: UInt32? { whole.revision }
    var call: CallReference { whole.call }

    var choice: PartChoice {
        part.map { .number($0) } ?? department.map { .department($0) } ?? .only
    }

    func validate() throws {
        guard part == nil || department == nil else {
            throw ValidationError(
                told("--part 与 --department 只能给一个", "give --part or --department, not both"))
        }
        guard (1...63).contains(part ?? 1) else {
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
