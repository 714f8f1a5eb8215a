import GridModel
import Testing

@testable import Catalogue

/// Every key of the language, made wrong in every way.
@Suite("CatalogueSchema")
struct CatalogueSchemaTests {
    @Test("The full catalogue is right and has every key of every group")
    func hasEveryKey() {
        #expect(SmallCatalogue.mistakes(in: FullCatalogue.text) == [])
        let written = Set(FullCatalogue.places.map(\.key))
        #expect(written == Set(CatalogueSchema.groups.flatMap(\.keys)))
    }

    @Test(
        "A mistyped key is reported on its line with the right one", arguments: FullCatalogue.places
    )
    func explainsMistypedKey(_ place: FullCatalogue.Place) {
        for typed in Self.slips(of: place.key) where Self.isNearest(place.key, to: typed) {
            let rest = FullCatalogue.lines[place.index]
                .dropFirst(place.margin.count + place.key.count)
            let line = "\(place.margin)\(typed)\(rest)"
            let mistakes = SmallCatalogue.mistakes(in: Self.replacing(place.index, with: line))
            #expect(
                mistakes.contains {
                    $0.line == place.line && $0.message.english.contains("no key `\(typed)`")
                        && $0.message.english.contains("did you mean `\(place.key)`?")
                }, "\(typed): \(mistakes)")
        }
    }

    @Test("A key without a value is reported on its line", arguments: FullCatalogue.places)
    func explainsMissingValue(_ place: FullCatalogue.Place) {
        let mistakes = SmallCatalogue.mistakes(
            in: Self.replacing(place.index, with: place.margin + place.key + ":", place.body))
        #expect(mistakes.contains { $0.line == place.line }, "\(mistakes)")
    }

    @Test("A value of the wrong kind is reported on its line", arguments: FullCatalogue.places)
    func explainsWrongKind(_ place: FullCatalogue.Place) {
        for wrong in ["[[x]]", "{a: {b: c}}", "[]"] {
            let line = "\(place.margin)\(place.key): \(wrong)"
            let mistakes = SmallCatalogue.mistakes(
                in: Self.replacing(place.index, with: line, place.body))
            #expect(mistakes.contains { $0.line == place.line }, "\(wrong): \(mistakes)")
        }
    }

    @Test("A key given twice is reported on its second line", arguments: FullCatalogue.places)
    func explainsRepeatedKey(_ place: FullCatalogue.Place) {
        var lines = FullCatalogue.lines
        let margin = String(repeating: " ", count: place.margin.count)
        lines.insert("\(margin)\(place.key): x", at: place.body.upperBound)
        let mistakes = SmallCatalogue.mistakes(in: lines.joined(separator: "\n"))
        #expect(
            mistakes.contains {
                $0.line == place.body.upperBound + 1
                    && $0.message.english.contains("`\(place.key)`")
            }, "\(mistakes)")
    }

    @Test("A needed key that is left out is named", arguments: CatalogueSchema.groups)
    func explainsMissingKey(_ group: CatalogueSchema.Group) {
        for key in group.required {
            let places = FullCatalogue.places.filter { $0.key == key }
            let isNamed = places.contains { place in
                // A key behind the `-` of a list leaves the `-` to the next one.
                let filler = place.margin.contains("-") ? place.margin + "unknown: x" : "#"
                return SmallCatalogue.mistakes(
                    in: Self.replacing(place.index, with: filler, place.body)
                ).contains { $0.message.english.contains("lacks the key `\(key)`") }
            }
            #expect(isNamed, "\(group.name).\(key)")
        }
    }

    @Test(
        "A Chinese colon or comma is recognised",
        arguments: [
            (1, "street： {id: elm}", "`：` must be a colon"),
            (3, "  - id： urban", "`：` must be a colon"),
            (3, "  - {id： urban, name: x}", "`：` must be a colon"),
            (3, "  - ｛id: urban｝", "must be"),
        ])
    func explainsWideSigns(line: Int, text: String, advice: String) {
        let mistakes = SmallCatalogue.mistakes(in: SmallCatalogue.text(replacing: [line: text]))
        #expect(mistakes.contains { $0.message.english.contains(advice) }, "\(mistakes)")
    }

    @Test("A text with a colon or a comma without quotes is recognised")
    func explainsQuotes() {
        for text in ["{zh: 名, en: Winter: snow}", "Winter: snow"] {
            let mistakes = SmallCatalogue.mistakes(
                in: SmallCatalogue.text(replacing: [17: "    name: \(text)"]))
            #expect(
                mistakes.contains { $0.message.english.contains("stand in quotes") }, "\(mistakes)")
        }
    }

    @Test("A tab is recognised")
    func explainsTab() {
        let text = SmallCatalogue.text(replacing: [9: "\tweekdays: [mon]"])
        #expect(
            SmallCatalogue.mistakes(in: text).contains {
                $0.message.english.contains("not with tabs")
            })
    }

    @Test(
        "A mistyped unit is reported with the right one", arguments: ["work_hour", "natural_days"])
    func explainsMistypedUnit(_ unit: String) {
        for typed in Self.slips(of: unit) {
            let mistakes = SmallCatalogue.mistakes(
                in: SmallCatalogue.text(replacing: [14: "limits: {dispatch: 3 \(typed)}"]))
            #expect(mistakes.contains { $0.message.english.contains("did you mean `") }, "\(typed)")
        }
    }

    /// Whether no other key that may stand beside `key` is as near to what was typed.
    private static func isNearest(_ key: String, to typed: String) -> Bool {
        func distance(to name: String) -> Int {
            NearMiss.distance(
                Array(typed.lowercased().unicodeScalars), Array(name.unicodeScalars))
        }
        let rivals = CatalogueSchema.groups.filter { $0.keys.contains(key) }.flatMap(\.keys)
        return rivals.allSatisfy { $0 == key || distance(to: $0) > distance(to: key) }
    }

    /// A letter dropped, doubled, swapped with its neighbour, and in upper case.
    private static func slips(of key: String) -> Set<String> {
        var slips: Set<String> = [key.uppercased()]
        let letters = Array(key)
        for index in letters.indices {
            if letters.count > 2 {
                slips.insert(String(letters[..<index] + letters[(index + 1)...]))
            }
            slips.insert(String(letters[...index] + letters[index...]))
            guard index + 1 < letters.count else { continue }
            var swapped = letters
            swapped.swapAt(index, index + 1)
            slips.insert(String(swapped))
        }
        let keys = Set(CatalogueSchema.groups.flatMap(\.keys) + LimitReader.units.map(\.word))
        return slips.filter { !keys.contains($0) }
    }

    /// The full catalogue with one line replaced and some left out.
    private static func replacing(
        _ index: Int, with line: String, _ removed: Range<Int> = 0..<0
    ) -> String {
        FullCatalogue.lines.enumerated().map { place, text in
            removed.contains(place) ? "" : place == index ? line : text
        }.joined(separator: "\n")
    }
}

extension CatalogueSchema.Group: CustomTestStringConvertible {
    package var testDescription: String { name }
}
