import ArgumentParser
import ClientKit

/// `gridcall`: what reporters, officers and operators do at a terminal.
@main
struct GridCall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall",
        abstract: "Files calls, follows them, and shows what the departments have to do.",
        discussion: """
            Results go to standard output, everything else to standard error. Exit codes: 0 done, \
            1 refused by the broker, 64 usage, 65 bad input, 69 no broker, 70 internal, \
            74 a file, 75 try again, 78 configuration.
            """,
        version: Terminal.version,
        subcommands: [
            SubmitLine.self, TrackLine.self, ListLine.self, StatsLine.self, TopLine.self,
            CampaignsLine.self, ImportLine.self, SpoolLine.self, AuditLine.self,
            RedispatchLine.self, RequeueLine.self,
            WithdrawLine.self, VoidLine.self,
        ])

    @OptionGroup var connection: ConnectionOptions
}
