import BrokerEngine
import GridModel

/// The names of all numbers in facts: a fold over the catalogues adopted so far.
struct ViewNames {
    private(set) var departments = SymbolTable()
    private(set) var grids = SymbolTable()
    private(set) var categories = SymbolTable()
    private(set) var campaigns = SymbolTable()
    /// Version n is at n − 1.
    private(set) var versions: [CatalogueNames] = []
    private var conditions: [[String: [String]]] = []
    private var reports: [[String: [String]]] = []

    /// Adds the next version: ids are numbered in the order in which they were first named.
    mutating func adopt(_ names: CatalogueNames) {
        for id in names.departments { _ = departments.intern(id) }
        for id in names.grids { _ = grids.intern(id) }
        for category in names.categories { _ = categories.intern(category.id) }
        for campaign in names.campaigns { _ = campaigns.intern(campaign.id) }
        versions.append(names)
        conditions.append(
            Dictionary(
                names.categories.map { ($0.id, $0.conditions) },
                uniquingKeysWith: { first, _ in first }))
        reports.append(
            Dictionary(
                names.categories.map { ($0.id, $0.reports ?? []) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// The id of a number, empty if no catalogue named it.
    func name(_ number: UInt16, in table: SymbolTable) -> String {
        Int(number) < table.names.count ? table.name(of: number) : ""
    }

    /// The prefix of the case numbers of calls filed under a version.
    func casePrefix(version: UInt32) -> String {
        self.version(version)?.casePrefix ?? versions.last?.casePrefix ?? ""
    }

    /// The id of a category's condition under a version.
    func condition(_ place: UInt8, category: UInt16, version: UInt32) -> String {
        id(at: place, of: category, in: conditions, version: version) ?? ""
    }

    /// The id of a category's report under a version; the one a limit asks for has that of `only`.
    func report(_ place: UInt8, category: UInt16, version: UInt32) -> String {
        id(at: place, of: category, in: reports, version: version) ?? ReportRule.only.id
    }

    private func id(
        at place: UInt8, of category: UInt16, in lists: [[String: [String]]], version: UInt32
    ) -> String? {
        let index = Int(version) - 1
        guard lists.indices.contains(index),
            let ids = lists[index][name(category, in: categories)], Int(place) < ids.count
        else { return nil }
        return ids[Int(place)]
    }

    /// What the newest version that names a campaign says about it.
    func campaign(_ id: String) -> CatalogueNames.CampaignNames? {
        for version in versions.reversed() {
            if let campaign = version.campaigns.first(where: { $0.id == id }) { return campaign }
        }
        return nil
    }

    private func version(_ number: UInt32) -> CatalogueNames? {
        let index = Int(number) - 1
        return versions.indices.contains(index) ? versions[index] : nil
    }
}
