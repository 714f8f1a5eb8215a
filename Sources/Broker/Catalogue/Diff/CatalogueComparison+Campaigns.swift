import GridModel

extension CatalogueComparison {
    func campaigns() -> [Change] {
        let matching = Matching(old.campaigns, new.campaigns, id: \.id)
        let changes =
            matching.removed.map(removed) + matching.kept.compactMap { changed($0.old, $0.new) }
            + matching.added.map(added)
        guard matching.kept.map(\.new.id) != matching.kept(inOrderOf: old.campaigns) else {
            return changes
        }
        return changes + [
            Change(
                area: .campaigns, kind: .changed, title: Phrase("顺序", "order"),
                effect: Phrase(
                    "一件呼叫归入第一个符合的行动；自生效起新立案的呼叫按新顺序。",
                    "A call belongs to the first campaign it fits; calls filed from then on go by "
                        + "the new order."))
        ]
    }

    private func removed(_ campaign: Campaign) -> Change {
        let calls = Phrase.openCalls(figure(\.campaigns, campaign.id))
        return Change(
            area: .campaigns, kind: .removed, title: .named(campaign.id, campaign.name),
            effect: Phrase(
                "不再归入新呼叫，也不再列出；\(calls.chinese)仍属于它，数字照记，恢复后重新显示。",
                "No new calls are tied to it, it is no longer listed; \(calls.english) stay tied "
                    + "to it, and its figures show again if it comes back."))
    }

    private func added(_ campaign: Campaign) -> Change {
        Change(
            area: .campaigns, kind: .added, title: .named(campaign.id, campaign.name),
            details: [window(campaign)],
            effect: Phrase(
                "自生效起新立案且符合的呼叫归入它；此前立案的不补归。",
                "Calls that fit are tied to it from then on; those filed before are not."))
    }

    private func changed(_ before: Campaign, _ after: Campaign) -> Change? {
        let shown = shown(before, after)
        let rule = rule(before, after)
        guard !(shown + rule).isEmpty else { return nil }
        let calls = Phrase.openCalls(figure(\.campaigns, after.id))
        return Change(
            area: .campaigns, kind: .changed, title: .named(after.id, after.name),
            details: shown + rule,
            effect: rule.isEmpty
                ? Phrase("立即按新内容显示。", "Shown at once.")
                : Phrase(
                    "自生效起新立案的呼叫按新规则归入；\(calls.chinese)仍属于它。",
                    "Calls filed from then on are tied by the new rule; \(calls.english) stay tied "
                        + "to it."))
    }

    /// What is only shown.
    private func shown(_ before: Campaign, _ after: Campaign) -> [Phrase] {
        var details = Phrase.renaming(before.name, after.name)
        if before.lead != after.lead {
            details.append(.change(Phrase("主办", "lead"), before.lead, after.lead))
        }
        if before.assists != after.assists {
            details.append(
                .change(
                    Phrase("协办", "assist"), list(before.assists), list(after.assists)))
        }
        if before.target != after.target {
            details.append(
                .change(Phrase("目标", "target"), "\(before.target)", "\(after.target)"))
        }
        if before.targets != after.targets {
            details.append(
                .change(
                    Phrase("目标分解", "targets"), shares(before.targets), shares(after.targets)))
        }
        if before.legalBasis != after.legalBasis {
            details.append(
                .change(Phrase("依据", "legal_basis"), before.legalBasis, after.legalBasis))
        }
        return details
    }

    /// What decides which calls belong to it.
    private func rule(_ before: Campaign, _ after: Campaign) -> [Phrase] {
        var details: [Phrase] = []
        if before.categories != after.categories {
            details.append(
                .change(
                    Phrase("类别", "categories"), list(before.categories),
                    list(after.categories)))
        }
        if before.grids != after.grids {
            details.append(
                .change(Phrase("网格", "grids"), list(before.grids), list(after.grids)))
        }
        if before.from != after.from || before.until != after.until {
            details.append(.change(Phrase("时间", "window"), window(before), window(after)))
        }
        return details
    }

    /// "urban 100, market 50".
    private func shares(_ targets: CampaignTargets) -> Phrase {
        let shares = (targets.departments + targets.grids).map { "\($0.id) \($0.target)" }
        guard !shares.isEmpty else { return Phrase("无", "none") }
        return Phrase(shares.joined(separator: "、"), shares.joined(separator: ", "))
    }

    private func list(_ ids: [String]) -> Phrase {
        let words = ids.joined(separator: " ")
        return ids.isEmpty ? Phrase("全部", "all") : Phrase(words, words)
    }

    private func window(_ campaign: Campaign) -> Phrase {
        let zone = new.calendar.zone
        let first = CivilDate(daysSince1970: zone.localDay(of: campaign.from)).text
        let last = CivilDate(daysSince1970: zone.localDay(of: campaign.until) - 1).text
        return Phrase("\(first) 至 \(last)", "\(first) to \(last)")
    }
}

extension CatalogueComparison.Matching where Item == Campaign {
    /// The ids that stayed, in the order they had.
    fileprivate func kept(inOrderOf old: [Campaign]) -> [String] {
        let ids = Set(kept.map(\.new.id))
        return old.map(\.id).filter(ids.contains)
    }
}
