import BrokerEngine
import GRDB
package import GridModel

/// A journal as somebody sees it who wants to know whether a position belongs to it.
package struct JournalLinks {
    /// The journal's name.
    package let id: UniqueID
    private let database: Database

    init(id: UniqueID, database: Database) {
        self.id = id
        self.database = database
    }

    /// Whether the journal has the very batch that `position` names, with that link of the chain.
    package func contains(_ position: Position) throws -> Bool {
        try StoredBatch.position(database, at: position.seq) == position
    }
}
