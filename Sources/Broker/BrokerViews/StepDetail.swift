import BrokerEngine
import GridModel

/// Turns a step's values into the words of `StepView.detail`: `key=value` items, then, after
/// "; ", what a person wrote. Times are ISO 8601, UTC.
struct StepDetail {
    /// The id of a department's number.
    var department: (UInt16) -> String
    /// The case number of a serial.
    var caseNumber: (UInt64) -> String
    /// The id of a report's place.
    var report: (UInt8) -> String = { _ in "" }

    /// The detail of one step; what its items take up of it, in bytes, tells them from what a
    /// person wrote, who may write anything.
    func words(for step: Step) -> (detail: String, valuesBytes: Int) {
        let items = items(for: step).joined(separator: " ")
        let words = step.kind == .measuresProposed ? step.text.dropFirst(32) : step.text[...]
        let text = String(decoding: words, as: UTF8.self)
        let isBoth = !items.isEmpty && !text.isEmpty
        return (items + (isBoth ? "; " : "") + text, items.utf8.count)
    }

    private func items(for step: Step) -> [String] {
        switch step.kind {
        case .callFiled: step.first == 1 ? ["verifying=true"] : []
        case .callVerified, .checkDecided: ["passed=\(step.first == 1)"]
        case .stageBegan: ["stage=\(step.first)"]
        case .callMerged: ["into=\(caseNumber(step.first))"]
        case .duplicateReported: ["of=\(caseNumber(step.first))"]
        case .commandDecided: ["revision=\(step.first)"]
        case .checkOpened, .assignmentAccepted, .assignmentReworked, .assignmentResumed:
            due(step)
        case .reportScheduled: report(at: step.first) + due(step)
        case .reportFiled: report(at: step.first)
        case .supervisionOpened: supervisor(step.first) + due(step)
        case .assignmentQueued: queued(step)
        case .assignmentDispatched: ["attempt=\(step.first)"] + due(step)
        case .assignmentCompleted, .assignmentReturned: ["attempt=\(step.first)"]
        case .assignmentReleased: released(step)
        case .assignmentStuck: [cause(step.first)]
        case .assignmentRedispatched: ["to=\(step.first)"]
        case .measuresProposed: ["major=\(step.first == 1)"] + due(step)
        case .proposalReviewed: [verdict(step.first)]
        case .extensionDecided: ["approved=\(step.first == 1)"] + due(step)
        case .assignmentSuspended:
            ["remaining=\(step.first)ms"] + time("until", step.second)
        case .deadlineWarned, .deadlineMissed: [clock(step.first & 0xff)] + report(of: step)
        case .deadlineRevised: [clock(step.first)] + due(step)
        case .personalDataErased: ["texts=\(step.first)"]
        case .callClosed, .callVoided, .callUnmerged, .assignmentDelivered, .assignmentArrived,
            .assignmentWithdrawn, .assignmentRequeued, .extensionRequested, .supervisionReplied,
            .leadTaken, .mergeSettled, .erasureRequested:
            []
        }
    }

    private func queued(_ step: Step) -> [String] {
        let role = DepartmentRole(rawValue: UInt8(truncatingIfNeeded: step.first >> 16))
        return [
            "department=\(department(UInt16(truncatingIfNeeded: step.first)))",
            "role=\(role == .assist ? "assist" : "lead")", "stage=\(step.first >> 24)",
        ] + due(step)
    }

    /// The department that a rule asks to supervise.
    private func supervisor(_ value: UInt64) -> [String] {
        guard value > 0 else { return [] }
        return ["supervisor=\(department(UInt16(truncatingIfNeeded: value - 1)))"]
    }

    private func released(_ step: Step) -> [String] {
        [cause(step.first & 0xff), "failures=\(step.first >> 8)"] + time("notBefore", step.second)
    }

    private func cause(_ value: UInt64) -> String {
        "cause=" + (ReleaseCause(rawValue: UInt8(truncatingIfNeeded: value)).map { "\($0)" } ?? "")
    }

    private func verdict(_ value: UInt64) -> String {
        let verdict = ReviewVerdict(rawValue: UInt8(truncatingIfNeeded: value))
        return "verdict=" + (verdict.map { "\($0)" } ?? "")
    }

    private func clock(_ value: UInt64) -> String {
        "clock=" + (ClockKind(rawValue: UInt8(truncatingIfNeeded: value)).map { "\($0)" } ?? "")
    }

    /// Which report a deadline is about.
    private func report(of step: Step) -> [String] {
        step.first & 0xff == UInt64(ClockKind.reportDue.rawValue)
            ? report(at: step.first >> 8) : []
    }

    private func report(at place: UInt64) -> [String] {
        let id = report(UInt8(truncatingIfNeeded: place))
        return id.isEmpty ? [] : ["report=\(id)"]
    }

    private func due(_ step: Step) -> [String] { time("due", step.second) }

    /// A time that is given and can come.
    private func time(_ key: String, _ milliseconds: UInt64) -> [String] {
        guard milliseconds != 0, milliseconds < UInt64(Int64.max) else { return [] }
        return ["\(key)=\(Self.text(of: Int64(milliseconds)))"]
    }

    /// `2026-01-31T08:30:00.000Z`.
    static func text(of milliseconds: Int64) -> String {
        let day = milliseconds.flooredDivision(by: 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let date = CivilDate(daysSince1970: day)
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60]
            .map { padded($0, to: 2) }.joined(separator: ":")
        return padded(Int64(date.year), to: 4) + "-" + padded(Int64(date.month), to: 2) + "-"
            + padded(Int64(date.day), to: 2) + "T" + clock + "." + padded(rest % 1_000, to: 3)
            + "Z"
    }

    private static func padded(_ value: Int64, to count: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
