import Catalogue
import GridModel

/// A catalogue with one of everything, whose lines the tests change one at a time.
enum SmallCatalogue {
    /// Line 1 is `street:`.
    static let lines = [
        /* 1 */ "street: {id: elm, name: {zh: 榆树街, en: Elm Street}, case_prefix: E, zone: UTC}",
        /* 2 */ "departments:",
        /* 3 */ "  - {id: urban, name: Urban}",
        /* 4 */ "  - {id: market, name: Market}",
        /* 5 */ "grids:",
        /* 6 */ "  - {id: g1, name: First}",
        /* 7 */ "calendar:",
        /* 8 */ "  hours: [\"09:00-12:00\", \"13:00-17:00\"]",
        /* 9 */ "  weekdays: [mon, tue, wed, thu, fri]",
        /* 10 */ "  published_through: 2026",
        /* 11 */ "  holidays: [{from: 2026-05-01, to: 2026-05-05, name: May}]",
        /* 12 */ "  make_up_days: [2026-05-09]",
        /* 13 */ "policy: {lease: 30s, retry: 5s, retry_maximum: 5min, maximum_attempts: 5}",
        /* 14 */ "limits: {dispatch: 10 min}",
        /* 15 */ "categories:",
        /* 16 */ "  - id: litter",
        /* 17 */ "    name: Litter",
        /* 18 */ "    plan: [{lead: urban, assist: [market]}]",
        /* 19 */ "    limits: {resolve: 4 work_hours}",
        /* 20 */ "campaigns:",
        /* 21 */ "  - id: spring",
        /* 22 */ "    name: Spring",
        /* 23 */ "    lead: urban",
        /* 24 */ "    from: 2026-03-01",
        /* 25 */ "    to: 2026-03-31",
    ]

    /// The file with some lines replaced.
    static func text(replacing changes: [Int: String] = [:]) -> String {
        lines.enumerated().map { changes[$0.offset + 1] ?? $0.element }.joined(separator: "\n")
    }

    /// The catalogue with some lines replaced.
    static func compiled(
        replacing changes: [Int: String] = [:]
    ) throws(CatalogueMistakes) -> StreetCatalogue {
        try CatalogueCompiler.compile(yaml: text(replacing: changes))
    }

    /// The mistakes of a text, none if it compiles.
    static func mistakes(in text: String) -> [CatalogueMistake] {
        do {
            _ = try CatalogueCompiler.compile(yaml: text)
            return []
        } catch {
            return error.mistakes
        }
    }
}
