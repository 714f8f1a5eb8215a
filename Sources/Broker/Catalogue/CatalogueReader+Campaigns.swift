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
            return Campaign(
                id: section.identifier("id") ?? "", name: section.name(), lead: lead ?? "",
                assists: assists(section, lead: lead),
                categories: categories.references(
                    "categories", of: section, emptyMeans: .leaveOut("不限类别", "for every category")),
                grids: grids.references(
                    "grids", of: section, emptyMeans: .leaveOut("不限网格", "for every grid")),
                from: window.from, until: window.until,
                target: section.integer("target", in: 0...Self.maximumTarget) ?? 0,
                legalBasis: section.text("legal_basis") ?? "")
        }
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
