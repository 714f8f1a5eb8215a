import Catalogue
import GridModel
import Testing

@Suite("Hostile catalogues")
struct HostileCatalogueTests {
    @Test(
        "What is no catalogue at all is one mistake",
        arguments: [
            "", "\n\n# nothing\n", "---\n", "just words", "[1, 2]", "a: b\n---\na: b\n", "\u{0}",
            "%YAML 9.9\n---\na: b", "key: [unclosed", "\tkey: tab", "\"unclosed", "!!binary x",
            "a: 'b", "? ", "{", "}", "@", "\"\\uD800\"", "\u{FEFF}", "key: |\n text\n  - \u{7}",
        ])
    func refusesWhatIsNoCatalogue(_ text: String) throws {
        let mistakes = SmallCatalogue.mistakes(in: text)
        #expect(!mistakes.isEmpty)
        #expect(mistakes.allSatisfy { $0.line >= 1 && !$0.message.english.isEmpty })
    }

    @Test("A syntax error is reported on its line")
    func placesSyntaxError() throws {
        let text = SmallCatalogue.text(replacing: [9: "  weekdays: [mon, tue"])
        let mistake = try #require(SmallCatalogue.mistakes(in: text).first)
        #expect((9...10).contains(mistake.line))
        #expect(mistake.message.english.contains("not YAML"))
    }

    @Test("A control character is reported on its line")
    func placesControlCharacter() throws {
        let text = SmallCatalogue.text(replacing: [17: "    name: Li\u{1}tter"])
        #expect(SmallCatalogue.mistakes(in: text).map(\.line) == [17])
    }

    @Test("Anchors and aliases are refused, also where they would stand for an immense file")
    func refusesAliases() {
        var bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        for level in 1...30 {
            let item = "*a\(level - 1)"
            let items = Array(repeating: item, count: 9).joined(separator: ",")
            bomb.append("a\(level): &a\(level) [\(items)]")
        }
        #expect(SmallCatalogue.mistakes(in: bomb.joined(separator: "\n")).count == 31)
        let hidden = ["[x 'y,*a]", "{\"a\":*b}", "# comment\u{85}*a", "\"\n\"\n? &a b", "- *a"]
        for text in hidden {
            let mistakes = SmallCatalogue.mistakes(in: text)
            #expect(mistakes.contains { $0.message.english.contains("`*` or `&`") }, "\(text)")
        }
    }

    @Test(
        "Stars and ampersands within texts and comments are no aliases",
        arguments: [
            "    name: R&D", "    name: A & B", "    name: 5*3", "    name: Litter # see *this",
            "    # *bold\n    name: a * b",
        ])
    func allowsStarsInTexts(_ line: String) {
        let mistakes = SmallCatalogue.mistakes(in: SmallCatalogue.text(replacing: [17: line]))
        if line.contains("# see") {
            // A comment behind a value is not told apart: refusing it is the safe side.
            #expect(mistakes.map(\.line) == [17])
        } else {
            #expect(mistakes == [])
        }
    }

    @Test("Deep nesting is refused", arguments: ["[", "{a: ", "- ", "? "])
    func refusesDeepNesting(_ piece: String) {
        for depth in [100, 990, 1_100, 100_000] {
            let mistakes = SmallCatalogue.mistakes(in: String(repeating: piece, count: depth))
            #expect(!mistakes.isEmpty, "\(depth)")
        }
    }

    @Test("Every key given twice is reported, also when there are many")
    func reportsRepeatedKeys() {
        let text = SmallCatalogue.text(replacing: [
            13: "policy: {lease: 30s, \"lease\": 31s, 'lease': 32s}",
            16: "  - id: litter\n    id: litter\n    name: X",
        ])
        #expect(SmallCatalogue.mistakes(in: text).map(\.line) == [13, 13, 17, 19])
        let many = (0..<100).map { "key\($0): 1\nkey\($0): 2" }.joined(separator: "\n")
        #expect(!SmallCatalogue.mistakes(in: many).isEmpty)
    }

    @Test("A file of 4 MiB is read, a longer one refused")
    func limitsSize() throws {
        let text = SmallCatalogue.text() + "\n#"
        let free = CatalogueCompiler.maximumBytes - text.utf8.count
        for (excess, count) in [(-1, 0), (0, 0), (1, 1)] {
            let padded = text + String(repeating: "x", count: free + excess)
            #expect(SmallCatalogue.mistakes(in: padded).count == count, "\(excess)")
        }
    }

    @Test("A file full of mistakes is reported in full")
    func reportsThousands() {
        let grids = (0..<5_000).map { "  - {id: g\($0), nam: x}" }.joined(separator: "\n")
        let mistakes = SmallCatalogue.mistakes(
            in: SmallCatalogue.text(replacing: [6: "  - {id: x, name: X}\n" + grids]))
        #expect(mistakes.count == 10_000)
    }

    @Test("A city's worth of grids compiles")
    func compilesManyGrids() throws {
        let grids = (0..<20_000).map { "  - {id: g\($0), name: x}" }.joined(separator: "\n")
        let text = SmallCatalogue.text(replacing: [6: grids])
        #expect(try CatalogueCompiler.compile(yaml: text).grids.count == 20_000)
    }

    @Test("A damaged catalogue compiles or is refused, and never traps", arguments: 0..<12)
    func survivesMutations(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let original = Array(try CatalogueFiles.gulou().utf8)
        for _ in 0..<12 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                mutate(&bytes, using: &generator)
            }
            do {
                let catalogue = try CatalogueCompiler.compile(
                    yaml: String(decoding: bytes, as: UTF8.self))
                #expect(!catalogue.calendar.intervals.isEmpty)
            } catch {
                #expect(!error.mistakes.isEmpty)
            }
        }
    }

    /// Changes one place: a byte, a stretch taken out or doubled, or a piece of syntax put in.
    private func mutate(_ bytes: inout [UInt8], using generator: inout SplitMix) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let length = min(Int.random(in: 1...200, using: &generator), bytes.count - place)
        let stretch = bytes[place..<place + length]
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place..<place + length)
        case 2: bytes.insert(contentsOf: Array(stretch), at: place)
        case 3:
            let pieces = [
                "[", "{", "- ", ": ", "\n", "'", "\"", "9999999999", "|\n", "!!int ", "#",
            ]
            let piece = pieces.randomElement(using: &generator) ?? ""
            bytes.insert(contentsOf: Array(piece.utf8), at: place)
        default: bytes.removeLast(min(length * 20, bytes.count - 1))
        }
    }
}

/// A small generator whose numbers depend on its seed alone (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
