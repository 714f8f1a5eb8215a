import Foundation

/// The files of the repository that the tests read.
enum CatalogueFiles {
    /// The sample catalogue of a street.
    static func gulou() throws -> String { try text("deploy/catalogues/gulou.yaml") }

    /// The catalogue of the example with real calls.
    static func nyc311() throws -> String { try text("Examples/nyc311/catalogue.yaml") }

    /// The reference of the language.
    static func document() throws -> String { try text("docs/catalogue.md") }

    private static func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
