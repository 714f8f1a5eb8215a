import ClientKit
import GridModel
import Testing

/// A mapping with every key; the tests change one line.
let completeMapping = """
    source: test
    key: Key
    zone: Asia/Shanghai
    observed_at:
      column: Seen
      format: "yyyy-MM-dd HH:mm:ss"
      spread_if_midnight: true
      spread_mark: "[day only]"
    category:
      column: Kind
      table:
        "Noise": noise
        "Litter": litter
    condition:
      column: Condition
      default: usual
    grid:
      column: Grid
      default: nowhere
    description:
      template: "{Kind}: {Text}"
    address:
      column: Address
    coordinates:
      latitude: North
      longitude: East

    """

private func mistakes(_ yaml: String) -> [String] {
    do throws(ConfigurationMistakes) {
        _ = try ImportMapping(yaml: yaml)
        return []
    } catch {
        return error.list.map { "\($0.line): \($0.reason.english)" }
    }
}

@Suite struct ImportMappingTests {
    @Test("a complete mapping is read")
    func complete() throws {
        let mapping = try ImportMapping(yaml: completeMapping)
        #expect(mapping.source == "test")
        #expect(
            mapping.columns == [
                "Key", "Seen", "Kind", "Condition", "Grid", "Text", "Address", "North", "East",
            ])
        #expect(mapping.category.table == ["Noise": "noise", "Litter": "litter"])
        #expect(mapping.grid.fallback == "nowhere")
        #expect(mapping.description.pieces == [.cell("Kind"), .literal(": "), .cell("Text")])
    }

    @Test("condition, address and coordinates may be left out")
    func optional() throws {
        let lines = completeMapping.split(separator: "\n").map(String.init)
        let kept = lines[..<13] + lines[16..<21]
        let mapping = try ImportMapping(yaml: kept.joined(separator: "\n"))
        #expect(mapping.condition == nil)
        #expect(mapping.address == nil)
        #expect(mapping.coordinates == nil)
    }

    @Test(
        "a mistake is told with its line",
        arguments: [
            (
                "source: test", "sorce: test",
                [
                    "1: a mapping needs source",
                    "1: a mapping has no key sorce; it has address, campaign, category, "
                        + "condition, contact, coordinates, description, grid, key, "
                        + "observed_at, reporter, source, urgency, zone",
                ]
            ),
            ("key: Key", "key:", ["2: key must be a text"]),
            ("key: Key", "key: [a, b]", ["2: key must be a text"]),
            ("zone: Asia/Shanghai", "zone: Asia/Gulou", ["3: there is no time zone Asia/Gulou"]),
            (
                "format: \"yyyy-MM-dd HH:mm:ss\"", "format: \"HH:mm\"",
                ["6: the format needs yyyy, MM and dd"]
            ),
            (
                "spread_if_midnight: true", "spread_if_midnight: maybe",
                [
                    "7: spread_if_midnight must be true or false",
                    "8: spread_mark needs spread_if_midnight: true",
                ]
            ),
            (
                "\"Noise\": noise", "\"Noise\": \"no noise\"",
                ["12: no noise is no id: 1 to 32 of A-Z a-z 0-9 -"]
            ),
            ("default: nowhere", "default: \"\"", ["19: default must be a text"]),
            (
                "default: nowhere", "fallback: x",
                [
                    "19: grid has no key fallback; it has column, constant, default, table, "
                        + "template"
                ]
            ),
            (
                "template: \"{Kind}: {Text}\"", "template: \"{Kind: Text\"",
                ["21: every { of a template needs a column name and a }"]
            ),
            ("  latitude: North\n", "", ["25: coordinates needs latitude"]),
            ("\"Litter\": litter", "\"Noise\": litter", ["12: a key stands twice: Noise"]),
            ("zone: Asia/Shanghai", "zone: \"Asia", ["6: did not find expected key"]),
        ])
    func mistake(original: String, changed: String, expected: [String]) throws {
        let range = try #require(completeMapping.firstRange(of: original))
        let yaml = completeMapping.replacingCharacters(in: range, with: changed)
        #expect(mistakes(yaml) == expected)
    }

    @Test("a value is a template, a constant, or a section with one of them and a column")
    func expressions() throws {
        let yaml = """
            source: 台账
            key: "{日期}-{序号}"
            zone: Asia/Shanghai
            observed_at:
              template: "{日期} {时间}"
              format: ["yyyy年M月d日 H:m", "yyyy/M/d H:m"]
            category: litter
            grid: "gl-{网格}"
            campaign:
              constant: spring
            urgency:
              column: 紧急
              table: {急: urgent, 一般: ordinary}
              default: ordinary
            description: "{类别}: {描述}"
            reporter: "{姓名}"
            contact: "{电话}"
            """
        let mapping = try ImportMapping(yaml: yaml)
        #expect(mapping.category.pieces == [.literal("litter")])
        #expect(mapping.grid.pieces == [.literal("gl-"), .cell("网格")])
        #expect(mapping.campaign?.pieces == [.literal("spring")])
        #expect(mapping.observedAt.formats.count == 2)
        #expect(
            mapping.columns
                == ["日期", "序号", "时间", "网格", "紧急", "类别", "描述", "姓名", "电话"])
        #expect(
            mistakes(yaml.replacing("category: litter", with: "category: no litter"))
                == ["7: no litter is no id: 1 to 32 of A-Z a-z 0-9 -"])
        #expect(
            mistakes(yaml.replacing("constant: spring", with: "constant: spring\n  column: x"))
                == ["11: one of column, template and constant is needed, and only one"])
        #expect(
            mistakes(yaml.replacing("一般: ordinary", with: "一般: soon"))
                == ["13: soon is no urgency: emergency, urgent or ordinary, or 特急, 紧急, 一般"])
        #expect(
            mistakes(yaml.replacing("yyyy/M/d H:m", with: "M/d"))
                == ["6: the format needs yyyy, MM and dd"])
    }

    @Test("a file that is empty or no mapping is a mistake on its first line")
    func noMapping() {
        #expect(mistakes("") == ["1: the file is empty"])
        #expect(mistakes("- a\n").first == "1: a mapping must have keys and values")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
