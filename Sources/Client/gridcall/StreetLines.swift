import ArgumentParser
import ClientKit
import GridModel

/// `gridcall pause-queue`
struct PauseQueueLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "pause-queue",
        abstract: told(
            "暂停向部门派遣；时限照走", "Dispatch nothing of a department for a while; clocks go on."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @Argument(help: .told("部门（标识或名称）", "The department, by id or name."))
    var department: String
    @Option(help: .untilOrResumed, transform: givenTime) var until: GivenTime?
    @Option(help: .why) var reason: String

    var command: PersonCommand { .pauseQueue(of: department, until: until) }
}

/// `gridcall resume-queue`
struct ResumeQueueLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "resume-queue", abstract: told("恢复向部门派遣", "Dispatch to a department again."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @Argument(help: .told("部门（标识或名称）", "The department, by id or name."))
    var department: String
    @Option(help: .whyIfGiven) var reason = ""

    var command: PersonCommand { .resumeQueue(of: department) }
}

/// `gridcall worker`
struct WorkerLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: told("查看和指挥各部门的工作端", "See and direct the workers of the departments."),
        subcommands: [
            WorkerListLine.self, WorkerQuietLine.self, WorkerDrainLine.self, WorkerWorkLine.self,
        ])

    @ParentCommand var root: GridCall
}

/// What every order to workers has: which of them.
struct WorkerOptions: ParsableArguments {
    @Option(help: .told("工作端所属部门（标识或名称）", "The worker's department, by id or name."))
    var department: String?
    @Option(help: .told("工作端的名称，见 worker list", "The worker's name, as worker list shows it."))
    var name: String?
    @Option(help: .told("只指这一个会话，见 worker list", "This one session, as worker list shows it."))
    var session: CallIDArgument?

    func validate() throws {
        let isNamed = department?.isEmpty == false && name?.isEmpty == false
        guard session == nil ? isNamed : department == nil && name == nil else {
            throw ValidationError(
                told(
                    "请给出 --department 和 --name，或只给 --session",
                    "give --department and --name, or --session alone"))
        }
    }

    func command(_ order: WorkerOrderWord) -> PersonCommand {
        if let session { return .direct(.session(session.value), order) }
        return .direct(.named(name ?? "", department: department ?? ""), order)
    }
}

/// `gridcall worker quiet`
struct WorkerQuietLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "quiet", abstract: told("让工作端不再领取新任务", "Hand nothing new to a worker."))

    @ParentCommand var parent: WorkerLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var worker: WorkerOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { worker.command(.quiet) }
}

/// `gridcall worker drain`
struct WorkerDrainLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: told("让工作端办完手头任务后结束", "Have a worker finish what it has and end."))

    @ParentCommand var parent: WorkerLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var worker: WorkerOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { worker.command(.drain) }
}

/// `gridcall worker work`
struct WorkerWorkLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: told("让工作端继续领取任务", "Have a worker take work again."))

    @ParentCommand var parent: WorkerLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var worker: WorkerOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { worker.command(.work) }
}

/// `gridcall clock`
struct ClockLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: told("服务端的时钟", "The broker's clock."), subcommands: [ClockConfirmLine.self])

    @ParentCommand var root: GridCall
}

/// `gridcall clock confirm`
struct ClockConfirmLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: told(
            "时钟跳变后确认它是对的，时限恢复计算",
            "Say that the clock is right after it jumped; deadlines speak again."))

    @ParentCommand var parent: ClockLine
    @OptionGroup var street: StreetCommandOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .confirmClock() }
}

/// A time to come on the command line.
func givenTime(_ text: String) throws -> GivenTime {
    guard let time = GivenTime(parsing: text) else {
        let shown = text.escapedForTerminal
        throw ValidationError(
            told(
                "\(shown) 既不是日期（2026-03-01）、带时差的时间（2026-03-01T09:00:00+08:00），"
                    + "也不是时长（30m、2h、3d、1w）",
                "\(shown) is neither a day (2026-03-01), a time with its offset "
                    + "(2026-03-01T09:00:00+08:00), nor a while (30m, 2h, 3d, 1w)"))
    }
    return time
}

extension ArgumentHelp {
    private static let times = gridcall.told(
        "日期（指街道当地那一天的开始）、带时差的时间，或时长：30m、2h、3d、1w",
        "a day (its beginning, by the street's clocks), a time with its offset, or a while: "
            + "30m, 2h, 3d, 1w")

    /// Of the end of a suspension.
    static var until: ArgumentHelp {
        ArgumentHelp(
            gridcall.told("到何时：\(times)", "Until when: \(times)."), valueName: "time")
    }

    /// Of the end of a pause.
    static var untilOrResumed: ArgumentHelp {
        ArgumentHelp(
            gridcall.told(
                "到何时（默认：直到恢复）：\(times)", "Until when: \(times). (default: until it is resumed)"),
            valueName: "time")
    }
}
