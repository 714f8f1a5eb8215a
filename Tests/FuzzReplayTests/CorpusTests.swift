import Foundation
import FuzzTargets
import Testing

/// What fuzzing found stays found: every file of the corpus is shown to its target once.
@Suite("Fuzzing corpus")
struct CorpusTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzz/corpus")

    @Test("every file of the corpus passes its target", arguments: FuzzTarget.all.map(\.name))
    func corpus(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let folder = Self.corpus.appending(path: name)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try [UInt8](Data(contentsOf: folder.appending(path: file)))
            #expect(throws: Never.self, "\(name)/\(file)") { try bytes.withUnsafeBytes(target.run) }
        }
    }

    @Test("every seed passes its target", arguments: FuzzTarget.all.map(\.name))
    func seeds(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        for seed in target.seeds() {
            #expect(throws: Never.self) { try seed.withUnsafeBytes(target.run) }
        }
    }

    @Test("every folder of the corpus has its target")
    func folders() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    }
}
