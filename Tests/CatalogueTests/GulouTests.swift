import Catalogue
import GridModel
import Testing

/// The sample catalogue holds what it promises.
@Suite("deploy/catalogues/gulou.yaml")
struct GulouTests {
    private let catalogue: StreetCatalogue

    init() throws {
        catalogue = try CatalogueCompiler.compile(yaml: CatalogueFiles.gulou())
    }

    private func limits(_ category: String, _ condition: String = "default") throws -> ClockLimits {
        let category = try #require(catalogue.categories.first { $0.id == category })
        return try #require(category.conditions.first { $0.id == condition }).limits
    }

    @Test("It has a street's worth of everything, named in both languages")
    func isComplete() {
        #expect(catalogue.departments.map(\.id) == ["urban", "market", "safety", "judicial"])
        #expect(catalogue.categories.count >= 40)
        #expect(catalogue.grids.count == 78)
        #expect(catalogue.campaigns.count == 12)
        let names =
            catalogue.departments.map(\.name) + catalogue.grids.map(\.name)
            + catalogue.categories.map(\.name) + catalogue.campaigns.map(\.name)
            + catalogue.categories.flatMap(\.conditions).map(\.name)
        for name in names {
            #expect(name.chinese.unicodeScalars.contains { $0.value >= 0x4E00 }, "\(name)")
            #expect(name.english.utf8.allSatisfy { $0 < 128 }, "\(name)")
        }
        #expect(Set(catalogue.grids.map(\.name)).count == catalogue.grids.count)
        #expect(Set(catalogue.categories.map(\.name)).count == catalogue.categories.count)
    }

    @Test("Every department leads, and departments are linked")
    func linksDepartments() {
        for department in catalogue.departments {
            let led = catalogue.categories.filter {
                $0.stages[0].parts[0].department == department.id
            }
            #expect(led.count >= 6, "\(department.id)")
        }
        #expect(catalogue.linkingAllThree.contains("restaurant-gas"))
        #expect(catalogue.categories.filter { $0.stages.count > 1 }.count >= 2)
        let linked = catalogue.categories.filter { $0.stages.contains { $0.parts.count > 1 } }
        #expect(linked.count >= 20)
    }

