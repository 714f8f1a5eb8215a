import ArgumentParser
import ClientKit

import class Foundation.ProcessInfo

/// `gridcall top`
struct TopLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch departments and campaigns live on a full screen; ? shows the keys.")

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Seconds between two looks.")
    var interval = 2.0
    @Flag(help: "Plain text, page after page, for a file or a pipe.")
    var batch = false
    @Option(help: "So many pages of plain text, then end; implies --batch.")
    var count: Int?
    @Option(help: "Only departments and campaigns with this in their name or id.")
    var filter = ""

    func validate() throws {
        guard (0.1...3_600).contains(interval) else {
            throw ValidationError("--interval is 0.1 to 3600 seconds")
        }
        if let count, count < 1 { throw ValidationError("--count is 1 or more") }
    }

    func run() throws {
        let options = TopCommand.Options(
            interval: Int64((interval * 1_000).rounded()), isBatch: batch, count: count,
            filter: filter)
        try connection.run(
            TopCommand(options, environment: ProcessInfo.processInfo.environment),
            before: root.connection)
    }
}
