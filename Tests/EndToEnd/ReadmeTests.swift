import Foundation
import TestSupport
import Testing

/// What the README tells its readers to type, typed by a shell.
@Suite(.serialized)
struct ReadmeTests {
    @Test("Who has read only the README files, tracks, finds, lists and exports in Chinese")
    func chinese() async throws {
        let readme = try String(contentsOfFile: Places.root + "/README.md", encoding: .utf8)
        let script = try #require(Self.block(after: "## 中文", in: readme))
        #expect(script.contains("submit") && script.contains("track") && script.contains("csv"))
        let catalogue = try String(
            contentsOfFile: Places.root + "/deploy/catalogues/gulou.yaml", encoding: .utf8)
        let street = try Street(catalogue: catalogue)
        _ = try await street.startBroker()
        for department in ["urban", "market", "safety", "judicial"] {
            _ = try await street.startWorker(department, ["--simulate", "50ms"])
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let shell = try street.start(
            "/bin/sh", ["-ec", "cd \"$HOME\"\n" + script], name: "readme",
            environment: ["PATH": Places.executables + ":" + path])
        let end = try await shell.wait(within: .seconds(60))
        #expect(end == .exited(0), "\(shell.errors)")
        for word in ["GL-", "立案", "结案", "城市管理", "烧烤"] {
            #expect(shell.output.contains(word), "\(word) in \(shell.output)")
        }
        let exported = try #require(
            FileManager.default.contents(atPath: street.directory + "/案卷.csv"))
        let text = String(decoding: exported, as: UTF8.self)
        #expect(text.hasPrefix("\u{FEFF}案卷,状态,") && text.contains("结案"))
    }

    /// The first block of shell commands after a heading.
    private static func block(after heading: String, in text: String) -> String? {
        guard let start = text.range(of: "\n\(heading)"),
            let open = text.range(of: "```sh\n", range: start.upperBound..<text.endIndex),
            let close = text.range(of: "\n```", range: open.upperBound..<text.endIndex)
        else { return nil }
        return String(text[open.upperBound..<close.lowerBound])
    }
}
