import Foundation
import TestSupport
import Testing

/// The progress of `gridcall import` on a real pseudo-terminal.
@Suite(.serialized, .enabled(if: PseudoTerminal.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
struct ImportTerminalTests {
    /// The lines of the screen that tell the progress.
    private func progress(_ screen: PseudoTerminal.Screen) -> [String] {
        screen.lines.filter { $0.prefixMatch(of: /(read|已读) [0-9]+/) != nil }
    }

    @Test(
        "Progress is one line that is drawn anew, whatever the width, and gone at the end",
        arguments: ["zh", "en"], [(80, 200), (200, 80)])
    func progressLine(language: String, widths: (Int, Int)) async throws {
        let street = try NewYork.street(lease: "30s")
        _ = try await street.startBroker()
        let terminal = try await PseudoTerminal(
            street,
            gridcall: [
                "import", NewYork.file("nyc311-2013-12-25.csv"), "--mapping",
                NewYork.file("mapping.yaml"), "--speed", "15000",
            ], language: language, columns: widths.0)
        var counts: Set<String> = []
        for columns in [widths.0, widths.1, 24, widths.0] {
            try terminal.resize(columns: columns, rows: 24)
            let before = counts
            try await terminal.until("progress at \(columns) columns") { screen in
                // What stood there before was cut off by the terminal itself.
                let lines = progress(screen)
                #expect(lines.count <= 1, "\(screen.text)")
                counts.formUnion(lines)
                return counts.count > before.count || screen.end != nil
            }
        }
        let screen = try await terminal.end()
        #expect(screen.end == 0 && screen.isCooked && screen.wraps)
        #expect(screen.text.contains("\(NewYork.rows)"))
        #expect(!screen.text.contains("/s"), "\(screen.text)")
        #expect(counts.count > 1)
        #expect(try await street.stats().calls.filed == NewYork.rows)
    }
}
