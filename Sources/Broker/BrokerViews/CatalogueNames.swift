import GridModel

/// What of an adopted catalogue the views need to name numbers: kept as JSON in the views' file.
struct CatalogueNames: Codable, Equatable {
    /// A category and its conditions, in the catalogue's order.
    struct CategoryNames: Codable, Equatable {
        var id: String
        var conditions: [String]
        /// The ids of its reports; `nil` in a file that is older than they are.
        var reports: [String]?
    }

    /// What a campaign's progress is shown with.
    struct CampaignNames: Codable, Equatable {
        var id: String
        var name: LocalizedName
        var lead: String
        var from: Timestamp
        var until: Timestamp
        var target: Int
    }

    var casePrefix: String
    var departments: [String]
    var grids: [String]
    var categories: [CategoryNames]
    var campaigns: [CampaignNames]

    /// The names of a catalogue.
    init(_ catalogue: StreetCatalogue) {
        casePrefix = catalogue.street.casePrefix
        departments = catalogue.departments.map(\.id)
        grids = catalogue.grids.map(\.id)
        categories = catalogue.categories.map {
            CategoryNames(
                id: $0.id, conditions: $0.conditions.map(\.id), reports: $0.reports.map(\.id))
        }
        campaigns = catalogue.campaigns.map {
            CampaignNames(
                id: $0.id, name: $0.name, lead: $0.lead, from: $0.from, until: $0.until,
                target: $0.target)
        }
    }
}
