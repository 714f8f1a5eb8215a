import ArgumentParser
import ClientKit

/// `gridcall erase`
struct EraseLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: told(
            "删除案卷中人们填写的文字（个人信息）", "Erase what people wrote about a call (personal data)."),
        discussion: told(
            """
            一名值班员说明理由提出申请，另一名用 --confirm 确认；确认后不可恢复。步骤、时限、编号和证明保留。
            备份、各终端和各部门系统中的副本不在此列。
            """,
            """
            One operator asks for it and says why, another confirms it with --confirm; then it \
            cannot be undone. Steps, deadlines, numbers and proofs stay. Copies in backups, on \
            terminals and in departments' systems are not reached.
            """))

    @ParentCommand var root: GridCall
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @Flag(help: .told("确认另一名值班员的申请", "Confirm what another operator asked for."))
    var confirm = false
    @Option(
        help: .told(
            "理由（申请时必填；理由本身保留，请勿写入个人信息）",
            "Why (needed to ask for it; it stays, so put no personal data into it)."))
    var reason = ""

    func validate() throws {
        if !confirm, reason.allSatisfy(\.isWhitespace) {
            throw ValidationError(told("请用 --reason 说明理由", "say why: --reason"))
        }
    }

    var command: PersonCommand {
        confirm ? .confirmErasure(whole.call) : .requestErasure(whole.call)
    }
}
