import GridModel

extension CatalogueComparison {
    func categories() -> [Change] {
        let matching = Matching(old.categories, new.categories, id: \.id)
        return matching.removed.map { category in
            let calls = Phrase.openCalls(figure(\.categories, category.id))
            return Change(
                area: .categories, kind: .removed, title: .named(category.id, category.name),
                effect: Phrase(
                    "不再受理此类别的新呼叫；\(calls.chinese)按立案时的流程和时限继续办理。",
                    "No new calls under it; \(calls.english) go on with the plan and the limits "
                        + "they were filed with."))
        }
            + matching.kept.compactMap { changed($0.old, $0.new) }
            + matching.added.map { category in
                Change(
                    area: .categories, kind: .added, title: .named(category.id, category.name),
                    details: [Phrase("流程：", "plan: ") + plan(category.stages)],
                    effect: Phrase(
                        "可按此类别立案；未结呼叫不受影响。",
                        "Calls can be filed under it; open calls are not touched."))
            }
    }

    private func changed(_ before: Category, _ after: Category) -> Change? {
        let names = Phrase.renaming(before.name, after.name) + code(before, after)
        let rules =
            rules(before, after) + workRules(before, after) + conditions(before, after)
        guard !(names + rules).isEmpty else { return nil }
        let calls = Phrase.openCalls(figure(\.categories, after.id))
        return Change(
            area: .categories, kind: .changed, title: .named(after.id, after.name),
            details: names + rules,
            effect: rules.isEmpty
                ? Phrase("只影响显示。", "Concerns only what is shown.")
                : Phrase(
                    "自生效起新立案的呼叫适用；\(calls.chinese)保留立案时的流程、紧急程度和时限。",
                    "Holds for calls filed from then on; \(calls.english) keep the plan, the "
                        + "urgency and the limits they were filed with."))
    }

    private func code(_ before: Category, _ after: Category) -> [Phrase] {
        guard before.nationalCode != after.nationalCode else { return [] }
        return [.change(Phrase("国标编码", "code"), before.nationalCode, after.nationalCode)]
    }

    private func rules(_ before: Category, _ after: Category) -> [Phrase] {
        var details: [Phrase] = []
        if before.urgency != after.urgency {
            details.append(
                .change(
                    Phrase("紧急程度", "urgency"), urgency(before.urgency),
                    urgency(after.urgency)))
        }
        if before.stages != after.stages {
            details.append(
                .change(Phrase("流程", "plan"), plan(before.stages), plan(after.stages)))
        }
        for (name, flag) in [
            (Phrase("核查", "check"), \Category.isChecked),
            (Phrase("核实", "verify"), \Category.isVerified),
        ] where before[keyPath: flag] != after[keyPath: flag] {
            details.append(
                .change(name, "\(before[keyPath: flag])", "\(after[keyPath: flag])"))
        }
        return details
    }

    private func conditions(_ before: Category, _ after: Category) -> [Phrase] {
        let matching = Matching(before.conditions, after.conditions, id: \.id)
        var details = matching.removed.map { condition in
            Phrase("立案条件删除：", "condition removed: ")
                + .named(condition.id, condition.name)
        }
        for (old, new) in matching.kept { details += changed(old, new) }
        details += matching.added.map { condition in
            Phrase("立案条件新增：", "condition added: ") + .named(condition.id, condition.name)
                + Phrase("（", " (") + limits(condition.limits) + Phrase("）", ")")
        }
        if let first = before.conditions.first, let now = after.conditions.first, first.id != now.id
        {
            details.append(
                .change(
                    Phrase("未注明时适用的立案条件", "condition of calls that name none"), first.id,
                    now.id))
        }
        return details
    }

    private func changed(_ old: FilingCondition, _ new: FilingCondition) -> [Phrase] {
        let place =
            new.id == "default"
            ? Phrase("", "")
            : Phrase("立案条件 `\(new.id)`，", "condition `\(new.id)`, ")
        var details = Phrase.renaming(old.name, new.name).map { place + $0 }
        for kind in ClockKind.allCases where old.limits[kind] != new.limits[kind] {
            details.append(
                .change(
                    place + LimitWording.clock(kind), LimitWording.limit(old.limits[kind]),
                    LimitWording.limit(new.limits[kind])))
        }
        return details
    }

    /// All limits that are set, in one line.
    private func limits(_ limits: ClockLimits) -> Phrase {
        let set = ClockKind.allCases.filter { limits[$0] != nil }.map { kind in
            LimitWording.clock(kind) + Phrase(" ", " ") + LimitWording.limit(limits[kind])
        }
        guard !set.isEmpty else { return Phrase("无时限", "no limits") }
        return Phrase(
            set.map(\.chinese).joined(separator: "，"), set.map(\.english).joined(separator: ", "))
    }

    /// "urban with market; then judicial".
    private func plan(_ stages: [Stage]) -> Phrase {
        let words = stages.map { stage -> Phrase in
            let leads = stage.parts.filter { $0.role == .lead }.map(\.department)
            let assists = stage.parts.filter { $0.role != .lead }.map(\.department)
            let lead = leads.joined(separator: " ")
            guard !assists.isEmpty else { return Phrase("\(lead) 主办", lead) }
            return Phrase(
                "\(lead) 主办、\(assists.joined(separator: "、")) 协办",
                "\(lead) with \(assists.joined(separator: ", "))")
        }
        return Phrase(
            words.map(\.chinese).joined(separator: "，然后 "),
            words.map(\.english).joined(separator: "; then "))
    }

    private func urgency(_ urgency: Urgency) -> Phrase {
        switch urgency {
        case .emergency: Phrase("特急", "emergency")
        case .urgent: Phrase("紧急", "urgent")
        case .ordinary: Phrase("一般", "ordinary")
        }
    }
}
