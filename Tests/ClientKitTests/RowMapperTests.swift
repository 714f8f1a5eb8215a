import ClientKit
import GridCodec
import GridModel
import Testing

private let header = [
    "Key", "Seen", "Kind", "Condition", "Grid", "Text", "Address", "North", "East",
]
private let good = [
    "7", "2026-11-23 17:18:28", "Noise", "", "G1", "a drill", "Main St 1", "32.06", "118.76",
]

private func mapper() throws -> RowMapper {
    try RowMapper(
        ImportMapping(yaml: completeMapping), header: CSVRow(line: 1, cells: header))
}

/// The good row with some cells changed, mapped.
private func map(_ changes: [String: String] = [:]) throws -> Result<ImportItem, RowProblems> {
    var cells = good
    for (column, cell) in changes { cells[try #require(header.firstIndex(of: column))] = cell }
    return try mapper().map(CSVRow(line: 9, cells: cells))
}

private func problems(_ changes: [String: String]) throws -> [String] {
    guard case .failure(let problems) = try map(changes) else { return [] }
    return problems.list.map { "\($0.line) \($0.field): \($0.reason.english)" }
}

@Suite struct RowMapperTests {
    @Test("a good row becomes a call")
    func goodRow() throws {
        let item = try map().get()
        #expect(item.line == 9)
        #expect(item.call.id == item.id.data)
        #expect(item.call.category == "noise")
        #expect(item.call.condition == "usual")
        #expect(item.call.grid == "G1")
        #expect(item.call.texts.description_p == "Noise: a drill")
        #expect(item.call.texts.address == "Main St 1")
        #expect(item.call.recordedEarlier)
        #expect(item.call.observedAt == RFC3339.time("2026-11-23T17:18:28+08:00")?.milliseconds)
        #expect(item.call.coordinates.latitude == 32.06)
        #expect(item.call.coordinates.longitude == 118.76)
    }

    @Test("cells are trimmed, empty ones take the default, an empty place is none")
    func emptyCells() throws {
        let call = try map([
            "Key": " 7 ", "Kind": "Litter\t", "Grid": " ", "Address": "", "North": "", "East": " ",
        ]).get().call
        #expect(call.id == (try map().get().call.id))
        #expect(call.category == "litter")
        #expect(call.grid == "nowhere")
        #expect(call.texts.address.isEmpty)
        #expect(!call.hasCoordinates)
    }

    @Test("an id is the beginning of SHA-256 over source and key")
    func identity() {
        // printf 'test7' | sha256sum
        #expect(
            RowIdentity.callID(source: "test", key: "7").description
                == "bd7c9112-64aa-e15b-66d4-291b6850829a")
    }

    @Test("a row with only a date is spread over its local day, the same every time, and marked")
    func spread() throws {
        let item = try map(["Seen": "2026-11-23 00:00:00"]).get()
        let midnight = try #require(RFC3339.time("2026-11-23T00:00:00+08:00")).milliseconds
        #expect(item.call.observedAt == midnight + Int64(item.id.low % 86_400_000))
        #expect(item.call.texts.description_p == "Noise: a drill [day only]")
    }

    @Test(
        "a bad cell is told with line, field and reason",
        arguments: [
            (["Key": " "], ["9 key: the cell of Key is empty"]),
            (
                ["Kind": "Smell"],
                ["9 category: \"Smell\" in Kind is not in the mapping's table"]
            ),
            (["Kind": ""], ["9 category: the cell of Kind is empty"]),
            (["Grid": "G 1"], ["9 grid: \"G 1\" is no id: 1 to 32 of A-Z a-z 0-9 -"]),
            (
                ["Seen": "23.11.2026"],
                ["9 observed_at: \"23.11.2026\" in Seen does not fit the format"]
            ),
            (["North": ""], ["9 latitude: \"\" is no number"]),
            (["East": "x"], ["9 longitude: \"x\" is no number"]),
            (["North": "90.01"], ["9 latitude: must be −90 to 90 degrees"]),
            (["East": "nan"], ["9 longitude: must be −180 to 180 degrees"]),
            (["Text": "a\u{7}"], ["9 description: holds the control character U+0007"]),
            (
                ["Kind": "x", "Seen": "\u{1B}[2J"],
                [
                    "9 category: \"x\" in Kind is not in the mapping's table",
                    "9 observed_at: \"\\u{1B}[2J\" in Seen does not fit the format",
                ]
            ),
        ])
    func badCell(changes: [String: String], expected: [String]) throws {
        #expect(try problems(changes) == expected)
    }

    @Test("texts are allowed up to their limit in bytes and not beyond")
    func textLimits() throws {
        let limit = ProtocolLimits().textBytes
        #expect(try problems(["Address": String(repeating: "a", count: limit)]).isEmpty)
        #expect(
            try problems(["Address": String(repeating: "城", count: limit / 3 + 1)]) == [
                "9 address: has 513 bytes, at most 512 are allowed"
            ])
        let room = ProtocolLimits().descriptionBytes - "Noise: ".utf8.count
        #expect(try problems(["Text": String(repeating: "a", count: room)]).isEmpty)
        #expect(try problems(["Text": String(repeating: "a", count: room + 1)]).count == 1)
    }

    @Test("a row of another length than the header is a problem as a whole")
    func wrongLength() throws {
        let result = try mapper().map(CSVRow(line: 4, cells: ["1", "2"]))
        guard case .failure(let problems) = result else {
            Issue.record("the row was mapped")
            return
        }
        #expect(problems.list.map(\.line) == [4])
        #expect(
            problems.list.map(\.reason.english)
                == ["has 2 cells, the first row names 9 columns"])
    }

    @Test("a header without a column of the mapping, or with it twice, is refused")
    func badHeader() throws {
        let mapping = try ImportMapping(yaml: completeMapping)
        for (names, reason) in [
            (Array(header.dropFirst()), "there is no column Key"),
            (header + ["Grid"], "the column Grid stands twice"),
        ] {
            let problem = #expect(throws: RowProblem.self) {
                try RowMapper(mapping, header: CSVRow(line: 1, cells: names))
            }
            #expect(problem?.line == 1)
            #expect(problem?.reason.english == reason)
        }
    }

    @Test("codes typed with a Chinese keyboard are folded, texts are not but normal")
    func folding() throws {
        let call = try map([
            "Key": "７", "Seen": "２０２６－１１－２３　１７：１８：２８", "Grid": "Ｇ１",
            "Text": "第３号楼 e\u{301}", "North": "３２．０６",
        ]).get()
        let plain = try map().get()
        #expect(call.id == plain.id)
        #expect(call.call.grid == "G1")
        #expect(call.call.observedAt == plain.call.observedAt)
        #expect(call.call.coordinates.latitude == 32.06)
        let expected = "Noise: 第３号楼 \u{E9}"
        #expect(call.call.texts.description_p.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }
}
