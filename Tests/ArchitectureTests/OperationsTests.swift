import Foundation
import Testing

/// The operator's handbook explains everything that the services can say.
@Suite("docs/operations.md")
struct OperationsTests {
    private let handbook: String

    init() throws { handbook = try SourceTree.text(of: "docs/operations.md") }

    @Test("every line of the services' logs is explained, and none that no service writes")
    func logLines() throws {
        let written = try Self.services.flatMap { try SourceTree("Sources/\($0)").files }
            .flatMap(\.logMessages)
        #expect(written.count > 20)
        let explained = Set(rows(of: "## What the log says").map { $0[0] })
        for message in written {
            #expect(explained.contains("`\(message)`"), "not explained: \(message)")
        }
        for entry in explained where entry.hasPrefix("`") {
            #expect(written.contains { "`\($0)`" == entry }, "nobody writes \(entry)")
        }
    }

    @Test("a line of the log is always the same text; what differs is in its keys")
    func constantLines() throws {
        for file in try Self.services.flatMap({ try SourceTree("Sources/\($0)").files }) {
            for message in file.logMessages {
                #expect(!message.contains("\\("), "\(file.path): \(message)")
            }
        }
    }

    @Test("every exit code is explained", arguments: Program.allCases)
    func exitCodes(of program: Program) throws {
        let codes = try program.codes()
        #expect(codes.contains(0) && codes.contains(64) && codes.contains(78))
        for code in codes {
            let row = try #require(
                rows(of: "## Exit codes").first { $0[0] == "\(code)" },
                "\(program) ends with \(code), which is not explained")
            #expect(row[program.rawValue] != "–", "\(program) ends with \(code)")
        }
    }

    @Test("what a restart cannot mend is not restarted")
    func restarts() throws {
        for unit in [
            "gridcall-broker.service", "gridcall-worker@.service", "gridcall-console.service",
        ] {
            let text = try SourceTree.text(of: "deploy/systemd/\(unit)")
            #expect(text.contains("\nRestartPreventExitStatus=64 65 66 78\n"), "\(unit)")
        }
    }

    /// The columns of the table of exit codes.
    enum Program: Int, CaseIterable {
        case broker = 1
        case worker = 2
        case client = 3
        case console = 4

        /// The codes that the sources name, and those of every command line.
        func codes() throws -> Set<Int> {
            let own =
                switch self {
                case .broker: try SourceTree("Sources/Broker").numbers(#"case \w+ = (\d+)$"#)
                case .client: try SourceTree("Sources/Client").numbers(#"case \w+ = (\d+)$"#)
                case .worker: try SourceTree("Sources/Workers").numbers(#"ExitCode\(EX_(\w+)\)"#)
                case .console: try SourceTree("Sources/Console").numbers(#"ExitCode\(EX_(\w+)\)"#)
                }
            return own.union([0, 64])
        }
    }

    private static let services = ["Broker", "Workers", "Shared", "Console"]

    /// The cells of the tables of a section, without the tables' heads.
    private func rows(of heading: String) -> [[String]] {
        guard let start = handbook.range(of: heading + "\n") else { return [] }
        let rest = handbook[start.upperBound...]
        let section = rest.range(of: "\n## ").map { rest[..<$0.lowerBound] } ?? rest
        return section.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }
}

extension SourceTree {
    /// The numbers of the names that Glibc has for exit codes.
    private static let names = ["CONFIG": 78, "UNAVAILABLE": 69]

    /// The numbers that `pattern` captures in files that end a process, also by their names.
    fileprivate func numbers(_ pattern: String) throws -> Set<Int> {
        let expression = try NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
        let texts = files.map { $0.lines.joined(separator: "\n") }.filter {
            $0.contains("Exit") && $0.contains("sysexits") || $0.contains("EX_")
        }
        let codes = texts.flatMap { expression.captures(in: $0) }
        return Set(codes.map { Self.names[$0] ?? Int($0) ?? -1 })
    }
}

extension SourceTree.File {
    /// The message of every call of a logger; both where one of two is chosen.
    fileprivate var logMessages: [String] {
        let call = #"\blog(?:ger)?\.(?:trace|debug|info|notice|warning|error|critical)\("#
        let text = #""(?:[^"\\]|\\.)*""#
        let argument = #"((?:[^"()]*\#(text))+?)\s*(?:,\s*metadata:|\))"#
        return Self.captures(call + argument, in: lines.joined(separator: "\n"))
            .flatMap { Self.captures(#""((?:[^"\\]|\\.)*)""#, in: $0) }
    }

    private static func captures(_ pattern: String, in text: String) -> [String] {
        (try? NSRegularExpression(pattern: pattern))?.captures(in: text) ?? []
    }
}

extension NSRegularExpression {
    fileprivate func captures(in text: String) -> [String] {
        matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range(at: 1), in: text).map { String(text[$0]) }
        }
    }
}
