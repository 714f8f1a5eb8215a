import Foundation
import Testing

/// The protocol's document names every number that the code speaks.
@Suite("docs/protocol.md")
struct ProtocolTests {
    private let document: String

    init() throws { document = try SourceTree.text(of: "docs/protocol.md") }

    @Test("every code of a refusal is in the table of codes under its name, and no other")
    func codes() throws {
        let source = try SourceTree.text(of: "Sources/Shared/GridModel/Refusal.swift")
        let known = source.matches(of: /case (\w+) = (\d+)/).map { "| \($0.2) | `\($0.1)` |" }
        let documented = document.matches(of: /(?m)^\| (\d+) \| `(\w+)` \| .* \| .* \| .* \|$/)
            .map { "| \($0.1) | `\($0.2)` |" }
        #expect(known.count > 30)
        #expect(documented == known)
    }

    @Test("every limit that Welcome announces is explained")
    func limits() throws {
        let source = try SourceTree.text(of: "Sources/Shared/GridCodec/wire.proto")
        let message = try #require(source.firstMatch(of: /message Limits \{([^}]*)\}/)?.1)
        let fields = message.matches(of: /uint32 (\w+) =/).map(\.1)
        #expect(fields.count > 12)
        for field in fields { #expect(document.contains("| `\(field)` |"), "\(field)") }
    }

    @Test("what work costs is what the broker charges")
    func prices() throws {
        let source = try SourceTree.text(of: "Sources/Broker/Access/WorkAllowance.swift")
        let start = try #require(source.range(of: "enum WorkPrice")?.upperBound)
        let prices = source[start...].matches(of: /static let (\w+) = ([\d_]+)/)
        #expect(prices.count == 11)
        let section = try #require(document.firstMatch(of: /(?s)\*\*Work\.\*\*.*?\n\n\*\*/)?.0)
        for price in prices {
            let units = price.2.replacing("_", with: ",")
            #expect(
                section.contains("| \(units) |") || section.contains(" \(units) bytes"),
                "\(price.1)")
        }
    }
}
