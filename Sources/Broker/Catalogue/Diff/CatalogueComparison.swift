import GridModel

/// Two catalogues side by side; each method looks at one area of them.
struct CatalogueComparison {
    typealias Change = CatalogueDiff.Change

    let old: StreetCatalogue
    let new: StreetCatalogue
    let open: OpenCallFigures?

    /// What a list has lost, what stayed, and what it has gained, by id.
    struct Matching<Item> {
        let removed: [Item]
        let kept: [(old: Item, new: Item)]
        let added: [Item]

        init(_ old: [Item], _ new: [Item], id: KeyPath<Item, String>) {
            let before = Dictionary(
                old.map { ($0[keyPath: id], $0) }, uniquingKeysWith: { first, _ in first })
            let after = Set(new.map { $0[keyPath: id] })
            removed = old.filter { !after.contains($0[keyPath: id]) }
            added = new.filter { before[$0[keyPath: id]] == nil }
            kept = new.compactMap { item in before[item[keyPath: id]].map { ($0, item) } }
        }
    }

    /// How many of what is counted concern an id; `nil` if nobody has counted.
    func figure(_ counts: KeyPath<OpenCallFigures, [String: Int]>, _ id: String) -> Int? {
        open.map { $0[keyPath: counts][id] ?? 0 }
    }

    func street() -> [Change] {
        var changes: [Change] = []
        if old.street.id != new.street.id {
            changes.append(
                fixed(.change(Phrase("标识", "id"), old.street.id, new.street.id)))
        }
        if old.street.casePrefix != new.street.casePrefix {
            changes.append(
                fixed(
                    .change(
                        Phrase("案卷号前缀", "case_prefix"), old.street.casePrefix,
                        new.street.casePrefix)))
        }
        let renaming = Phrase.renaming(old.street.name, new.street.name)
        if !renaming.isEmpty {
            changes.append(
                Change(
                    area: .street, kind: .changed, title: title(new.street), details: renaming,
                    effect: Phrase("各端下次连接时显示。", "Peers show it when they connect next.")))
        }
        return changes
    }

    /// Something that cannot change any more once a call was filed.
    private func fixed(_ detail: Phrase) -> Change {
        let effect =
            switch open?.hasFiled {
            case true?:
                Phrase(
                    "已有立案的呼叫，案卷号已经发出，不得更改。",
                    "calls were filed here and have their case numbers; it can no longer change.")
            case false?:
                Phrase("尚无立案的呼叫，可以更改。", "No call was filed yet; it can change.")
            case nil:
                Phrase(
                    "只要立过一件案，服务端就拒绝此项更改。",
                    "The broker refuses this once a call was filed.")
            }
        return Change(
            area: .street, kind: .changed, title: title(new.street), details: [detail],
            effect: effect, isRefused: open?.hasFiled ?? false)
    }

    private func title(_ street: Street) -> Phrase { .named(street.id, street.name) }

    func departments() -> [Change] {
        let matching = Matching(old.departments, new.departments, id: \.id)
        return matching.removed.map(removed)
            + matching.kept.compactMap { before, after in
                let renaming = Phrase.renaming(before.name, after.name)
                guard !renaming.isEmpty else { return nil }
                return Change(
                    area: .departments, kind: .changed, title: .named(after.id, after.name),
                    details: renaming,
                    effect: Phrase("立即按新名称显示。", "Shown at once under the new name."))
            }
            + matching.added.map { department in
                Change(
                    area: .departments, kind: .added,
                    title: .named(department.id, department.name),
                    effect: Phrase("该部门的工作端可以连接。", "Its workers can connect."))
            }
    }

    private func removed(_ department: Department) -> Change {
        let parts = figure(\.parts, department.id)
        let later = figure(\.laterCalls, department.id)
        let isRefused = (parts ?? 0) + (later ?? 0) > 0
        let effect: Phrase
        if let parts, let later, isRefused {
            effect = Phrase(
                "未结呼叫仍需要该部门：\(parts) 项任务未完成，另有 \(later) 件呼叫在后续阶段要用到它。"
                    + "请先把它移出各类别的流程，等这些呼叫办结后再删除。",
                "open calls need it: \(parts) parts are not done, and \(later) calls come to it in "
                    + "a later stage. Take it out of the plans first, and out of the departments "
                    + "when these calls have ended.")
        } else if open != nil {
            effect = Phrase(
                "没有未结呼叫需要它；其工作端会被告知并断开，历史数字保留。",
                "No open call needs it; its workers are told to go, its figures stay.")
        } else {
            effect = Phrase(
                "只要还有未结呼叫需要该部门（任务未完成，或后续阶段要用到），服务端就拒绝；"
                    + "否则其工作端会被告知并断开，历史数字保留。",
                "The broker refuses this while open calls need the department (a part not done, or "
                    + "a stage to come); otherwise its workers are told to go, its figures stay.")
        }
        return Change(
            area: .departments, kind: .removed, title: .named(department.id, department.name),
            effect: effect, isRefused: isRefused)
    }

    func grids() -> [Change] {
        let matching = Matching(old.grids, new.grids, id: \.id)
        return matching.removed.map { grid in
            let calls = Phrase.openCalls(figure(\.grids, grid.id))
            return Change(
                area: .grids, kind: .removed, title: .named(grid.id, grid.name),
                effect: Phrase(
                    "不再受理该网格的新呼叫；\(calls.chinese)继续办理，指定该网格的工作端照常接收。",
                    "No new calls in it; \(calls.english) there go on, and workers that name the "
                        + "grid still get them."))
        }
            + matching.kept.compactMap { before, after in
                let renaming = Phrase.renaming(before.name, after.name)
                guard !renaming.isEmpty else { return nil }
                return Change(
                    area: .grids, kind: .changed, title: .named(after.id, after.name),
                    details: renaming,
                    effect: Phrase("立即按新名称显示。", "Shown at once under the new name."))
            }
            + matching.added.map { grid in
                Change(
                    area: .grids, kind: .added, title: .named(grid.id, grid.name),
                    effect: Phrase("可在该网格立案。", "Calls can be filed in it."))
            }
    }

    func policy() -> [Change] {
        var details: [Phrase] = []
        func compare(_ chinese: String, _ key: String, _ value: KeyPath<WorkPolicy, Int64>) {
            let (before, after) = (old.policy[keyPath: value], new.policy[keyPath: value])
            guard before != after else { return }
            details.append(.change(Phrase(chinese, key), "\(before) ms", "\(after) ms"))
        }
        compare("租期", "lease", \.leaseMilliseconds)
        compare("首次重试间隔", "retry", \.retryMilliseconds)
        compare("最长重试间隔", "retry_maximum", \.retryMaximumMilliseconds)
        let (before, after) = (old.policy.maximumAttempts, new.policy.maximumAttempts)
        if before != after {
            details.append(
                .change(Phrase("最多尝试次数", "maximum_attempts"), "\(before)", "\(after)"))
        }
        guard !details.isEmpty else { return [] }
        return [
            Change(
                area: .policy, kind: .changed, title: Phrase("规则", "policy"), details: details,
                effect: Phrase(
                    "对未结呼叫同样立即生效：租期从下次续租起，重试与次数从下次失败起。",
                    "Holds at once, also for open calls: the lease from the next renewal, the "
                        + "retries from the next failure."))
        ]
    }
}
