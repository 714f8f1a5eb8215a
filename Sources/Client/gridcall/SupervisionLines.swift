import ArgumentParser
import ClientKit

/// `gridcall supervise`
struct SuperviseLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "supervise",
        abstract: told(
            "督办：责令部门处置，部门须回复", "Order a department to act; it owes a reply."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .told("督办内容", "The order.")) var reason: String

    var command: PersonCommand { .supervise(whole.call, part.choice) }
}

/// `gridcall reply`
struct ReplyLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "reply", abstract: told("回复督办", "Reply to the last order of supervision."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @Option(help: .told("回复内容", "The reply.")) var reason: String

    var command: PersonCommand { .reply(whole.call, part.choice) }
}

/// `gridcall report`
struct ReportLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: told(
            "提交案件报告（一案一报告），并安排下一次", "File a report on the case; the next one is scheduled."))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Option(help: .told("报告内容", "The report.")) var reason: String
    @Option(
        help: .told(
            "哪种报告，目录中的标识（默认：唯一的一种）",
            "Which report, by its id in the catalogue. (default: the only one)"))
    var report = ""

    var command: PersonCommand { .report(whole.call, id: report) }
}
