import Foundation
import TestSupport
import Testing

/// Files as spreadsheets write them.
@Suite struct SpreadsheetTests {
    private static let mapping = """
        source: 台账
        key: 序号
        zone: Asia/Shanghai
        observed_at:
          column: 时间
          format: ["yyyy/M/d H:mm", "yyyy-MM-dd HH:mm"]
        category:
          column: 类别
          table: {垃圾: one, 违建: three}
        grid: "{网格}"
        description: "{描述}"
        """

    private static let rows = #"""
        序号,时间,类别,网格,描述
        １,2026/11/3 8:05,垃圾,ｇ－１,"路边垃圾,
        堆了 ""两天"" 了"
        ２,２０２６－１１－０３　１０：００,违建,g-2,䶮家院内违建𠀀
        3,2026/11/3 9:00,马戏,g-1,类别不对
        4,2026/11/3 9:00,垃圾,g-9,网格不对
        """#

    private static let gb18030 = String.Encoding(rawValue: 0x8000_0632)

    @Test("GB18030 with BOM, CRLF, multi-line quotes and full-width digits is filed row for row")
    func gb18030() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let file = street.directory + "/calls.csv"
        let mapping = street.directory + "/mapping.yaml"
        let text = "\u{FEFF}" + Self.rows.replacingOccurrences(of: "\n", with: "\r\n") + "\r\n"
        let bytes = try #require(text.data(using: Self.gb18030))
        #expect(bytes.starts(with: [0x84, 0x31, 0x95, 0x33]))
        try bytes.write(to: URL(filePath: file))
        try Data(Self.mapping.utf8).write(to: URL(filePath: mapping))
        let preview = try await street.gridcall(
            "import", file, "--mapping", mapping, "--dry-run", "--lang", "zh")
        #expect(preview.end == .exited(65))
        for text in ["GB18030", "2026-11-03 10:00:00", "䶮家院内违建𠀀", "不在映射的对照表中"] {
            #expect(preview.output.contains(text), "\(text) in \(preview.output)")
        }

        _ = try await street.startBroker()
        let refused = street.directory + "/refused.csv"
        let first = try await street.gridcall(
            "import", file, "--mapping", mapping, "--refused", refused)
        #expect(first.end == .exited(65))
        #expect(first.output.contains("filed       2\n") && first.output.contains("unknownGrid"))
        let calls = try await street.calls()
        #expect(calls.map(\.grid).sorted() == ["g-1", "g-2"])
        for call in calls {
            let story = try await street.gridcall("track", call.caseNumber)
            #expect(story.output.contains("两天") || story.output.contains("䶮家院内违建𠀀"))
        }

        let report = try String(contentsOfFile: refused, encoding: .utf8)
            .replacingOccurrences(of: "马戏", with: "垃圾").replacingOccurrences(of: "g-9", with: "g-2")
        let corrected = street.directory + "/corrected.csv"
        try Data(report.utf8).write(to: URL(filePath: corrected))
        let second = try await street.gridcall("import", corrected, "--mapping", mapping)
        #expect(second.end == .exited(0) && second.output.contains("filed       2\n"))
        let third = try await street.gridcall("import", file, "--mapping", mapping)
        #expect(third.output.contains("duplicates  2\n"))
        #expect(try await street.calls().count == 4)
    }
}
