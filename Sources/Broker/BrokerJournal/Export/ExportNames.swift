import BrokerEngine
import GridModel

/// What the numbers in facts stand for, as the facts before them say.
///
/// It only grows: a number never changes its meaning, so that a table that has read further than
/// the batch at hand says the same of it as one that ends there.
struct ExportNames {
    /// What one catalogue added.
    struct Adoption {
        /// The batch it stands in, and its place among the batch's facts.
        let seq: UInt64
        let index: Int
        /// The numbers of the first ids it added: departments, grids, categories, campaigns.
        let first: (departments: Int, grids: Int, categories: Int, campaigns: Int)
        let casePrefix: String
        /// The ids of the conditions of each category.
        let conditions: [String: [String]]
    }

    /// The last batch that was read.
    private(set) var seq: UInt64 = 0
    private(set) var departments = SymbolTable()
    private(set) var grids = SymbolTable()
    private(set) var categories = SymbolTable()
    private(set) var campaigns = SymbolTable()
    /// By version, the first at 0.
    private(set) var adoptions: [Adoption] = []
    /// Id and zone of the first catalogue; `nil` before it.
    private(set) var street: (id: String, zone: String)?
    private var actors = ["local"]

    /// Takes note of what a batch explains; batches must come in order, and come once.
    mutating func read(_ batch: Batch) {
        for (index, fact) in batch.facts.enumerated() {
            switch fact {
            case .actorNamed(let actor, let name) where Int(actor) == actors.count:
                actors.append(name)
            case .catalogueAdopted(let catalogue):
                adopt(catalogue, seq: batch.seq, index: index)
            default: break
            }
        }
        seq = batch.seq
    }

    /// The name of an actor; `#` and the number if no fact explains it.
    func actor(_ number: ActorID) -> String {
        Int(number) < actors.count ? actors[Int(number)] : "#\(number)"
    }

    /// The id of a number in one of the four tables; `#` and the number if no fact explains it.
    func id(_ number: UInt16, in table: SymbolTable) -> String {
        Int(number) < table.names.count ? table.names[Int(number)] : "#\(number)"
    }

    /// The id of a category's condition under a version of the catalogue; `#` and its place if no
    /// fact explains it.
    func condition(_ place: UInt8, of category: UInt16, version: UInt32) -> String {
        let conditions = adoption(version)?.conditions[id(category, in: categories)] ?? []
        return Int(place) < conditions.count ? conditions[Int(place)] : "#\(place)"
    }

    /// What the catalogue of a version added; versions count from 1.
    func adoption(_ version: UInt32) -> Adoption? {
        version >= 1 && Int(version) <= adoptions.count ? adoptions[Int(version) - 1] : nil
    }

    private mutating func adopt(_ catalogue: StreetCatalogue, seq: UInt64, index: Int) {
        if street == nil { street = (catalogue.street.id, catalogue.calendar.zone.name) }
        var conditions: [String: [String]] = [:]
        for category in catalogue.categories {
            conditions[category.id] = category.conditions.map(\.id)
        }
        adoptions.append(
            Adoption(
                seq: seq, index: index,
                first: (
                    departments.names.count, grids.names.count, categories.names.count,
                    campaigns.names.count
                ), casePrefix: catalogue.street.casePrefix, conditions: conditions))
        for department in catalogue.departments { _ = departments.intern(department.id) }
        for grid in catalogue.grids { _ = grids.intern(grid.id) }
        for category in catalogue.categories { _ = categories.intern(category.id) }
        for campaign in catalogue.campaigns { _ = campaigns.intern(campaign.id) }
    }
}
