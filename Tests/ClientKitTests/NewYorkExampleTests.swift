import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct NewYorkExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/nyc311").path

    @Test("every row of the day becomes a call of its own on that day")
    func wholeDay() throws {
        let yaml = try String(contentsOfFile: Self.folder + "/mapping.yaml", encoding: .utf8)
        var source = try ImportSource(
            path: Self.folder + "/nyc311-2013-12-25.csv", mapping: ImportMapping(yaml: yaml))
        let dayBegins = try #require(RFC3339.time("2013-12-25T00:00:00-05:00")).milliseconds
        var ids: Set<CallID> = []
        var marked = 0
        var withoutZip = 0
        while let entry = try source.next() {
            guard case .item(let item) = entry else {
                Issue.record("a row was refused: \(entry)")
                continue
            }
            ids.insert(item.id)
            #expect((0..<86_400_000).contains(item.call.observedAt - dayBegins))
            let description = item.call.texts.description_p
            if description.hasSuffix(" [time of day not recorded]") { marked += 1 }
            if item.call.grid == "no-zip" { withoutZip += 1 }
        }
        #expect(ids.count == 2_386)
        #expect(marked == 1_467)
        #expect(withoutZip == 75)
    }
}
