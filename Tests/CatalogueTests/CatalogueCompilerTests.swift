import Catalogue
import Foundation
import GridModel
import Testing

@Suite("CatalogueCompiler")
struct CatalogueCompilerTests {
    @Test("A small catalogue becomes what it says, with defaults written out")
    func compilesSmallCatalogue() throws {
        let catalogue = try SmallCatalogue.compiled()
        #expect(catalogue.street.casePrefix == "E")
        #expect(catalogue.street.name == LocalizedName(chinese: "榆树街", english: "Elm Street"))
        #expect(catalogue.departments.map(\.id) == ["urban", "market"])
        #expect(catalogue.departments[0].name == LocalizedName(chinese: "Urban", english: "Urban"))
        let litter = try #require(catalogue.categories.first)
        #expect(litter.urgency == .ordinary)
        #expect(
            litter.stages.map(\.parts) == [
                [
                    .init(department: "urban", role: .lead),
                    .init(department: "market", role: .assist),
                ]
            ])
        #expect(litter.conditions.map(\.id) == ["default"])
        #expect(litter.conditions[0].limits.dispatch == .minutes(10))
        #expect(litter.conditions[0].limits.resolve == Limit(4, .workHour))
        #expect(litter.conditions[0].limits.accept == nil)
        #expect(!litter.isChecked && !litter.isVerified)
        #expect(catalogue.policy == WorkPolicy())
    }

    @Test("A policy replaces the defaults")
    func readsPolicy() throws {
        let policy = try SmallCatalogue.compiled(replacing: [
            13: "policy: {lease: 500ms, retry: 1s, retry_maximum: 1h, maximum_attempts: 3}"
        ]).policy
        #expect(policy.leaseMilliseconds == 500)
        #expect(policy.retryMilliseconds == 1_000)
        #expect(policy.retryMaximumMilliseconds == 3_600_000)
        #expect(policy.maximumAttempts == 3)
    }

    @Test("A condition's limits stand above its category's, and those above the general ones")
    func layersLimits() throws {
        let category = try SmallCatalogue.compiled(replacing: [
            14: "limits: {dispatch: 10 min, accept: 30 min, check: 1 natural_day}",
            19: """
                limits: {accept: 20 min, resolve: 5 work_days}
                conditions:
                  - {id: bad, name: Bad, limits: {resolve: 2 urgent_hours, check: none}}
                  - {id: worse, name: Worse}
            """,
        ]).categories[0]
        let bad = category.conditions[0].limits
        #expect(bad.dispatch == .minutes(10))
        #expect(bad.accept == .minutes(20))
        #expect(bad.resolve == Limit(2, .urgentHour))
        #expect(bad.check == nil)
        let worse = category.conditions[1].limits
        #expect(worse.resolve == Limit(5, .workDay))
        #expect(worse.check == Limit(1, .naturalDay))
    }

    @Test("A campaign runs from the first moment of its first day to the end of its last")
    func readsCampaignWindow() throws {
        let campaign = try SmallCatalogue.compiled(replacing: [
            1: "street: {id: elm, name: Elm, case_prefix: ELM, zone: Asia/Shanghai}"
        ]).campaigns[0]
        // 2026-03-01 and 2026-04-01, 00:00 at UTC+8.
        #expect(campaign.from.milliseconds == 1_772_294_400_000)
        #expect(campaign.until.milliseconds == 1_774_972_800_000)
        #expect(campaign.categories.isEmpty && campaign.grids.isEmpty && campaign.target == 0)
    }

    @Test("Numbers, words for no and dates are texts where a text is asked for")
    func keepsScalarsAsWritten() throws {
        let grid = try SmallCatalogue.compiled(replacing: [6: "  - {id: 0010, name: no}"]).grids[0]
        #expect(grid.id == "0010")
        #expect(grid.name.english == "no")
    }

    @Test("The catalogue of the real day compiles: every zip a grid, linked departments")
    func compilesNYC311() throws {
        let catalogue = try CatalogueCompiler.compile(yaml: CatalogueFiles.nyc311())
        #expect(catalogue.categories.count == 75)
        #expect(catalogue.grids.count == 163)
        #expect(catalogue.grids.last?.id == "no-zip")
        #expect(catalogue.campaigns.count == 3)
        #expect(catalogue.linkingAllThree == ["hazardous-materials", "food-establishment"])
    }

    @Test("A compiled catalogue survives being stored as JSON")
    func survivesJSON() throws {
        let catalogue = try CatalogueCompiler.compile(yaml: CatalogueFiles.gulou())
        let stored = try JSONEncoder().encode(catalogue)
        #expect(try JSONDecoder().decode(StreetCatalogue.self, from: stored) == catalogue)
    }
}

extension StreetCatalogue {
    /// The categories one of whose stages sets all three departments in motion.
    var linkingAllThree: [String] {
        categories.filter { category in
            category.stages.contains { stage in
                Set(stage.parts.map(\.department)).isSuperset(of: ["urban", "market", "safety"])
            }
        }.map(\.id)
    }
}
