import Foundation
import GRDB

extension ViewNames {
    /// Adds the versions that were adopted since the last load.
    mutating func load(_ database: Database) throws {
        let texts = try String.fetchAll(
            database, sql: "SELECT names FROM catalogue WHERE version > ? ORDER BY version",
            arguments: [versions.count])
        for text in texts {
            adopt(try JSONDecoder().decode(CatalogueNames.self, from: Data(text.utf8)))
        }
    }
}
