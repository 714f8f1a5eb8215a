import Catalogue
import Foundation
package import GridModel

/// A catalogue's file on disk.
package struct CatalogueFile: Hashable, Sendable {
    /// Why a file gives no catalogue.
    package struct Unusable: Error, Hashable, Sendable {
        /// For people, one mistake each, as `FILE:LINE: what is wrong`.
        package let mistakes: [Phrase]
        /// It could not even be read.
        package var isUnreadable = false
    }

    private let path: String

    /// The file at a path.
    package init(_ path: String) { self.path = path }

    /// What reading and compiling it gives, for another thread.
    var result: Result<StreetCatalogue, Unusable> {
        do {
            return .success(try load())
        } catch {
            return .failure(error)
        }
    }

    /// Reads and compiles the file, as it is now.
    package func load() throws(Unusable) -> StreetCatalogue {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            let mistake = Phrase(chinese: "\(path) 无法读取", english: "\(path) cannot be read")
            throw Unusable(mistakes: [mistake], isUnreadable: true)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let line =
                1
                + String(decoding: bytes, as: UTF8.self)
                .prefix { $0 != "\u{FFFD}" }.count { $0.isNewline }
            let reason = Phrase(
                chinese: "不是 UTF-8 编码，请另存为 UTF-8", english: "not UTF-8; save the file as UTF-8")
            throw Unusable(mistakes: [place(line) + reason])
        }
        do {
            return try CatalogueCompiler.compile(yaml: text)
        } catch {
            throw Unusable(mistakes: error.mistakes.map { place($0.line) + $0.message })
        }
    }

    private func place(_ line: Int) -> Phrase { Phrase(verbatim: "\(path):\(line): ") }
}
