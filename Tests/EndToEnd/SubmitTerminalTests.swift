import Foundation
import TestSupport
import Testing

/// What `gridcall submit` asks a person on a real pseudo-terminal.
@Suite(.serialized, .enabled(if: PseudoTerminal.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
struct SubmitTerminalTests {
    /// A language with the questions and what is answered.
    struct Words: Sendable, CustomTestStringConvertible {
        let language, category, grid, description, chosen: String
        var testDescription: String { language }
    }

    static let languages = [
        Words(
            language: "zh", category: "类别（", grid: "网格（", description: "描述（", chosen: "一家"),
        Words(
            language: "en", category: "category (", grid: "grid (", description: "description (",
            chosen: "One department"),
    ]

    @Test(
        "Submit asks for category, grid and description, and files what was answered",
        arguments: languages, [(80, 200), (200, 80)])
    func asking(words: Words, widths: (Int, Int)) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let terminal = try await PseudoTerminal(
            street, gridcall: ["submit"], language: words.language, columns: widths.0)
        let asked = try await terminal.until(shows: words.category)
        #expect(asked.text.contains(words.chosen))
        try terminal.resize(columns: widths.1, rows: 30)
        try terminal.type("\(words.chosen)\n")
        try await terminal.until(shows: words.grid)
        try terminal.type("g-2\n")
        try await terminal.until(shows: words.description)
        try terminal.type("路边烧烤，烟很大\n")
        let screen = try await terminal.end()
        #expect(screen.end == 0 && screen.isCooked, "\(screen.text)")
        let call = try #require(screen.text.firstMatch(of: /SM-[0-9]{4}-000001-[0-9]/))
        let report = try await street.track(String(call.output))
        #expect(report.category == "one" && report.grid == "g-2")
        #expect(report.description == "路边烧烤，烟很大")
    }

    @Test("Ctrl-C and the end of input file nothing and leave the terminal as it was")
    func leaving() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        for key in ["\u{3}", "\u{4}"] {
            let terminal = try await PseudoTerminal(street, gridcall: ["submit"])
            try await terminal.until(shows: "category (")
            try terminal.type(key)
            let screen = try await terminal.end()
            #expect(screen.end != 0 && screen.isCooked)
        }
        #expect(try await street.stats().calls.filed == 0)
    }
}
