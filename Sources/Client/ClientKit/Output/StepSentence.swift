import GridCodec
import GridModel

/// Tells one step of a call as a person would: `同意，延至 2026-03-02 17:00:00：等设备进场`.
struct StepSentence {
    private let step: WireStepView
    private let values: StepValues
    private let parts: [WirePartView]
    /// The numbers of the parts that a failed check sends back, which the next steps tell.
    private let reworked: [Int]
    private let presentation: Presentation

    /// A sentence about a step of `call`.
    init(at index: Int, of call: WireCallView, _ presentation: Presentation) {
        step = call.steps[index]
        values = StepValues(step)
        parts = call.parts
        reworked = call.steps[(index + 1)...].prefix { $0.step == "assignmentReworked" }
            .map { Int($0.ordinal) }
        self.presentation = presentation
    }

    /// What there is to say besides the word of the step; what a later broker says is shown as it
    /// is.
    var text: String {
        let said = values.lines.joined(separator: presentation(chinese: "；", english: "; "))
        let head = (facts ?? [String(step.detail.utf8.prefix(Int(step.valuesBytes))) ?? ""])
            .filter { !$0.isEmpty }
            .joined(separator: presentation(chinese: "，", english: ", "))
        if head.isEmpty || said.isEmpty { return head + said }
        return head + presentation(chinese: "：", english: ": ") + said
    }

    /// What the values say, in words; `nil` for a step that is not known.
    private var facts: [String]? {
        switch step.step {
        case "callFiled", "callVerified", "checkDecided", "callMerged", "duplicateReported",
            "stageBegan", "checkOpened", "reportScheduled", "commandDecided",
            "personalDataErased":
            ofCall
        case "assignmentQueued", "assignmentDispatched", "assignmentAccepted",
            "assignmentReworked", "assignmentReleased", "assignmentStuck",
            "assignmentRedispatched", "assignmentCompleted", "assignmentReturned":
            ofWork
        case "measuresProposed", "proposalReviewed", "extensionDecided", "assignmentSuspended",
            "assignmentResumed", "deadlineWarned", "deadlineMissed", "deadlineRevised",
            "supervisionOpened":
            ofDecision
        default: values.isEmpty ? [] : nil
        }
    }

    private var ofCall: [String] {
        switch step.step {
        case "callFiled":
            [values.flag("verifying") == true ? phrase("须先核实", "to be verified first") : ""]
        case "callVerified": [verdict("passed", ("属实", "confirmed"), ("不属实", "not confirmed"))]
        case "checkDecided":
            [verdict("passed", ("通过", "passed"), ("未通过", "not passed")), sentBack]
        case "callMerged": [named("into") { phrase("并入 \($0)", "into \($0)") }]
        case "duplicateReported":
            [named("of") { phrase("报告人认为与 \($0) 相同", "the reporter takes it for \($0)") }]
        case "stageBegan":
            [values.number("stage").map { phrase("第 \($0 &+ 1) 阶段", "stage \($0 &+ 1)") } ?? ""]
        case "checkOpened": [due("核查时限", "to be checked by")]
        case "reportScheduled": [due("报告时限", "due")]
        case "personalDataErased":
            [values.number("texts").map { phrase("\($0) 段", "\($0) of them") } ?? ""]
        default: [named("revision") { phrase("修订 \($0)", "revision \($0)") }]
        }
    }

    private var ofWork: [String] {
        switch step.step {
        case "assignmentQueued":
            [
                presentation.word(values["role"] ?? ""),
                values.number("stage").map {
                    $0 > 0 ? phrase("第 \($0 &+ 1) 阶段", "stage \($0 &+ 1)") : ""
                } ?? "", due("处置时限", "disposal due"),
            ]
        case "assignmentDispatched": [attempt, due("签收时限", "acceptance due")]
        case "assignmentAccepted": [due("到场时限", "arrival due")]
        case "assignmentReworked": [due("处置时限", "disposal due")]
        case "assignmentReleased":
            [
                cause, failures,
                time("notBefore") { phrase("\($0) 后再派", "not again before \($0)") },
            ]
        case "assignmentStuck": [cause, phrase("等待处理", "waits for an operator")]
        case "assignmentRedispatched": [redispatched]
        default: []
        }
    }

