package import GridModel

/// One adopted catalogue with its ids turned into numbers; never changes.
///
/// A class, like its plans, so that looking one up for every call copies no lists.
package final class CatalogueVersion: Sendable {
    /// The catalogue as it was adopted.
    package let catalogue: StreetCatalogue
    /// By category number; `nil` where this version does not declare the category.
    package let plans: [Plan?]
    /// By grid number: whether this version declares it.
    package let declaredGrids: [Bool]
    /// The rule-bound campaigns by category number, in the catalogue's order.
    package let campaigns: [[CampaignRule]]

    /// Who acts on a category, and how fast, in numbers.
    package final class Plan: Sendable {
        package let category: Category
        package let stages: [[Part]]
        /// Whether a new call may be repeated by another, or is reported on.
        let isWatchedFromFiling: Bool
        /// Which department supervises where a clock is missed.
        let escalation: [ClockKind: UInt16]
        /// Whether an outcome's measures are held against a form or a rule.
        package let looksAtMeasures: Bool

        init(category: Category, stages: [[Part]], symbols: Symbols) {
            self.category = category
            var escalation: [ClockKind: UInt16] = [:]
            for rule in category.escalation {
                escalation[rule.clock] = symbols.departments.number(of: rule.department)
            }
            self.escalation = escalation
            isWatchedFromFiling =
                category.duplicates != nil || !category.reports.isEmpty
                || category.conditions.contains { $0.limits.reportDue != nil }
            self.stages = stages
            looksAtMeasures = category.majorDecision != nil || !category.measures.isEmpty
        }
    }

    /// One department's part.
    package struct Part: Sendable {
        package let department: UInt16
        package let role: DepartmentRole
    }

    /// When a call belongs to a campaign.
    package struct CampaignRule: Sendable {
        package let number: UInt16
        package let from: Timestamp
        package let until: Timestamp
        /// By grid number; empty for every grid.
        package let grids: [Bool]

        func matches(grid: UInt16, at time: Timestamp) -> Bool {
            guard from <= time, time < until else { return false }
            return grids.isEmpty || (Int(grid) < grids.count && grids[Int(grid)])
        }
    }

    init(_ catalogue: StreetCatalogue, symbols: Symbols) {
        self.catalogue = catalogue
        var plans = [Plan?](repeating: nil, count: symbols.categories.names.count)
        var campaigns = [[CampaignRule]](repeating: [], count: plans.count)
        for category in catalogue.categories {
            guard let number = symbols.categories.number(of: category.id) else { continue }
            let stages = category.stages.map { stage in
                stage.parts.compactMap { part in
                    symbols.departments.number(of: part.department).map {
                        Part(department: $0, role: part.role)
                    }
                }
            }
            plans[Int(number)] = Plan(category: category, stages: stages, symbols: symbols)
        }
        for campaign in catalogue.campaigns {
            guard let number = symbols.campaigns.number(of: campaign.id) else { continue }
            let rule = CampaignRule(
                number: number, from: campaign.from, until: campaign.until,
                grids: campaign.grids.isEmpty
                    ? [] : Self.members(campaign.grids, in: symbols.grids))
            let chosen = Self.members(campaign.categories, in: symbols.categories)
            for index in plans.indices where plans[index] != nil {
                if campaign.categories.isEmpty || chosen[index] { campaigns[index].append(rule) }
            }
        }
        self.plans = plans
        self.campaigns = campaigns
        declaredGrids = Self.members(catalogue.grids.map(\.id), in: symbols.grids)
    }

    /// Whether this version declares the department.
    func declares(department id: String) -> Bool {
        catalogue.departments.contains { $0.id == id }
    }

    /// The plan of a category number, if this version declares it.
    package func plan(of category: UInt16) -> Plan? {
        Int(category) < plans.count ? plans[Int(category)] : nil
    }

    /// The first campaign a call belongs to by rule.
    func campaign(category: UInt16, grid: UInt16, at time: Timestamp) -> UInt16 {
        campaigns[Int(category)].first { $0.matches(grid: grid, at: time) }?.number
            ?? CallFiled.noCampaign
    }

    private static func members(_ ids: [String], in table: SymbolTable) -> [Bool] {
        var members = [Bool](repeating: false, count: table.names.count)
        for id in ids {
            if let number = table.number(of: id) { members[Int(number)] = true }
        }
        return members
    }
}

/// The numbers of everything catalogues declare.
package struct Symbols: Hashable, Sendable {
    package var departments = SymbolTable()
    package var grids = SymbolTable()
    package var categories = SymbolTable()
    package var campaigns = SymbolTable()

    func hasRoom(for catalogue: StreetCatalogue) -> Bool {
        departments.hasRoom(for: catalogue.departments.map(\.id))
            && grids.hasRoom(for: catalogue.grids.map(\.id))
            && categories.hasRoom(for: catalogue.categories.map(\.id))
            && campaigns.hasRoom(for: catalogue.campaigns.map(\.id))
    }

    /// Numbers every id of a catalogue that has no number yet, in the catalogue's order.
    mutating func intern(_ catalogue: StreetCatalogue) {
        for department in catalogue.departments { _ = departments.intern(department.id) }
        for grid in catalogue.grids { _ = grids.intern(grid.id) }
        for category in catalogue.categories { _ = categories.intern(category.id) }
        for campaign in catalogue.campaigns { _ = campaigns.intern(campaign.id) }
    }
}
