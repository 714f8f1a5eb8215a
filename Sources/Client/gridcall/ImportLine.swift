import ArgumentParser
import ClientKit

/// `gridcall import`
struct ImportLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "File the rows of a CSV file as calls; importing again files nothing twice.",
        discussion: """
            Exit codes: 0 every row was filed, now or before; 65 some rows were refused, which the \
            summary lists, and the others were filed; 75 the broker stayed away for 60 s: the \
            rows are stored, and the next command that reaches the broker sends them.
            """)

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The CSV file.", completion: .file())
    var file: String
    @Option(
        help: "The mapping from columns to calls; see docs/import.md.",
        completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String
    @Option(help: "auto, utf-8 or gb18030.")
    var encoding = EncodingArgument.auto
    @Option(help: "At most so many rows a second. (default: as fast as possible)")
    var rate: Double?
    @Option(help: "Replay by observed time, so many times faster. (default: as fast as possible)")
    var speed: Double?
    @Option(help: "How many calls are under way at once.")
    var window = Importer.defaultWindow
    @Option(
        help: "Write refused rows to this CSV file, which can be corrected and imported.",
        completion: .file(extensions: ["csv"]))
    var refused: String?
    @Flag(help: "Check the file, show the first rows as they would be filed, and file nothing.")
    var dryRun = false
    @Option(help: "How many rows --dry-run shows.")
    var rows = ImportPreviewCommand.defaultRows

    func validate() throws {
        for (name, value) in [("--speed", speed), ("--rate", rate)] {
            if let value, !(value > 0 && value.isFinite) {
                throw ValidationError("\(name) is a number above 0")
            }
        }
        guard speed == nil || rate == nil else {
            throw ValidationError("give --speed or --rate, not both")
        }
        guard (1...Importer.defaultWindow).contains(window) else {
            throw ValidationError("--window is 1 to \(Importer.defaultWindow)")
        }
        guard (1...1_000).contains(rows) else { throw ValidationError("--rows is 1 to 1000") }
    }

    func run() throws {
        let specification = ImportSpecification(
            path: file, mappingPath: mapping, encoding: encoding.choice)
        if dryRun {
            try connection.run(
                offline: ImportPreviewCommand(specification, rows: rows, refusedPath: refused),
                before: root.connection)
        }
        let command = ImportCommand(
            specification, pace: pace, window: window, refusedPath: refused)
        try connection.run(command, before: root.connection)
    }

    private var pace: ImportPace {
        if let speed { return .replay(speed) }
        return rate.map { .rate($0) } ?? .unlimited
    }
}

/// The encoding of a file on the command line.
enum EncodingArgument: String, ExpressibleByArgument, CaseIterable {
    case auto
    case utf8 = "utf-8"
    case gb18030

    var choice: EncodingChoice {
        switch self {
        case .auto: .automatic
        case .utf8: .fixed(.utf8)
        case .gb18030: .fixed(.gb18030)
        }
    }
}
