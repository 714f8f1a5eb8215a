import Foundation
import TestSupport
import Testing

/// The sample catalogue with the simulated teams of its departments, as somebody tries it out.
@Suite(.serialized)
struct SampleCatalogueTests {
    @Test("Simulated teams do every kind of work: what waits for nobody else closes")
    func everyKind() async throws {
        let file = URL(filePath: Places.root + "/deploy/catalogues/gulou.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let street = try Street(catalogue: text)
        _ = try await street.startBroker()
        for department in ["urban", "market", "safety", "judicial"] {
            _ = try await street.startWorker(department, ["--simulate", "10ms"])
        }
        let categories = try categories(of: text)
        var waiting = 0
        for category in categories {
            let submitted = try await street.gridcall(
                "submit", "--category", category.id, "--grid", "gl-101", "--description", "测试")
            #expect(submitted.end == .exited(0), "\(category.id): \(submitted.errors)")
            if category.waits { waiting += 1 }
        }
        try await street.until("every call is closed that waits for nobody", within: .seconds(60)) {
            try await street.stats().calls.closed == categories.count - waiting
        }
        let stats = try await street.stats()
        #expect(stats.calls.filed == categories.count && waiting > 0)
        for department in stats.departments {
            #expect(department.stuck == 0 && department.queued == 0, "\(department.id)")
        }
    }

    /// The categories as the file writes them, and whether a person has to check or verify.
    private func categories(of text: String) throws -> [(id: String, waits: Bool)] {
        let begin = try #require(text.range(of: "\ncategories:\n"))
        let end = try #require(text.range(of: "\ncampaigns:\n"))
        return text[begin.upperBound..<end.lowerBound].components(separatedBy: "\n  - id: ")
            .dropFirst().map { part in
                (
                    id: String(part.prefix { $0 != "\n" }),
                    waits: part.contains("\n    check: true") || part.contains("\n    verify: true")
                )
            }
    }
}
