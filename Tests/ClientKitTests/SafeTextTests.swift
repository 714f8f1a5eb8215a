import ClientKit
import Testing

/// Texts from outside never act.
@Suite("Escaped texts")
struct SafeTextTests {
    private static var scalars: some Sequence<Unicode.Scalar> {
        (UInt32(0)...0x10FFFF).lazy.compactMap(Unicode.Scalar.init)
    }

    /// What changes the look of other characters, by Unicode's own properties.
    private func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl
        }
    }

    private func isVisibleASCII(_ text: some Sequence<Unicode.Scalar>) -> Bool {
        text.allSatisfy { (0x20...0x7E).contains($0.value) }
    }

    @Test("of all characters, every control, separator and mark of direction is escaped")
    func everyScalar() {
        for scalar in Self.scalars where acts(scalar) {
            let text = "a\(scalar)b".escapedForTerminal
            if !isVisibleASCII(text.unicodeScalars) || text.count < 4 {
                Issue.record("U+\(String(scalar.value, radix: 16)) is not escaped")
            }
        }
    }

    @Test("of all characters, every one that is seen stays as it is")
    func visibleScalars() {
        for scalar in Self.scalars where scalar.properties.generalCategory != .format {
            // Tags have no category where a version of Unicode does not know them.
            guard !acts(scalar), !(0xE0000...0xE007F).contains(scalar.value),
                scalar.properties.generalCategory != .unassigned
            else { continue }
            let text = String(Character(scalar))
            if text.escapedForTerminal != text {
                Issue.record("U+\(String(scalar.value, radix: 16)) is escaped")
            }
        }
    }

    @Test("a table cell with any one of them stays in its line and column")
    func tables() {
        for scalar in Self.scalars where acts(scalar) {
            var table = TextTable([.init("a"), .init("b")])
            table.add(["x\(scalar)y", "z"])
            let lines = table.rendered.unicodeScalars.split(separator: "\n")
            if lines.count != 2 || !lines.allSatisfy(isVisibleASCII) {
                Issue.record("U+\(String(scalar.value, radix: 16)) acts in a table")
            }
        }
    }

    @Test(
        "escape sequences and tricks with direction are shown",
        arguments: [
            ("\u{1B}[2J", "\\u{1B}[2J"), ("\u{9B}31m", "\\u{9B}31m"),
            ("\u{1B}]0;title\u{7}", "\\u{1B}]0;title\\u{7}"), ("a\r\nb", "a\\r\\nb"),
            ("\u{202E}gpj.exe", "\\u{202E}gpj.exe"), ("a\u{2067}b", "a\\u{2067}b"),
            ("\u{200F}1", "\\u{200F}1"), ("a\u{E0041}", "a\\u{E0041}"),
            ("👨‍👩‍👧 می‌خواهم", "👨‍👩‍👧 می‌خواهم"),
        ])
    func examples(text: String, shown: String) {
        #expect(text.escapedForTerminal == shown)
    }
}
