import ArgumentParser
import ClientKit
import Glibc

/// `gridcall`: what reporters, officers and operators do at a terminal.
@main
struct GridCall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall",
        abstract: told(
            "立案、跟踪呼叫，查看各部门的任务",
            "Files calls, follows them, and shows what the departments have to do."),
        discussion: told(
            """
            结果写到标准输出，其余写到标准错误。退出码：0 完成，1 服务端拒绝，64 用法，65 输入有误，\
            69 没有服务端，
            70 内部错误，74 文件，75 稍后重试，78 配置。
            """,
            """
            Results go to standard output, everything else to standard error. Exit codes: 0 done, \
            1 refused by the broker, 64 usage, 65 bad input, 69 no broker, 70 internal, \
            74 a file, 75 try again, 78 configuration.
            """),
        version: Terminal.version,
        subcommands: [
            SubmitLine.self, TrackLine.self, ListLine.self, StatsLine.self, TopLine.self,
            WatchLine.self, CampaignsLine.self, ImportLine.self, SpoolLine.self, AuditLine.self,
            TaskLine.self, ReplyLine.self, ReportLine.self, CheckLine.self, VerifyLine.self,
            ReviewLine.self, SuperviseLine.self, ExtensionLine.self, RedispatchLine.self,
            RequeueLine.self, WithdrawLine.self, VoidLine.self, MergeLine.self, DuplicatesLine.self,
            UnmergeLine.self, PauseQueueLine.self, ResumeQueueLine.self, WorkerLine.self,
            ClockLine.self, ActivityLine.self, EraseLine.self, KeygenLine.self, DoctorLine.self,
        ])

    @OptionGroup var connection: ConnectionOptions

    /// Parses, runs and ends; the parser's own words are translated.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let status = exitCode(for: error)
            let text = fullMessage(for: error)
            if !text.isEmpty {
                let console = StandardConsole()
                let translated = ParserWords.text(text, in: .chosen) + "\n"
                if status.isSuccess { console.write(translated) } else { console.note(translated) }
            }
            Glibc.exit(status.rawValue)
        }
    }
}
