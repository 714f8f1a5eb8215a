import Access
import Foundation
import Testing

/// What the threat model promises is tested, and its table is the one the broker obeys.
@Suite("docs/threat-model.md")
struct ThreatModelTests {
    private let document: String

    init() throws { document = try SourceTree.text(of: "docs/threat-model.md") }

    @Test("every test it names exists")
    func tests() throws {
        let texts = try SourceTree("Tests").files.map { $0.lines.joined(separator: "\n") }
        let named = document.matches(of: Self.test)
        #expect(named.count > 20)
        for match in named {
            let (suite, sentence) = (match.output.1, match.output.2)
            #expect(
                texts.contains {
                    $0.contains("struct \(suite) {") && $0.contains("\"\(sentence)\"")
                }, "there is no test “\(sentence)” in \(suite)")
        }
    }

    @Test("every promise and every trap names a test")
    func promises() {
        let rows = document.split(separator: "\n").filter { $0.firstMatch(of: Self.row) != nil }
        #expect(rows.count > 20)
        for row in rows { #expect(row.firstMatch(of: Self.test) != nil, "untested: \(row)") }
    }

    @Test("its table of roles is the broker's")
    func roles() { #expect(document.contains("\n\n" + RoleTable.markdown)) }

    @Test("options of libzmq that would undo a promise are never set")
    func options() throws {
        // HANDOVER would give a connection's work to whoever names itself alike, and leaks the
        // descriptor of the one before; a peer that names itself could be taken for another.
        let words = [".routerHandover(true)", ".routingID("]
        for file in try SourceTree("Sources").files
        where !file.path.hasSuffix("/SocketOption.swift") {
            for line in file.lines {
                #expect(!words.contains(where: line.contains), "\(file.path): \(line)")
            }
        }
    }

    /// A suite and the sentence of one of its tests.
    private static var test: Regex<(Substring, Substring, Substring)> { /`(\w+Tests)` “([^”]+)”/ }
    /// A numbered row: `| P1 |` is a promise, `| T1 |` a trap.
    private static var row: Regex<Substring> { /^\| [PT]\d+ \|/ }
}
