import GridModel

extension CatalogueReader {
    /// The largest target of a campaign, in calls.
    private static let maximumTarget = 5_000_000

    /// The campaigns of the file; a street may have none.
    mutating func readCampaigns(_ file: Section, zone: StreetZone) -> [Campaign] {
        file.items(
            "campaigns", into: &campaigns, group: CatalogueSchema.campaign
        ).map { section in
            let lead = section["lead"].flatMap {
                departments.reference($0, from: section.subject, log: log)
            }
            let window = window(section, zone: zone)
            var campaign = Campaign(
                id: section.identifier("id") ?? "", name: section.name(), lead: lead ?? "",
                assists: assists(section, lead: lead),
                categories: categories.references(
                    "categories", of: section, emptyMeans: .leaveOut("不限类别", "for every category")),
                grids: grids.references(
                    "grids", of: section, emptyMeans: .leaveOut("不限网格", "for every grid")),
                from: window.from, until: window.until,
                target: section.integer("target", in: 0...Self.maximumTarget) ?? 0,
                legalBasis: section.text("legal_basis") ?? "")
            campaign.targets = targets(section, of: campaign)
            return campaign
        }
    }

    /// How the target is shared out among those who take part.
    private func targets(_ section: Section, of campaign: Campaign) -> CampaignTargets {
        guard let entry = section["targets"],
            let targets = Section(
                entry, subject: .key("targets", of: section.subject),
                group: CatalogueSchema.targets, log: log)
        else { return CampaignTargets() }
        if targets.values.isEmpty, case .map(let pairs) = entry.content, pairs.isEmpty {
            log.add(
                entry.line, targets.subject + Phrase("是空的，", " is empty; ") + Self.noTargets)
        }
        return CampaignTargets(
            departments: shares(
                "departments", of: targets, declared: departments,
                // Only those that could be read can be compared.
                among: section["lead"] == nil ? [] : [campaign.lead] + campaign.assists,
                outside: Phrase("既不主办也不协办", " neither leads nor assists")),
            grids: shares(
                "grids", of: targets, declared: grids, among: campaign.grids,
                outside: Phrase("不在它的 `grids` 中", " is not among its `grids`")))
    }

    private static let noTargets = Phrase.leaveOut("不分解目标", "if the target is not shared out")

    /// The shares under `key`, in the order of the file; `among`: who may have one, empty for all.
    private func shares(
        _ key: String, of targets: Section, declared: Declarations, among members: [String],
        outside: Phrase
    ) -> [CampaignTargets.Share] {
        guard let entry = targets[key] else { return [] }
        guard case .map(let pairs) = entry.content else {
            targets.refuse(
                key, entry,
                mustBe: Phrase("标识与数目，如 `{a: 5}`", "ids with numbers, such as `{a: 5}`"))
            return []
        }
        if pairs.isEmpty {
            log.add(
                entry.line,
                .key(key, of: targets.subject) + Phrase("是空的，", " is empty; ") + Self.noTargets)
        }
        return pairs.compactMap { pair in
            let name = Entry(content: .scalar(pair.key), line: pair.line)
            guard let id = declared.reference(name, from: targets.subject, log: log) else {
                return nil
            }
            if declared.declares(id), !members.isEmpty, !members.contains(id) {
                let shown = Entry.shortened(id)
                log.add(
                    pair.line,
                    Phrase(
                        "\(targets.subject.chinese)中的\(declared.kind.chinese) `\(shown)`",
                        "the \(declared.kind.english) `\(shown)` in \(targets.subject.english)")
                        + outside)
            }
            return share(id, pair.value, line: pair.line, of: targets)
        }
    }

    private func share(
        _ id: String, _ value: Entry, line: Int, of targets: Section
    ) -> CampaignTargets.Share? {
        guard let text = value.scalar, let target = Int(text),
            (1...Self.maximumTarget).contains(target)
        else {
            log.add(
                line,
                value.wrong(
                    .key(Entry.shortened(id), of: targets.subject),
                    mustBe: Phrase(
                        "1 至 \(Self.maximumTarget) 的整数",
                        "a whole number from 1 to \(Self.maximumTarget)")))
            return nil
        }
        return CampaignTargets.Share(id: id, target: target)
    }

    /// From the first moment of the first day until the first moment after the last.
    private func window(
        _ section: Section, zone: StreetZone
    ) -> (from: Timestamp, until: Timestamp) {
        let (first, last) = (section.date("from"), section.date("to"))
        guard let first, let last else { return (.zero, .distantFuture) }
        if last < first, let entry = section["to"] {
            log.add(
                entry.line,
                .key("to", of: section.subject) + Phrase("早于 `from`", " is before `from`"))
        }
        return (
            zone.time(ofDay: first.daysSince1970, minute: 0),
            zone.time(ofDay: last.daysSince1970 + 1, minute: 0)
        )
    }
}
