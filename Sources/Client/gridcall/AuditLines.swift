import ArgumentParser
import ClientKit
import Foundation
import GridModel

/// `gridcall audit anchor`
struct AuditAnchorLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: told(
            "写出日志此刻的锚：一行文字，另存他处，日后核对",
            "Write an anchor of the journal: a line to keep elsewhere and compare later."))

    @ParentCommand var audit: AuditLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions

    func run() throws {
        try connection.run(AnchorCommand(format: format.output), before: audit.root.connection)
    }
}

/// `gridcall audit sample`
struct AuditSampleLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: told(
            "抽取已结案卷供评查：同一种子、同一日志，任何人抽到的都相同",
            "Draw closed calls for a review: the same seed draws the same for everybody."),
        discussion: told(
            "抽取依据 SHA-256(种子 ‖ 案卷标识)，取最小的若干个；算法见 docs/audit.md。",
            "Drawn are those with the smallest SHA-256(seed ‖ id); docs/audit.md has the recipe."))

    @ParentCommand var audit: AuditLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Option(help: .told("抽取多少件", "How many calls."))
    var count = 20
    @Option(help: .told("种子：事先公开约定的文字", "The seed: a text that was agreed on in public before."))
    var seed: String
    @Option(help: .told("只抽该部门参与的", "Only calls this department has a part of."))
    var department: String?
    @Option(help: .told("只抽该专项行动的", "Only calls of this campaign."))
    var campaign: String?
    @Option(
        help: .told("只抽此时及以后结案的", "Only calls closed from then on."), transform: sampleBound)
    var from: TimeBound?
    @Option(
        help: .told("只抽此时以前结案的（日期含当天）", "Only calls closed before (a day is included)."),
        transform: sampleBound)
    var to: TimeBound?
    @Flag(
        help: .told(
            "连同人们填写的文字（含个人信息）", "With what people wrote, personal data included."))
    var texts = false

    func validate() throws {
        guard (1...10_000).contains(count), !seed.isEmpty else {
            throw ValidationError(
                told("--count 为 1 至 10000，--seed 不能为空", "--count is 1 to 10000, --seed not empty"))
        }
    }

    func run() throws {
        var wanted = SampleCommand.Wanted(seed: seed, count: count)
        wanted.department = department
        wanted.campaign = campaign
        wanted.from = from
        wanted.to = to
        try connection.run(
            SampleCommand(wanted, hasTexts: texts, format: format.output),
            before: audit.root.connection, bom: format.bom)
    }
}

/// The anchors of an argument: a line, or the file of that name.
func givenAnchors(_ text: String) throws -> [JournalAnchor] {
    if let anchors = JournalAnchor.all(in: text) { return anchors }
    let data = FileManager.default.contents(atPath: text)
    guard let data, let anchors = JournalAnchor.all(in: String(decoding: data, as: UTF8.self))
    else {
        let shown = text.escapedForTerminal
        throw ValidationError(
            told(
                "\(shown) 既不是锚，也不是含有锚的文件，或抄写有误（校验码不符）",
                "\(shown) is neither an anchor nor a file of them, or was mistyped: its check "
                    + "does not fit"))
    }
    return anchors
}

private func sampleBound(_ text: String) throws -> TimeBound {
    guard let bound = TimeBound(parsing: text) else {
        let shown = text.escapedForTerminal
        throw ValidationError(
            told(
                "\(shown) 既不是日期（2026-11-23），也不是带时差的时间（2026-11-23T18:00:00+08:00）",
                "\(shown) is neither a day (2026-11-23) nor a time with offset "
                    + "(2026-11-23T18:00:00+08:00)"))
    }
    return bound
}
