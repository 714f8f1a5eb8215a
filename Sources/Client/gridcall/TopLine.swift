import ArgumentParser
import ClientKit

/// `gridcall top`
struct TopLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: told(
            "全屏实时查看各部门和专项行动，按 ? 显示按键",
            "Watch departments and campaigns live on a full screen; ? shows the keys."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions

    @Option(help: .told("刷新间隔的秒数", "Seconds between two looks."))
    var interval = 2.0
    @Flag(
        help: .told("逐页输出纯文本，供文件或管道使用", "Plain text, page after page, for a file or a pipe."))
    var batch = false
    @Option(
        help: .told(
            "输出多少页纯文本后结束（含 --batch）", "So many pages of plain text, then end; implies --batch."))
    var count: Int?
    @Option(
        help: .told(
            "只显示名称或标识中有此文字的部门和专项行动",
            "Only departments and campaigns with this in their name or id."))
    var filter = ""

    func validate() throws {
        guard (0.1...3_600).contains(interval) else {
            throw ValidationError(
                told("--interval 为 0.1 至 3600 秒", "--interval is 0.1 to 3600 seconds"))
        }
        if let count, count < 1 {
            throw ValidationError(told("--count 至少为 1", "--count is 1 or more"))
        }
    }

    func run() throws {
        let options = TopCommand.Options(
            interval: Int64((interval * 1_000).rounded()), isBatch: batch, count: count,
            filter: filter)
        try connection.run(
            TopCommand(options, environment: Invocation.environment),
            before: root.connection)
    }
}
