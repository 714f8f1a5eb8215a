import Foundation
import Testing

@testable import Catalogue

/// docs/catalogue.md explains the language as it is, no more and no less.
@Suite("docs/catalogue.md")
struct CatalogueDocumentTests {
    @Test("Every key of every group is explained, and no key that does not exist")
    func explainsEveryKey() throws {
        let tables = try tables()
        #expect(tables.keys.sorted() == CatalogueSchema.groups.map(\.name).sorted())
        for group in CatalogueSchema.groups {
            #expect(tables[group.name]?.map(\.key).sorted() == group.keys.sorted(), "\(group.name)")
        }
    }

    @Test("Each key is marked as needed or optional as it is")
    func marksNeededKeys() throws {
        let tables = try tables()
        for group in CatalogueSchema.groups {
            for row in tables[group.name] ?? [] {
                let isNeeded = group.required.contains(row.key)
                #expect(row.mark.hasPrefix(isNeeded ? "needed" : "optional"), "\(row)")
            }
        }
    }

    @Test("Every word with a meaning is explained", arguments: CatalogueSchema.words)
    func explainsEveryWord(_ word: String) throws {
        #expect(try CatalogueFiles.document().contains("`\(word)`"))
    }

    @Test("Its whole example compiles, its parts compile in their places")
    func examplesCompile() throws {
        let examples = try CatalogueFiles.document().components(separatedBy: "```yaml\n")
            .dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        let whole = try #require(examples.first)
        #expect(SmallCatalogue.mistakes(in: whole) == [])
        #expect(examples.count == 5)
        for part in examples.dropFirst() {
            let lines = part.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
            let base = SmallCatalogue.text(replacing: [
                3:
                    ["urban", "safety", "judicial"].map { "  - {id: \($0), name: X}" }
                    .joined(separator: "\n"),
                18: part.contains("plan:") ? lines : "    plan: [{lead: urban}]",
                19: part.contains("plan:") ? "    urgency: urgent" : lines,
            ])
            #expect(SmallCatalogue.mistakes(in: base) == [], "\(part)")
        }
    }

    private struct Row {
        let key: String
        let mark: String
    }

    /// The rows of each table of keys, by the group named above it.
    private func tables() throws -> [String: [Row]] {
        var tables: [String: [Row]] = [:]
        var group: String?
        for line in try CatalogueFiles.document().split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("<!-- keys: ") {
                group = String(line.dropFirst("<!-- keys: ".count).prefix { $0 != " " })
            } else if let group, line.hasPrefix("| `") {
                let cells = line.split(separator: "|").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                let key = cells[0].filter { $0 != "`" }
                tables[group, default: []].append(Row(key: key, mark: cells[1]))
            } else if !line.hasPrefix("|") {
                group = nil
            }
        }
        return tables
    }
}
