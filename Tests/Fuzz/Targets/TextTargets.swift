import Access
import Catalogue
import ClientKit
import GridModel

extension FuzzTarget {
    /// The catalogue of a street.
    static let catalogue = FuzzTarget(
        "catalogue", maximumBytes: 2_048, dictionary: "catalogue",
        seeds: { FileSeeds.catalogues },
        check: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let compiled: StreetCatalogue
            do throws(CatalogueMistakes) {
                compiled = try CatalogueCompiler.compile(yaml: text)
            } catch {
                try require(!error.mistakes.isEmpty, "refused without a mistake")
                for mistake in error.mistakes {
                    try require(mistake.line >= 1, "a mistake on line \(mistake.line)")
                    try requireWords(mistake.message)
                }
                return
            }
            let again = try? CatalogueCompiler.compile(yaml: text)
            try require(again == compiled, "the same file gives another catalogue")
            try require(
                CatalogueDiff(from: compiled, to: compiled).changes.isEmpty,
                "a catalogue differs from itself")
            try CatalogueRules.check(compiled)
        })

    /// How the rows of a file become calls.
    static let mapping = FuzzTarget(
        "mapping", maximumBytes: 2_048, dictionary: "mapping",
        seeds: { FileSeeds.mappings },
        check: { bytes in
            let mapping: ImportMapping
            do throws(ConfigurationMistakes) {
                mapping = try ImportMapping(yaml: String(decoding: bytes, as: UTF8.self))
            } catch {
                return try requireWords(error)
            }
            try MappingRules.check(mapping)
        })

    /// A terminal's configuration file.
    static let settings = FuzzTarget(
        "settings", maximumBytes: 512, dictionary: "settings",
        seeds: { FileSeeds.settings },
        check: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let settings: Settings
            do throws(ConfigurationMistakes) {
                settings = try Settings(yaml: text)
            } catch {
                return try requireWords(error)
            }
            try require((try? Settings(yaml: text)) == settings, "other settings")
        })

    /// The keys that may connect.
    static let keys = FuzzTarget(
        "keys", maximumBytes: 1_024, dictionary: "keys",
        seeds: { FileSeeds.keys },
        check: { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let file: AuthorizedKeys
            do throws(AuthorizedKeys.Mistakes) {
                file = try AuthorizedKeys(text: text)
            } catch {
                try require(!error.list.isEmpty, "refused without a mistake")
                try require(
                    error.list.allSatisfy { $0.line >= 1 && !$0.reason.isEmpty },
                    "a mistake without line or reason")
                return
            }
            try KeyRules.check(file)
            guard !bytes.contains(13) else { return }
            let windows = bytes.flatMap { $0 == 10 ? [13, 10] : [$0] }
            let other = try? AuthorizedKeys(text: String(decoding: windows, as: UTF8.self))
            try require(other?.keys == file.keys, "lines that end as on Windows mean another")
        })
}

/// Both languages say something.
func requireWords(_ phrase: Phrase) throws {
    try require(
        !phrase.chinese.isEmpty && !phrase.english.isEmpty, "a mistake without words: \(phrase)")
}

private func requireWords(_ mistakes: ConfigurationMistakes) throws {
    try require(!mistakes.list.isEmpty, "refused without a mistake")
    for mistake in mistakes.list {
        try require(mistake.line >= 1, "a mistake on line \(mistake.line)")
        try requireWords(mistake.reason)
    }
}
