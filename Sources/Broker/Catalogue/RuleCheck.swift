import GridModel

/// Refuses rules of a category that are right by themselves and cannot work together: whoever wrote
/// them counts on something that would never happen.
struct RuleCheck {
    let category: Category
    let section: Section

    /// Notes every such rule on its line.
    func run() {
        checkLead()
        checkReview()
        checkReports()
        checkEscalation()
    }

    /// Nobody but one department could take the lead.
    private func checkLead() {
        guard category.leadUnclear, let entry = section["lead_unclear"],
            !category.stages.contains(where: { $0.parts.count > 1 })
        else { return }
        note(
            entry,
            .key("lead_unclear", of: section.subject)
                + Phrase(
                    "没有意义：每个阶段都只有一个部门，由它主办",
                    " makes no sense: each stage has one department, which leads"))
    }

    /// A proposal would wait for its review for ever, and nobody be told.
    private func checkReview() {
        guard category.majorDecision != nil, let entry = section["major_decision"] else { return }
        needLimit(.review, "review", for: "major_decision", entry)
    }

    /// Two rules for the same clock.
    private func checkReports() {
        guard !category.reports.isEmpty, let entry = section["reports"],
            let condition = category.conditions.first(where: { $0.limits.reportDue != nil })
        else { return }
        note(
            entry,
            .key("reports", of: section.subject)
                + Phrase(
                    "各有周期，时限 `report_due` 须为 `none`",
                    " have their intervals; the limit `report_due` must be `none`")
                + suffix(condition))
    }

    private func checkEscalation() {
        guard !category.escalation.isEmpty, let entry = section["escalation"] else { return }
        needLimit(.reply, "reply", for: "escalation", entry)
        for rule in category.escalation {
            if let reason = reasonNeverMissed(rule.clock) {
                let word = LimitReader.clocks.first { $0.kind == rule.clock }?.key ?? ""
                note(
                    entry,
                    .key("escalation", of: section.subject)
                        + Phrase("中的 `\(word)` 不会逾期：", ": `\(word)` is never missed, since ")
                        + reason)
            }
            let acting = Set(category.stages.flatMap(\.parts).map(\.department))
            if acting == [rule.department] {
                let name = Entry.shortened(rule.department)
                note(
                    entry,
                    .key("escalation", of: section.subject)
                        + Phrase(
                            "让部门 `\(name)` 督办自己：流程中只有它",
                            " has the department `\(name)` supervise itself: nobody else acts"))
            }
        }
    }

    /// Why a clock cannot be missed, or its miss opens nothing; `nil` if it can.
    private func reasonNeverMissed(_ clock: ClockKind) -> Phrase? {
        switch clock {
        case .reply:
            return Phrase(
                "所欠的回复正是上一次督办要求的", "the reply that is owed belongs to a supervision already")
        case .check where !category.isChecked:
            return Phrase("没有 `check: true`", "there is no `check: true`")
        case .review where category.majorDecision == nil:
            return Phrase("没有 `major_decision`", "there is no `major_decision`")
        case .reportDue where !category.reports.isEmpty: return nil
        default:
            guard category.conditions.allSatisfy({ $0.limits[clock] == nil }) else { return nil }
            return Phrase("没有这一时限", "it has no limit")
        }
    }

    /// Every condition has to have the limit.
    private func needLimit(_ clock: ClockKind, _ word: String, for key: String, _ entry: Entry) {
        guard let condition = category.conditions.first(where: { $0.limits[clock] == nil })
        else { return }
        note(
            entry,
            .key(key, of: section.subject)
                + Phrase("要求有时限 `\(word)`", " needs the limit `\(word)`") + suffix(condition))
    }

    /// Which condition it is, where there is more than one.
    private func suffix(_ condition: FilingCondition) -> Phrase {
        guard category.conditions.count > 1 else { return .nothing }
        let id = Entry.shortened(condition.id)
        return Phrase("，立案条件 `\(id)` 也一样", ", also of its condition `\(id)`")
    }

    private func note(_ entry: Entry, _ message: Phrase) { section.log.add(entry.line, message) }
}
