package import GridModel

/// Turns the catalogue that an office keeps as YAML into the one a broker works with.
///
/// Strict: what it does not know it refuses, and it names every mistake at once, so that a file is
/// put right in one go. Defaults are written out, ids resolved, the calendar compiled to intervals
/// in UTC; the result needs no file, time zone or rule from outside any more.
package enum CatalogueCompiler {
    /// The longest file it reads, in UTF-8 bytes: 4 MiB.
    package static let maximumBytes = 4 << 20

    /// The catalogue that `yaml` describes; throws every mistake in it.
    package static func compile(yaml: String) throws(CatalogueMistakes) -> StreetCatalogue {
        let log = MistakeLog()
        guard yaml.utf8.count <= maximumBytes else {
            log.add(
                1,
                Phrase(
                    "文件超过 \(maximumBytes) 字节", "the file is longer than \(maximumBytes) bytes"))
            throw CatalogueMistakes(log.mistakes)
        }
        var catalogue: StreetCatalogue?
        if let root = YAMLDocument.read(yaml, log: log) {
            var reader = CatalogueReader(log: log)
            catalogue = reader.read(root)
        }
        guard let catalogue, log.mistakes.isEmpty else {
            throw CatalogueMistakes(log.mistakes)
        }
        return catalogue
    }
}
