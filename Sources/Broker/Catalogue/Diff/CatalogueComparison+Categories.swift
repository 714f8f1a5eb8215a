import GridModel

extension CatalogueComparison {
    func categories() -> [Change] {
        let matching = Matching(old.categories, new.categories, id: \.id)
        return matching.removed.map { category in
            let calls = Sentence.openCalls(figure(\.categories, category.id))
            return Change(
                area: .categories, kind: .removed, title: .named(category.id, category.name),
                effect: Sentence(
                    "不再受理此类别的新呼叫；\(calls.chinese)按立案时的流程和时限继续办理。",
                    "No new calls under it; \(calls.english) go on with the plan and the limits "
                        + "they were filed with."))
        }
            + matching.kept.compactMap { changed($0.old, $0.new) }
            + matching.added.map { category in
                Change(
                    area: .categories, kind: .added, title: .named(category.id, category.name),
                    details: [Sentence("流程：", "plan: ") + plan(category.stages)],
                    effect: Sentence(
                        "可按此类别立案；未结呼叫不受影响。",
                        "Calls can be filed under it; open calls are not touched."))
            }
    }

    private func changed(_ before: Category, _ after: Category) -> Change? {
        let names = Sentence.renaming(before.name, after.name) + code(before, after)
        let rules = rules(before, after) + conditions(before, after)
        guard !(names + rules).isEmpty else { return nil }
        let calls = Sentence.openCalls(figure(\.categories, after.id))
        return Change(
            area: .categories, kind: .changed, title: .named(after.id, after.name),
            details: names + rules,
            effect: rules.isEmpty
                ? Sentence("只影响显示。", "Concerns only what is shown.")
                : Sentence(
                    "自生效起新立案的呼叫适用；\(calls.chinese)保留立案时的流程、紧急程度和时限。",
                    "Holds for calls filed from then on; \(calls.english) keep the plan, the "
                        + "urgency and the limits they were filed with."))
    }

    private func code(_ before: Category, _ after: Category) -> [Sentence] {
        guard before.nationalCode != after.nationalCode else { return [] }
        return [.change(Sentence("国标编码", "code"), before.nationalCode, after.nationalCode)]
    }

    private func rules(_ before: Category, _ after: Category) -> [Sentence] {
        var details: [Sentence] = []
        if before.urgency != after.urgency {
            details.append(
                .change(
                    Sentence("紧急程度", "urgency"), urgency(before.urgency),
                    urgency(after.urgency)))
        }
        if before.stages != after.stages {
            details.append(
                .change(Sentence("流程", "plan"), plan(before.stages), plan(after.stages)))
        }
        for (name, flag) in [
            (Sentence("核查", "check"), \Category.isChecked),
            (Sentence("核实", "verify"), \Category.isVerified),
        ] where before[keyPath: flag] != after[keyPath: flag] {
            details.append(
                .change(name, "\(before[keyPath: flag])", "\(after[keyPath: flag])"))
        }
        return details
    }

    private func conditions(_ before: Category, _ after: Category) -> [Sentence] {
        let matching = Matching(before.conditions, after.conditions, id: \.id)
        var details = matching.removed.map { condition in
            Sentence("立案条件删除：", "condition removed: ")
                + .named(condition.id, condition.name)
        }
        for (old, new) in matching.kept { details += changed(old, new) }
        details += matching.added.map { condition in
            Sentence("立案条件新增：", "condition added: ") + .named(condition.id, condition.name)
                + Sentence("（", " (") + limits(condition.limits) + Sentence("）", ")")
        }
        if let first = before.conditions.first, let now = after.conditions.first, first.id != now.id
        {
            details.append(
                .change(
                    Sentence("未注明时适用的立案条件", "condition of calls that name none"), first.id,
                    now.id))
        }
        return details
    }

    private func changed(_ old: FilingCondition, _ new: FilingCondition) -> [Sentence] {
        let place =
            new.id == "default"
            ? Sentence("", "")
            : Sentence("立案条件 `\(new.id)`，", "condition `\(new.id)`, ")
        var details = Sentence.renaming(old.name, new.name).map { place + $0 }
        for kind in ClockKind.allCases where old.limits[kind] != new.limits[kind] {
            details.append(
                .change(
                    place + LimitWording.clock(kind), LimitWording.limit(old.limits[kind]),
                    LimitWording.limit(new.limits[kind])))
        }
        return details
    }

    /// All limits that are set, in one line.
    private func limits(_ limits: ClockLimits) -> Sentence {
        let set = ClockKind.allCases.filter { limits[$0] != nil }.map { kind in
            LimitWording.clock(kind) + Sentence(" ", " ") + LimitWording.limit(limits[kind])
        }
        guard !set.isEmpty else { return Sentence("无时限", "no limits") }
        return Sentence(
            set.map(\.chinese).joined(separator: "，"), set.map(\.english).joined(separator: ", "))
    }

    /// "urban with market; then judicial".
    private func plan(_ stages: [Stage]) -> Sentence {
        let words = stages.map { stage -> Sentence in
            let leads = stage.parts.filter { $0.role == .lead }.map(\.department)
            let assists = stage.parts.filter { $0.role != .lead }.map(\.department)
            let lead = leads.joined(separator: " ")
            guard !assists.isEmpty else { return Sentence("\(lead) 主办", lead) }
            return Sentence(
                "\(lead) 主办、\(assists.joined(separator: "、")) 协办",
                "\(lead) with \(assists.joined(separator: ", "))")
        }
        return Sentence(
            words.map(\.chinese).joined(separator: "，然后 "),
            words.map(\.english).joined(separator: "; then "))
    }

    private func urgency(_ urgency: Urgency) -> Sentence {
        switch urgency {
        case .emergency: Sentence("特急", "emergency")
        case .urgent: Sentence("紧急", "urgent")
        case .ordinary: Sentence("一般", "ordinary")
        }
    }
}
