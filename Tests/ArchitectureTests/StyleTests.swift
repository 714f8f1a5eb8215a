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
        for file in try SourceTree("Sources").files {
            for (number, line) in file.lines.enumerated() {
                let text = line.trimmingPrefix { $0 == " " }
                guard kinds.contains(where: { text.hasPrefix("package " + $0) }),
                    !text.contains("func =="), !text.contains("func <"),
                    !text.contains("func hash(into"), !text.contains("func encode(to")
                else { continue }
                var above = number - 1
                while above >= 0, Self.isAttribute(file.lines[above]) { above -= 1 }
                let isDocumented =
                    above >= 0
                    && file.lines[above].trimmingPrefix { $0 == " " }.hasPrefix("///")
                let isWitness = Self.isProtocolRequirement(text)
                #expect(isDocumented || isWitness, "\(file.path):\(number + 1): \(text)")
            }
        }
    }

    private static func isAttribute(_ line: String) -> Bool {
        line.trimmingPrefix { $0 == " " }.hasPrefix("@")
    }

    /// Requirements of our own protocols are documented where they are declared.
    private static func isProtocolRequirement(_ text: Substring) -> Bool {
        ["func append(_ batch", "func replay(", "func batches(after", "func chain(at"].contains {
            text.contains($0)
        }
    }
}
