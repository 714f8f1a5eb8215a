import Catalogue
import Departments
import Foundation
import GridModel
import Testing
import WorkerKit

@Suite("DepartmentProfile")
struct DepartmentProfileTests {
    @Test("knows the four departments of the sample catalogues")
    func knownDepartments() {
        #expect(DepartmentProfile.known.map(\.id) == ["urban", "market", "safety", "judicial"])
        #expect(
            DepartmentProfile.of("safety").description == "Safety and environment (安全环保)")
        #expect(DepartmentProfile.of("market").team.measures.map(\.name) == ["disposal"])
    }

    /// The sample catalogue of a street.
    private static func gulou() throws -> StreetCatalogue {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "deploy/catalogues/gulou.yaml")
        return try CatalogueCompiler.compile(yaml: String(contentsOf: file, encoding: .utf8))
    }

    @Test("each team's outcome fits the forms of the sample catalogue and is no major decision")
    func formsAreFilledIn() throws {
        for category in try Self.gulou().categories {
            for id in Set(category.stages.flatMap(\.parts).map(\.department)) {
                let measures = DepartmentProfile.of(id).team.measures(in: category.id).map {
                    Measure(name: $0.name, value: $0.value)
                }
                let objection = category.measures.objection(to: measures, isCompletion: true)
                #expect(objection == nil, "\(id) in \(category.id): \(objection?.reason ?? "")")
                let judgement = category.majorDecision?.judgement(of: measures) ?? .minor
                #expect(judgement == .minor, "\(id) in \(category.id)")
            }
        }
    }

    @Test("a department without a file works under its id")
    func unknownDepartment() {
        let profile = DepartmentProfile.of("fire-brigade")
        #expect(profile.description == "fire-brigade")
        #expect(profile.team.measures.isEmpty)
    }
}
