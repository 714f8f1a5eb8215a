extension ClientFailure {
    /// What happened and what to do, for people; one or more lines without a line end.
    package var message: Phrase {
        switch self {
        case .unreachable(let endpoint, let seconds):
            Self.unreachable(endpoint.escapedForTerminal, seconds: seconds)
        case .unanswered(let question, let seconds):
            Phrase(
                chinese: "代理在 \(seconds) 秒内没有答复\(question.phrase.chinese)；它可能正忙，请重试",
                english: "the broker did not answer \(question.phrase.english) in \(seconds) s; "
                    + "it may be busy, try again")
        case .refused(let code, let field, let reason),
            .sessionRefused(let code, let field, let reason):
            Phrase(verbatim: Self.refusalText(code: code, field: field, reason: reason))
        case .gaveUp(let endpoint, let seconds):
            Phrase(
                chinese: "\(endpoint) 的代理已有 \(seconds) 秒没有答复，不再等待；"
                    + "再次导入同一文件也不会重复立案",
                english: "the broker at \(endpoint) did not answer for \(seconds) s: giving up; "
                    + "importing the same file again files nothing twice either")
        case .badInput(let reason), .badData(let reason), .file(let reason): reason
        case .unexpectedAnswer:
            Phrase(
                chinese: "代理的答复种类不符：双方版本不同？",
                english: "the broker sent an answer of another kind: versions differ?")
        case .configuration(let lines):
            ([Phrase(chinese: "映射文件有误：", english: "the mapping file has mistakes:")] + lines)
                .joined(separator: "\n")
        case .waitedTooLong(let what, let seconds):
            Phrase(
                chinese: "等待 \(seconds) 秒后\(what.chinese)",
                english: "\(what.english) after \(seconds) s")
        }
    }

    private static func unreachable(_ endpoint: String, seconds: Int64) -> Phrase {
        Phrase(
            chinese: "\(endpoint) 的代理没有答复（已等待 \(seconds) 秒）\n"
                + "请检查 gridcall-broker 是否在那里运行，以及 --broker 或 GRIDCALL_BROKER",
            english: "the broker at \(endpoint) does not answer (waited \(seconds) s)\n"
                + "check that gridcall-broker runs there, and --broker or GRIDCALL_BROKER")
    }
}
