import ArgumentParser
import ClientKit

/// `gridcall import`
struct ImportLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: told(
            "把 CSV 文件的每一行立案；再次导入也不会重复立案",
            "File the rows of a CSV file as calls; importing again files nothing twice."),
        discussion: told(
            """
            退出码：0 每一行都已立案（本次或此前）；65 有行被拒绝，列在汇总中，其余已立案；75 服务端 60 秒\
            没有答复：各行已暂存，下一个连上服务端的命令会把它们发出。
            """,
            """
            Exit codes: 0 every row was filed, now or before; 65 some rows were refused, which the \
            summary lists, and the others were filed; 75 the broker stayed away for 60 s: the \
            rows are stored, and the next command that reaches the broker sends them.
            """))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: .told("CSV 文件", "The CSV file."), completion: .file())
    var file: String
    @Option(
        help: .told(
            "由列到呼叫的映射，见 docs/import.md", "The mapping from columns to calls; see docs/import.md."),
        completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String
    @Option(help: .told("文件的编码", "How the file is encoded."))
    var encoding = EncodingArgument.auto
    @Option(
        help: .told(
            "每秒最多多少行（默认：尽快）", "At most so many rows a second. (default: as fast as possible)"))
    var rate: Double?
    @Option(
        help: .told(
            "按发现时间重放，加快到多少倍（默认：尽快）",
            "Replay by observed time, so many times faster. (default: as fast as possible)"))
    var speed: Double?
    @Option(help: .told("同时在途的呼叫数", "How many calls are under way at once."))
    var window = Importer.defaultWindow
    @Option(
        help: .told(
            "把被拒绝的行写入此 CSV 文件，改正后可再导入",
            "Write refused rows to this CSV file, which can be corrected and imported."),
        completion: .file(extensions: ["csv"]))
    var refused: String?
    @Flag(
        help: .told(
            "只检查文件，显示前几行将如何立案，不立案",
            "Check the file, show the first rows as they would be filed, and file nothing."))
    var dryRun = false
    @Option(help: .told("--dry-run 显示多少行", "How many rows --dry-run shows."))
    var rows = ImportPreviewCommand.defaultRows

    func validate() throws {
        for (name, value) in [("--speed", speed), ("--rate", rate)] {
            if let value, !(value > 0 && value.isFinite) {
                throw ValidationError(told("\(name) 须为大于 0 的数", "\(name) is a number above 0"))
            }
        }
        guard speed == nil || rate == nil else {
            throw ValidationError(
                told("--speed 与 --rate 只能给一个", "give --speed or --rate, not both"))
        }
        guard (1...Importer.defaultWindow).contains(window) else {
            let most = Importer.defaultWindow
            throw ValidationError(told("--window 为 1 至 \(most)", "--window is 1 to \(most)"))
        }
        guard (1...1_000).contains(rows) else {
            throw ValidationError(told("--rows 为 1 至 1000", "--rows is 1 to 1000"))
        }
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
