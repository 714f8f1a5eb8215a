package import GridModel

extension ClientFailure {
    /// What happened and what to do, for people; one or more lines without a line end.
    package var message: Phrase {
        switch self {
        case .unreachable(let endpoint, let seconds):
            Self.unreachable(endpoint.escapedForTerminal, seconds: seconds)
        case .unanswered(let question, let seconds):
            Phrase(
                chinese: "服务端在 \(seconds) 秒内没有答复\(question.phrase.chinese)；它可能正忙，请重试",
                english: "the broker did not answer \(question.phrase.english) in \(seconds) s; "
                    + "it may be busy, try again")
        case .refused(let code, let field, let reason),
            .sessionRefused(let code, let field, let reason):
            Self.refusal(code: code, field: field, reason: reason)
        case .gaveUp(let endpoint, let seconds):
            Phrase(
                chinese: "\(endpoint) 的服务端已有 \(seconds) 秒没有答复，不再等待；"
                    + "再次导入同一文件也不会重复立案",
                english: "the broker at \(endpoint) did not answer for \(seconds) s: giving up; "
                    + "importing the same file again files nothing twice either")
        case .badInput(let reason), .badData(let reason), .file(let reason): reason
        case .unexpectedAnswer:
            Phrase(
                chinese: "服务端的答复种类不符：双方版本不同？",
                english: "the broker sent an answer of another kind: versions differ?")
        case .configuration(let lines):
            ([Phrase(chinese: "文件有误：", english: "a file has mistakes:")] + lines)
                .joined(separator: "\n")
        case .waitedTooLong(let what, let seconds):
            Phrase(
                chinese: "等待 \(seconds) 秒后\(what.chinese)",
                english: "\(what.english) after \(seconds) s")
        }
    }

    private static func unreachable(_ endpoint: String, seconds: Int64) -> Phrase {
        Phrase(
            chinese: "\(endpoint) 的服务端没有答复（已等待 \(seconds) 秒）\n"
                + "请检查 gridcall-broker 是否在那里运行，以及 --broker 或 GRIDCALL_BROKER；"
                + "gridcall doctor 可帮助查找原因",
            english: "the broker at \(endpoint) does not answer (waited \(seconds) s)\n"
                + "check that gridcall-broker runs there, and --broker or GRIDCALL_BROKER; "
                + "gridcall doctor helps to find the cause")
    }

    /// The refusal with what to do about it, if anything helps but reading the reason.
    private static func refusal(code: UInt32, field: String, reason: String) -> Phrase {
        let text = refusalText(code: code, field: field, reason: reason)
        guard let known = RefusalCode(wire: code), let advice = advice(known) else {
            return Phrase(verbatim: text)
        }
        return Phrase(
            chinese: "\(advice.chinese)\n\(text)", english: "\(text)\n\(advice.english)")
    }

    private static func advice(_ code: RefusalCode) -> Phrase? {
        switch code {
        case .unknownCategory, .unknownGrid, .unknownCampaign, .unknownDepartment,
            .unknownCondition:
            Phrase(
                chinese: "目录中没有这一项；在终端中不带该选项运行 gridcall submit 会列出可选项",
                english: "the catalogue has no such thing; gridcall submit without the option, "
                    + "at a terminal, lists what there is")
        case .contentDiffers:
            Phrase(
                chinese: "该标识已用于另一内容的呼叫或指令；去掉 --id 即用新的标识",
                english: "the id names another call or command already; leave --id out for a new "
                    + "one")
        case .notFound:
            Phrase(
                chinese: "没有这个案卷；gridcall list 列出最近的案卷",
                english: "there is no such call; gridcall list shows the latest")
        case .notAllowedInState:
            Phrase(
                chinese: "当前状态下不允许；可行的指令及有权的角色见下（possible），"
                    + "gridcall track 显示案卷现状",
                english: "not possible as the call stands; gridcall track shows how it does")
        case .revisionChanged:
            Phrase(
                chinese: "案卷刚刚变化；请查看后重试",
                english: "the call has just changed; look at it and try again")
        case .forbidden:
            Phrase(
                chinese: "本密钥无权执行；有权的角色见下，请由其办理",
                english: "this key may not do it; ask somebody whose key may")
        case .notOwner:
            Phrase(
                chinese: "这一部分不属于本密钥的部门；用 --department 指定本部门的部分",
                english: "the part is another department's; name your own with --department")
        case .reviewRequired:
            Phrase(
                chinese: "属重大执法决定，须先法制审核：gridcall task propose，审核通过后再办结",
                english: "a major decision needs legal review first: gridcall task propose, then "
                    + "complete it with the measures that were approved")
        case .reasonRequired:
            Phrase(chinese: "请用 --reason 说明原因", english: "say why with --reason")
        case .tooManyOpenCalls, .windowExceeded, .viewsBehind, .stopping, .tooManySessions,
            .diskFull, .rateExceeded, .tooMuchUnread, .starting:
            Phrase(chinese: "服务端正忙，请稍后重试", english: "the broker is busy; try again later")
        case .unsupportedVersion:
            Phrase(
                chinese: "双方版本不同；请升级较旧的一方",
                english: "the versions differ; upgrade the older side")
        case .brokerBehind:
            Phrase(
                chinese: "服务端的数据少于本终端见过的：请通知值班员",
                english: "the broker lacks what this terminal has seen confirmed: "
                    + "tell the operator")
        default: nil
        }
    }
}
