package import BrokerEngine
package import BrokerJournal
import Foundation
import GRDB
import GridModel

/// The views' file and the projection that fills it; owned by one thread.
///
/// Everything in it can be built again from the journal, so a file that is damaged or of another
/// schema is deleted. It is never the reason for a broker not to confirm.
package final class ViewStore {
    private let queue: DatabaseQueue
    private var projection: Projection
    /// Pages of its log with which the file is written.
    private var checkpointPages = 0
    /// Whether no page holds what was erased.
    var isClean = false
    /// Whether the file was written anew since the last erasure, so that only the log is left.
    var isRewritten = false

    /// Opens the file, or makes a new one where there is none or none that can be used.
    ///
    /// Throws `DatabaseError` when the file can be neither used nor made (full disk, rights).
    package init(path: String) throws {
        do {
            (queue, projection, chain) = try Self.open(path)
        } catch let error where Self.isDamage(error, beyond: [.SQLITE_ERROR]) {
            try Self.remove(path)
            (queue, projection, chain) = try Self.open(path)
        }
    }

    /// The last batch in the file.
    package var seq: UInt64 { projection.seq }
    /// The chain at that batch, as it was given to `project`.
    package private(set) var chain: Digest?

    /// Projects batches in one transaction; either all are in the file afterwards or none is.
    /// `isBehind` says that more wait than these.
    ///
    /// Returns how many facts named a call that was never filed: not 0 means a broken journal.
    @discardableResult
    package func project(
        _ batches: [Batch], chain: Digest?, isBehind: Bool = false
    ) throws -> Int {
        do {
            return try queue.inDatabase { database in
                try setPace(database, isBehind: isBehind)
                try database.inTransaction(.immediate) {
                    try apply(batches, chain: chain, in: database)
                    return .commit
                }
                self.chain = chain
                let orphans = projection.orphans
                if !projection.erased.isEmpty { (isClean, isRewritten) = (false, false) }
                projection.settle()
                try clean(database)
                return orphans
            }
        } catch {
            (projection, self.chain) = try queue.inDatabase(Self.position(in:))
            throw error
        }
    }

    /// Each checkpoint costs the disk two fsyncs, and an fsync of the journal that comes meanwhile
    /// waits for all that it writes. With 4 MiB that is some milliseconds; a file that is behind
    /// gets level sooner with 32.
    private func setPace(_ database: Database, isBehind: Bool) throws {
        let pages = isBehind ? 8_192 : 1_024
        guard pages != checkpointPages else { return }
        try database.execute(sql: "PRAGMA wal_autocheckpoint = \(pages)")
        checkpointPages = pages
    }

    /// The calls whose texts the batches at hand erase.
    var erasedCalls: [UInt64] { projection.erased }

    /// Closes the file; nothing may be projected afterwards.
    package func close() throws { try queue.close() }

    /// Deletes the file, which must be closed, and whatever SQLite keeps beside it.
    package static func remove(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"]
        where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// Whether an error says that the file itself is of no use; `more` are codes that say so only
    /// where the statements are known to fit the schema.
    static func isDamage(_ error: any Error, beyond more: [ResultCode] = []) -> Bool {
        if error is WrongSchema { return true }
        guard let error = error as? DatabaseError else { return false }
        return ([.SQLITE_CORRUPT, .SQLITE_NOTADB] + more).contains(error.resultCode)
    }

    /// The file has tables of another version.
    private struct WrongSchema: Error {}

    private static func open(_ path: String) throws -> (DatabaseQueue, Projection, Digest?) {
        var configuration = Configuration()
        configuration.label = "views"
        // GRDB sets synchronous = NORMAL with it: enough for what can be built again.
        configuration.journalMode = .wal
        configuration.prepareDatabase { database in
            try database.execute(sql: pragmas)
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let (projection, chain) = try queue.inDatabase { database in
            try prepare(database)
            return try position(in: database)
        }
        return (queue, projection, chain)
    }

    private static let pragmas = """
        PRAGMA cache_size = -16384;
        PRAGMA temp_store = MEMORY;
        """

    private static func prepare(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if version == ViewSchema.version { return }
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        guard version == 0, isEmpty else { throw WrongSchema() }
        try database.inTransaction(.immediate) {
            try ViewSchema.create(database)
            return .commit
        }
    }

    private static func position(in database: Database) throws -> (Projection, Digest?) {
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT seq, now, chain FROM position WHERE key = 0")
        else { return (Projection(seq: 0, now: .zero), nil) }
        let projection = Projection(
            seq: UInt64(bitPattern: row[0]), now: Timestamp(milliseconds: row[1]))
        return (projection, Digest(bytes: row[2] as Data))
    }

    private func apply(_ batches: [Batch], chain: Digest?, in database: Database) throws {
        let loader = try RecordLoader(database)
        for batch in batches {
            try projection.apply(batch) { try loader.record($0) }
        }
        let writer = try RecordWriter(database)
        for record in projection.records { try writer.write(record) }
        try writeShares(database)
        try writeNames(database)
        try writeCampaigns(database)
        try writeErasures(database)
        try database.execute(
            sql: "INSERT OR REPLACE INTO position (key, seq, now, chain) VALUES (0, ?, ?, ?)",
            arguments: [
                Int64(bitPattern: projection.seq), projection.now.milliseconds,
                Data(chain?.bytes ?? []),
            ])
    }

    private func writeNames(_ database: Database) throws {
        for names in projection.catalogues {
            let json = String(decoding: try JSONEncoder().encode(names), as: UTF8.self)
            try database.execute(
                sql: "INSERT INTO catalogue (names) VALUES (?)", arguments: [json])
        }
        for actor in projection.actors {
            try database.execute(
                sql: "INSERT OR REPLACE INTO actor (number, name) VALUES (?, ?)",
                arguments: [actor.number, actor.name])
        }
    }

    private func writeCampaigns(_ database: Database) throws {
        for step in projection.campaignSteps {
            try database.execute(
                sql: """
                    INSERT INTO campaign_step (kind, campaign, at, until, actor, text)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    step.kind.rawValue, step.campaign.map { Int64($0) }, step.at.milliseconds,
                    step.until.milliseconds, step.actor, Data(step.text),
                ])
        }
        for record in projection.activities {
            let activity = record.activity
            try database.execute(
                sql: """
                    INSERT INTO activity (kind, held_at, sessions, people, recorded_by,
                        recorded_at, theme)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    activity.kind.rawValue, activity.heldAt.milliseconds, activity.sessions,
                    activity.people, record.actor, record.recordedAt.milliseconds,
                    Data(record.theme),
                ])
        }
    }

    /// Puts what changed calls add to their campaigns now in the place of what they added before.
    private func writeShares(_ database: Database) throws {
        var changes: [CampaignShare: CampaignCounts] = [:]
        for record in projection.records
        where record.change != .none && record.filing.campaign != CallFiled.noCampaign {
            for was in record.counted { changes[was.share, default: .zero] -= was.counts }
            for now in record.shares() { changes[now.share, default: .zero] += now.counts }
        }
        for (share, change) in changes where change != .zero {
            try database.execute(
                sql: """
                    INSERT INTO campaign_share VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (campaign, holder, number) DO UPDATE
                    SET found = found + excluded.found,
                        rectified = rectified + excluded.rectified,
                        closed = closed + excluded.closed,
                        closed_on_time = closed_on_time + excluded.closed_on_time
                    """,
                arguments: [
                    share.campaign, share.holder.rawValue, share.number, change.found,
                    change.rectified, change.closed, change.closedOnTime,
                ])
        }
    }
}
