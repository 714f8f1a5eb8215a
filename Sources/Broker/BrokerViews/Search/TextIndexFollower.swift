import Foundation
import GRDB

/// Brings the text index level with the views: the indexer's work, without its thread.
struct TextIndexFollower {
    private let indexPath: String
    private let viewsPath: String
    private let views: ViewProgress
    private let progress: TextIndexProgress
    private let batch: Batch
    private var index: TextIndex?
    private var source: (queue: DatabaseQueue, generation: Int)?
    private var fitsViews = false

    /// How much one transaction takes: whichever is reached first.
    struct Batch {
        var calls = 10_000
        var bytes = 4 << 20
    }

    /// A follower that opens or makes the file at `indexPath` with its first work.
    init(
        indexPath: String, viewsPath: String, views: ViewProgress, progress: TextIndexProgress,
        batch: Batch = Batch()
    ) {
        self.indexPath = indexPath
        self.viewsPath = viewsPath
        self.views = views
        self.progress = progress
        self.batch = batch
    }

    /// Adds the next calls to the index; false if there were none.
    ///
    /// Throws what SQLite throws; the index is then as it was after the last transaction.
    mutating func step() throws -> Bool {
        if progress.isDamaged { try discard() }
        let index = try self.index ?? open()
        self.index = index
        guard let source = try openSource() else { return false }
        if !fitsViews {
            let found = try Self.id(at: index.position, in: source)
            // Views that are being built anew will have the call again.
            if found == nil, views.lag > 0 { return false }
            guard found == index.position else {
                // Another history: a data directory that was replaced.
                try discard()
                return true
            }
            fitsViews = true
        }
        let erasures = try Self.erasures(in: source)
        guard erasures <= index.erasures || index.position == .start else {
            // Its lists hold pieces of what is gone; begun anew they hold what is left.
            try discard()
            return true
        }
        let entries = try nextEntries(after: index.position.serial, in: source)
        do {
            try index.add(entries, erasures: erasures)
        } catch  where ViewStore.isDamage(error, beyond: [.SQLITE_ERROR, .SQLITE_CONSTRAINT]) {
            try discard()
            throw error
        }
        progress.advance(to: index.position.serial)
        return !entries.isEmpty
    }

    private mutating func open() throws -> TextIndex {
        fitsViews = false
        let index = try TextIndex(path: indexPath)
        progress.opened()
        return index
    }

    /// The views' file of the present generation; `nil` while there is none.
    private mutating func openSource() throws -> DatabaseQueue? {
        let generation = views.generationNow
        if let source, source.generation == generation { return source.queue }
        source = nil
        fitsViews = false
        progress.suspend()
        guard generation > 0 else { return nil }
        var configuration = Configuration()
        configuration.label = "search.source"
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        let queue = try DatabaseQueue(path: viewsPath, configuration: configuration)
        source = (queue, generation)
        return queue
    }

    /// The position as the views know it; `nil` while they do not show that call yet.
    private static func id(
        at position: TextIndex.Position, in source: DatabaseQueue
    ) throws -> TextIndex.Position? {
        guard position != .start else { return .start }
        return try source.read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT serial, id_high, id_low FROM call WHERE serial = ?",
                arguments: [position.serial])
            return row.map { TextIndex.Position(serial: $0[0], idHigh: $0[1], idLow: $0[2]) }
        }
    }

    /// How many erasures the views show.
    private static func erasures(in source: DatabaseQueue) throws -> Int64 {
        try source.read { database in
            try Int64.fetchOne(database, sql: "SELECT ifnull(max(number), 0) FROM erasure") ?? 0
        }
    }

    private func nextEntries(
        after serial: Int64, in source: DatabaseQueue
    ) throws -> [TextIndex.Entry] {
        try source.read { database in
            let select = try database.cachedStatement(
                sql: """
                    SELECT serial, id_high, id_low, texts FROM call
                    WHERE serial > ? ORDER BY serial LIMIT ?
                    """)
            let rows = try Row.fetchCursor(select, arguments: [serial, batch.calls])
            var entries: [TextIndex.Entry] = []
            var bytes = 0
            while bytes < batch.bytes, let row = try rows.next() {
                let texts: Data = row[3]
                bytes += texts.count
                let position = TextIndex.Position(
                    serial: row[0], idHigh: row[1], idLow: row[2])
                entries.append(TextIndex.Entry(position: position, texts: texts))
            }
            return entries
        }
    }

    private mutating func discard() throws {
        progress.suspend()
        try index?.close()
        index = nil
        try ViewStore.remove(indexPath)
    }
}