    @Test("Every kind of work of the street is a category with a plan")
    func hasEveryKind() throws {
        let ids = Dictionary(grouping: catalogue.categories, by: \.kind).mapValues {
            $0.map(\.id)
        }
        for kind in CategoryKind.allCases { #expect(ids[kind]?.isEmpty == false, "\(kind)") }
        let mediation = [
            "people-mediation", "judicial-mediation", "administrative-mediation", "dispute",
        ]
        for id in mediation { #expect(ids[.mediation]?.contains(id) == true, "\(id)") }
        #expect(ids[.legalityCheck] == ["policy-legality", "document-legality"])
        for category in catalogue.categories where category.kind == .mediation {
            let resolved = category.measures.first { $0.name == "resolved" }
            #expect(resolved?.kind == .choice(["yes", "no"]), "\(category.id)")
            #expect(resolved?.isRequired == true && category.duplicates == nil)
        }
    }

    @Test("One case, one report: every week, and a summary every month")
    func hasReports() throws {
        let suit = try #require(catalogue.categories.first { $0.kind == .litigation })
        #expect(suit.reports.map(\.id) == ["weekly", "monthly"])
        #expect(suit.reports.map(\.interval) == [.week, .month])
        #expect(suit.reports.map(\.name.chinese) == ["周汇报", "月度小结"])
    }

    @Test("Every rule of the language is used, and major decisions are enforcement")
    func usesEveryRule() {
        let decided = catalogue.categories.filter { $0.majorDecision != nil }
        #expect(decided.count >= 10)
        #expect(decided.allSatisfy { $0.kind == .enforcement })
        #expect(catalogue.categories.count { $0.isChecked } >= 3)
        #expect(catalogue.categories.count { $0.isVerified } >= 1)
        #expect(catalogue.categories.count { $0.duplicates != nil } >= 5)
        #expect(catalogue.categories.count { $0.leadUnclear } == 1)
        let escalation = catalogue.categories.flatMap(\.escalation)
        #expect(escalation.count >= 4 && escalation.allSatisfy { $0.department == "judicial" })
    }

    @Test("Litter stays as simple as the first steps of the documents need it")
    func keepsLitterSimple() throws {
        let litter = try #require(catalogue.categories.first { $0.id == "litter" })
        #expect(!litter.isChecked && !litter.isVerified && litter.measures.isEmpty)
        #expect(litter.majorDecision == nil && litter.stages.map(\.parts.count) == [1])
    }

    @Test("Limits stand in all four units")
    func usesAllUnits() {
        let limits = catalogue.categories.flatMap(\.conditions).map(\.limits)
        let units = Set(
            limits.flatMap { limits in ClockKind.allCases.compactMap { limits[$0]?.unit } })
        #expect(units == Set(LimitUnit.allCases))
        for limits in limits { #expect(limits.resolve != nil && limits.dispatch != nil) }
    }

    @Test("The published limits are those that were published")
    func hasPublishedLimits() throws {
        #expect(try limits("manhole-cover", "missing").resolve == Limit(2, .urgentHour))
        #expect(try limits("manhole-cover", "broken").resolve == Limit(4, .workHour))
        let stages = ["being-built", "to-be-decided", "to-be-demolished"]
        #expect(
            try stages.map { try limits("illegal-construction", $0).resolve } == [
                Limit(4, .workHour), Limit(7, .workDay), Limit(20, .workDay),
            ])
        #expect(try limits("litter").resolve == Limit(4, .workHour))
        #expect(try limits("open-air-barbecue").arrive == Limit(1, .urgentHour))
        let general = try limits("litter")
        #expect(general.dispatch == .minutes(10) && general.accept == .minutes(30))
        #expect(general.arrive == Limit(1, .urgentHour))
    }

    @Test("The calendar has the published days of 2025 and 2026, and no other year")
    func hasPublishedDays() {
        let worked = Set(catalogue.calendar.intervals.map(\.day))
        func isWorked(_ year: Int, _ month: Int, _ day: Int) -> Bool {
            worked.contains(CivilDate(year: year, month: month, day: day).daysSince1970)
        }
        let makeUp = [
            (2025, 1, 26), (2025, 2, 8), (2025, 4, 27), (2025, 9, 28), (2025, 10, 11),
            (2026, 1, 4), (2026, 2, 14), (2026, 2, 28), (2026, 5, 9), (2026, 9, 20),
            (2026, 10, 10),
        ]
        for (year, month, day) in makeUp { #expect(isWorked(year, month, day)) }
        // Working days of the year: the plain week less the holidays on it, and the make-up days.
        let count = { (year: Int) in
            worked.count { CivilDate(daysSince1970: $0).year == year }
        }
        #expect(count(2025) == 261 - 18 + 5)
        #expect(count(2026) == 261 - 19 + 6)
        #expect(catalogue.calendar.zone.localYear(of: catalogue.calendar.publishedThrough) == 2027)
    }

    @Test(
        "The campaigns of the year follow each other, each with a lead, a target and a legal basis")
    func hasCampaigns() {
        let starts = catalogue.campaigns.map(\.from)
        #expect(starts == starts.sorted())
        let zone = catalogue.calendar.zone
        for campaign in catalogue.campaigns {
            #expect(campaign.target > 0 && !campaign.legalBasis.isEmpty, "\(campaign.id)")
            #expect(zone.localYear(of: campaign.from) == 2026)
            #expect(!campaign.assists.contains(campaign.lead))
            #expect(!campaign.categories.isEmpty)
            let shares = campaign.targets.departments
            #expect(shares.reduce(0) { $0 + $1.target } == campaign.target, "\(campaign.id)")
            #expect(Set(shares.map(\.id)) == Set([campaign.lead] + campaign.assists))
        }
        #expect(catalogue.campaigns.count { !$0.targets.grids.isEmpty } == 2)
    }
}
