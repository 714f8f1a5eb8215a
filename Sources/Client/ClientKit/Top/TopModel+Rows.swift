import GridCodec
import GridModel

extension TopModel {
    /// The departments that pass the filter, in order.
    var departmentRows: [DepartmentRow] {
        let all = (figures?.stats.departments ?? []).map { view in
            DepartmentRow(
                view: view,
                name: language.name(chinese: view.chinese, english: view.english, id: view.id),
                received: rates[.received(department: view.id)],
                completed: rates[.completed(department: view.id)])
        }
        return sorted(all.filter { passes($0.texts) }, .departments, TopColumn.departments)
    }

    /// The campaigns that pass the filter, in order.
    var campaignRows: [CampaignRow] {
        let names = departmentNames
        let all = (figures?.stats.campaigns ?? []).map { view in
            let phase = phase(of: view)
            return CampaignRow(
                view: view,
                name: language.name(chinese: view.chinese, english: view.english, id: view.id),
                lead: names[view.lead] ?? view.lead, phase: phase, phaseName: name(of: phase),
                until: lastDay(of: view), found: rates[.found(campaign: view.id)],
                closed: rates[.settled(campaign: view.id)])
        }
        return sorted(all.filter { passes($0.texts) }, .campaigns, TopColumn.campaigns)
    }

    /// How many rows a table has after the filter.
    func rowCount(of table: Table) -> Int {
        switch table {
        case .departments: departmentRows.count
        case .campaigns: campaignRows.count
        }
    }

    private var departmentNames: [String: String] {
        Dictionary(
            (figures?.stats.departments ?? []).map {
                ($0.id, language.name(chinese: $0.chinese, english: $0.english, id: $0.id))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether one of the texts holds what is filtered by, upper and lower case alike.
    private func passes(_ texts: [String]) -> Bool {
        let wanted = filter.lowercased()
        return wanted.isEmpty || texts.contains { $0.lowercased().contains(wanted) }
    }

    /// Sorted by the table's column: texts from the beginning, numbers from the largest, reversed
    /// the other way round; rows that are equal keep the catalogue's order.
    private func sorted<Row>(
        _ rows: [Row], _ table: Table, _ columns: [TopColumn<Row>]
    ) -> [Row] {
        let state = tables[table] ?? TableState()
        guard let column = columns.first(where: { $0.id == state.sorted }) else {
            return state.isReversed ? rows.reversed() : rows
        }
        let keyed = rows.enumerated().map { (at: $0.offset, value: column.value($0.element)) }
        let isFalling = column.isDescending != state.isReversed
        return keyed.sorted { left, right in
            if left.value == right.value { return left.at < right.at }
            return isFalling ? right.value < left.value : left.value < right.value
        }.map { rows[$0.at] }
    }

    private func phase(of campaign: WireCampaignView) -> CampaignRow.Phase {
        let now = figures?.stats.at ?? 0
        if campaign.state == .closed { return .over }
        if campaign.until != 0, now >= campaign.until { return .over }
        return now < campaign.from ? .ahead : .running
    }

    private func name(of phase: CampaignRow.Phase) -> String {
        switch phase {
        case .running: language(chinese: "进行中", english: "running")
        case .ahead: language(chinese: "未开始", english: "ahead")
        case .over: language(chinese: "已结束", english: "over")
        }
    }

    private func lastDay(of campaign: WireCampaignView) -> String {
        guard campaign.until > 0 else { return "" }
        return String(
            Presentation(zone: zone, language: language).text(campaign.until - 1).prefix(10))
    }
}

extension TopColumn {
    /// Whether the largest come first: everything but names.
    var isDescending: Bool { isNumber || grows }
}
