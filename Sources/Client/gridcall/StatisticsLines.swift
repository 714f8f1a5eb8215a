import ArgumentParser
import ClientKit

/// `gridcall stats`
struct StatsLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show what each department has to do and how fast it is.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    @Option(
        defaultAsFlag: 2,
        help: "Show them anew every so many seconds (2 if none are given) until interrupted.")
    var watch: Double?
    @Flag(
        help: "Wait until nothing is queued or in hand (at most --timeout, if given), then show.")
    var untilIdle = false

    func validate() throws {
        if let watch, !(0.1...3_600).contains(watch) {
            throw ValidationError("--watch is 0.1 to 3600 seconds")
        }
    }

    func run() throws {
        let command = StatsCommand(
            format: format.format.output, watchSeconds: watch, waitsUntilIdle: untilIdle,
            idleTimeout: connection.timeout ?? root.connection.timeout)
        try connection.run(command, before: root.connection)
    }
}

/// `gridcall campaigns`
struct CampaignsLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaigns", abstract: "Show the campaigns and how far they are.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    func run() throws {
        try connection.run(
            CampaignsCommand(format: format.format.output), before: root.connection)
    }
}

/// `gridcall audit`
struct AuditLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Prove what happened.", subcommands: [AuditVerifyLine.self])

    @ParentCommand var root: GridCall
}

/// `gridcall audit verify`
struct AuditVerifyLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Have the journal's chain computed again; exit 0 if it is intact, else 1.")

    @ParentCommand var audit: AuditLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    func run() throws {
        try connection.run(
            AuditCommand(format: format.format.output), before: audit.root.connection)
    }
}
