import ArgumentParser
import ClientKit

/// `gridcall check`
struct CheckLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: told("核查处置结果", "Say whether what was done is good."),
        subcommands: [CheckPassLine.self, CheckFailLine.self])

    @ParentCommand var root: GridCall
}

/// `gridcall check pass`
struct CheckPassLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: told("核查通过，案卷结案", "It is good: the call closes."))

    @ParentCommand var parent: CheckLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .check(whole.call, passed: true) }
}

/// `gridcall check fail`
struct CheckFailLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: told("核查不通过，由原部门返工", "It is not: the same departments do it again."))

    @ParentCommand var parent: CheckLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .why) var reason: String
    @Option(
        name: .customLong("part"),
        help: .told(
            "返工的部分，从 1 起，可给多个（默认：主办的）",
            "A part to be reworked, from 1; may be repeated. (default: the lead's)"))
    var parts: [Int] = []

    var root: GridCall { parent.root }
    var command: PersonCommand { .check(whole.call, passed: false, failed: parts) }

    func validate() throws {
        guard parts.allSatisfy({ (1...63).contains($0) }) else {
            throw ValidationError(told("--part 为 1 至 63", "--part is 1 to 63"))
        }
    }
}

/// `gridcall verify`
struct VerifyLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: told("立案前核实", "Say whether a report is true before it is filed."),
        subcommands: [VerifyPassLine.self, VerifyFailLine.self])

    @ParentCommand var root: GridCall
}

/// `gridcall verify pass`
struct VerifyPassLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: told("属实：立案并派遣", "It is true: file and dispatch it."))

    @ParentCommand var parent: VerifyLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .verify(whole.call, passed: true) }
}

/// `gridcall verify fail`
struct VerifyFailLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "fail", abstract: told("不属实：作废", "It is not: void it."))

    @ParentCommand var parent: VerifyLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand { .verify(whole.call, passed: false) }
}
