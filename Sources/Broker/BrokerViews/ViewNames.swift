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
        let index = Int(version) - 1
        guard conditions.indices.contains(index),
            let ids = conditions[index][name(category, in: categories)], Int(place) < ids.count
        else { return "" }
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