    private var ofDecision: [String] {
        switch step.step {
        case "measuresProposed":
            [
                verdict(
                    "major", ("重大决定，须经法制审核", "major decision, needs legal review"),
                    ("一般决定", "minor decision")), due("审核时限", "review due"),
            ]
        case "proposalReviewed": [named("verdict") { presentation.verdict($0) }]
        case "extensionDecided":
            [verdict("approved", ("同意", "granted"), ("不同意", "refused")), due("延至", "until")]
        case "assignmentSuspended": [time("until") { phrase("至 \($0)", "until \($0)") }, remaining]
        case "assignmentResumed":
            [
                step.actor.isEmpty ? phrase("到期自动恢复", "by itself, its time had come") : "",
                due("处置时限", "disposal due"),
            ]
        case "deadlineWarned":
            [clock(phrase("即将到期", " due soon")), phrase("黄灯", "yellow")]
        case "deadlineMissed": [clock(phrase("已超期", " overdue")), phrase("红灯", "red")]
        case "deadlineRevised": [clock(""), due("新时限", "now due")]
        default: [supervisor, due("回复时限", "reply due")]
        }
    }

    private func phrase(_ chinese: String, _ english: String) -> String {
        presentation(chinese: chinese, english: english)
    }

    private func named(_ name: Substring, _ words: (String) -> String) -> String {
        values[name].map(words) ?? ""
    }

    private func verdict(
        _ name: Substring, _ yes: (String, String), _ no: (String, String)
    ) -> String {
        values.flag(name).map { $0 ? phrase(yes.0, yes.1) : phrase(no.0, no.1) } ?? ""
    }

    private func time(_ name: Substring, _ words: (String) -> String) -> String {
        values.time(name).map { words(presentation.text($0)) } ?? ""
    }

    private func due(_ chinese: String, _ english: String) -> String {
        time("due") { phrase("\(chinese) \($0)", "\(english) \($0)") }
    }

    /// The first time goes without saying.
    private var attempt: String {
        guard let attempt = values.number("attempt"), attempt > 1 else { return "" }
        return phrase("第 \(attempt) 次派遣", "attempt \(attempt)")
    }

    private var cause: String { named("cause") { presentation.cause($0) } }

    private var failures: String {
        guard let failures = values.number("failures"), failures > 0 else { return "" }
        return phrase("已失败 \(failures) 次", "failures so far: \(failures)")
    }

    private var sentBack: String {
        guard values.flag("passed") == false, !reworked.isEmpty else { return "" }
        let names = reworked.map { number in
            let part = parts.first { $0.number == number }
            return part.map { presentation.name(.department, $0.department) } ?? String(number)
        }
        let all = names.joined(separator: phrase("、", ", "))
        return phrase("由\(all)返工", "rework by \(all)")
    }

    /// Whom the part went to, and as which part.
    private var redispatched: String {
        guard let number = values.number("to") else { return "" }
        let part = parts.first { $0.number == Int(number) }
        guard let department = part.map({ presentation.name(.department, $0.department) }) else {
            return phrase("改派为第 \(number) 部分", "as part \(number)")
        }
        return phrase("改派至 \(department)（第 \(number) 部分）", "to \(department) (part \(number))")
    }

    private var remaining: String {
        guard let value = values["remaining"], value.hasSuffix("ms"),
            let milliseconds = Int64(value.dropLast(2)), milliseconds > 0
        else { return "" }
        // In hours: what is left may be working time, of which a day has fewer than 24.
        let tenths = milliseconds / 360_000
        let hours = "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)")
        return phrase("计时剩余 \(hours) 小时", "with \(hours) h left")
    }

    /// A clock and how it stands.
    private func clock(_ standing: String) -> String {
        named("clock") { presentation.clock($0) + standing }
    }

    /// A rule names who supervises; a person is named as the actor.
    private var supervisor: String {
        named("supervisor") {
            let name = presentation.name(.department, $0)
            return phrase("超期，按规则由\(name)督办", "overdue, by rule supervised by \(name)")
        }
    }
}
