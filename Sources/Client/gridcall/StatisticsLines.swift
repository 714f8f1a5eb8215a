import ArgumentParser
import ClientKit

/// `gridcall stats`
struct StatsLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: told("显示各部门的任务和速度", "Show what each department has to do and how fast it is."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    @Option(
        defaultAsFlag: 2,
        help: .told(
            "每隔这么多秒重新显示（不给则为 2），直到中断",
            "Show them anew every so many seconds (2 if none are given) until interrupted."))
    var watch: Double?
    @Flag(
        help: .told(
            "等到没有排队和在办的任务再显示（若给出 --timeout，至多等那么久）",
            "Wait until nothing is queued or in hand (at most --timeout, if given), then show."))
    var untilIdle = false

    func validate() throws {
        if let watch, !(0.1...3_600).contains(watch) {
            throw ValidationError(told("--watch 为 0.1 至 3600 秒", "--watch is 0.1 to 3600 seconds"))
        }
    }

    func run() throws {
        let command = StatsCommand(
            format: format.output, watchSeconds: watch, waitsUntilIdle: untilIdle,
            idleTimeout: connection.timeout ?? root.connection.timeout)
        try connection.run(command, before: root.connection, bom: format.bom)
    }
}

/// `gridcall audit`
struct AuditLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: told("证明发生过什么", "Prove what happened."),
        subcommands: [
            AuditVerifyLine.self, AuditAnchorLine.self, AuditExportLine.self, AuditSampleLine.self,
        ])

    @ParentCommand var root: GridCall
}

/// `gridcall audit verify`
struct AuditVerifyLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: told(
            "重新计算日志的链；完整则退出码为 0，否则为 1",
            "Have the journal's chain computed again; exit 0 if it is intact, else 1."))

    @ParentCommand var audit: AuditLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions
    @Option(
        help: .told(
            "另存的锚（一行文字，或含若干行的文件），可多次给出：逐批读取并核对",
            "An anchor kept elsewhere, a line or a file of lines; may be repeated. The journal is "
                + "read and compared here."))
    var anchor: [String] = []

    func run() throws {
        guard !anchor.isEmpty else {
            return try connection.run(
                AuditCommand(format: format.output), before: audit.root.connection)
        }
        try connection.run(
            AnchorVerifyCommand(try anchor.flatMap(givenAnchors), format: format.output),
            before: audit.root.connection)
    }
}

/// `gridcall audit export`
struct AuditExportLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: told(
            "导出整个日志，每批一行 JSON（格式见 docs/audit.md）",
            "Write the whole journal, a line of JSON for each batch (see docs/audit.md)."))

    @ParentCommand var audit: AuditLine
    @OptionGroup var connection: ConnectionOptions

    @Flag(
        help: .told(
            "连同人们填写的文字（含个人信息）", "With what people wrote, personal data included."))
    var texts = false
    @Option(
        help: .told(
            "写入这个文件，写完才出现（默认：标准输出）",
            "The file to write; it appears when it is whole. (default: standard output)"),
        completion: .file())
    var output: String?

    func run() throws {
        try connection.run(
            ExportCommand(hasTexts: texts, output: output), before: audit.root.connection)
    }
}
