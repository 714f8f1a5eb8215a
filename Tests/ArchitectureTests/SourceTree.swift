import Foundation

/// The project's own source files, read from where this test lies.
struct SourceTree {
    struct File {
        /// Relative to the project's root.
        let path: String
        let lines: [String]

        /// The name of the target the file belongs to: the third folder.
        var module: String {
            let parts = path.split(separator: "/")
            return parts.count > 3 ? String(parts[2]) : String(parts[1])
        }

        /// The names of the modules the file imports.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let position = words.firstIndex(of: "import"), position < 3,
                    words[..<position].allSatisfy({ Self.modifiers.contains(String($0)) }),
                    let name = words.last
                else { return nil }
                return String(name.split(separator: ".")[0])
            }
        }

        /// The names of the functions that our own protocols require; they are documented there.
        var requirements: [String] {
            var names: [String] = []
            var isInside = false
            for line in lines {
                if line.contains("protocol "), line.hasSuffix("{") { isInside = true }
                if line == "}" { isInside = false }
                if isInside, let name = Self.functionName(in: line[...]) { names.append(name) }
            }
            return names
        }

        /// The name of the function a line declares.
        static func functionName(in line: Substring) -> String? {
            guard let keyword = line.range(of: "func ") else { return nil }
            let name = line[keyword.upperBound...].prefix { !"( <".contains($0) }
            return name.isEmpty ? String(line[keyword.upperBound...].prefix(2)) : String(name)
        }

        private static let modifiers: Set = [
            "package", "internal", "public", "private", "fileprivate", "@testable",
            "@preconcurrency",
        ]
    }

    let files: [File]

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The text of one file of the project.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    init(_ folder: String) throws {
        let start = Self.root.appendingPathComponent(folder)
        let paths = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String }
        files = try (paths ?? []).sorted()
            .filter { $0.hasSuffix(".swift") && !$0.hasSuffix(".pb.swift") }
            .map { path in
                let text = try String(
                    contentsOf: start.appendingPathComponent(path), encoding: .utf8)
                return File(
                    path: folder + "/" + path, lines: text.components(separatedBy: "\n"))
            }
    }
}
