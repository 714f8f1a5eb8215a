import Testing

/// The rules of CONTRIBUTING.md that a formatter does not check.
@Suite("Style of the sources")
struct StyleTests {
    private static let folders = ["Sources", "Tests", "Benchmarks"]

    @Test("no line is longer than 100 columns", arguments: folders)
    func lineLength(folder: String) throws {
        for file in try SourceTree(folder).files {
            for (number, line) in file.lines.enumerated() where line.count > 100 {
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test("no source file is longer than 400 lines")
    func fileLength() throws {
        for file in try SourceTree("Sources").files {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("nothing is left for later without an owner", arguments: folders)
    func leftovers(folder: String) throws {
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "fatalError(\"not"]
        for file in try SourceTree(folder).files {
            for (number, line) in file.lines.enumerated() {
                for word in words where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1) has \(word)")
                }
            }
        }
    }

    @Test("every package declaration of a type or function has a document")
    func documentation() throws {
        let kinds = ["struct ", "enum ", "final class ", "protocol ", "func ", "static func "]
        let files = try SourceTree("Sources").files
        let requirements = Set(files.flatMap(\.requirements))
            .union(["==", "<(", "< ", "hash", "encode"])
        for file in files {
            for (number, line) in file.lines.enumerated() {
                let text = line.trimmingPrefix { $0 == " " }
                guard kinds.contains(where: { text.hasPrefix("package " + $0) }) else { continue }
                if let name = SourceTree.File.functionName(in: text), requirements.contains(name) {
                    continue
                }
                #expect(
                    isDocumented(number, in: file.lines), "\(file.path):\(number + 1): \(text)")
            }
        }
    }

    /// Whether a document stands above the declaration and its attributes.
    private func isDocumented(_ number: Int, in lines: [String]) -> Bool {
        let above = lines[..<number].last { line in
            !line.trimmingPrefix { $0 == " " }.hasPrefix("@")
        }
        return above?.trimmingPrefix { $0 == " " }.hasPrefix("///") ?? false
    }
}
