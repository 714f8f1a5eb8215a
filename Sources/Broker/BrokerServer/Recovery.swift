import BrokerEngine
import BrokerJournal
import GridModel
import Logging

/// What a start finds: the record and the ids that are not in the archive yet.
struct Recovery {
    let journal: SQLiteJournal
    let archive: Archive
    let record: Record
    let recent: RecentCalls
    /// How many facts were applied on top of the snapshot, if there was one.
    let factsReplayed: Int
    /// The erasures that were read: they may not have been carried out.
    let erasures: [PersonalDataErased]

    /// So many ended calls are held at most while the journal is replayed.
    private static let tailLimit = 100_000
    /// A rebuilt archive gets so many calls in one transaction.
    private static let rebuildStep = 10_000

    /// Opens the journal, replays it, and brings the archive level with it.
    static func run(_ directory: DataDirectory, log: Logger) throws -> Recovery {
        let hashSeed = UInt64.random(in: .min ... .max)
        var replay = Replay(tailLimit: tailLimit, hashSeed: hashSeed)
        var factsReplayed = 0
        var erasures: [PersonalDataErased] = []
        let journal = try SQLiteJournal.open(
            directory,
            after: { journal in
                guard let snapshot = snapshot(directory, of: journal, hashSeed: hashSeed, log)
                else { return 0 }
                replay = Replay(tailLimit: tailLimit, hashSeed: hashSeed, from: snapshot)
                return snapshot.position.seq
            },
            replaying: { batch in
                factsReplayed += batch.facts.count
                for case .personalDataErased(let erased) in batch.facts { erasures.append(erased) }
                replay.apply(batch)
            })
        let archive = try Archive(
            directory, journalID: journal.id, lastSeq: journal.position.seq)
        if archive.position < replay.droppedUpTo {
            log.notice("the index of old ids is rebuilt from the journal; the start takes longer")
            try rebuild(archive, from: journal)
        }
        let recent = replay.recent(after: archive.position)
        log.notice(
            "journal replayed",
            metadata: [
                "batches": "\(journal.position.seq)", "open": "\(replay.record.calls.count)",
            ])
        return Recovery(
            journal: journal, archive: archive, record: replay.record, recent: recent,
            factsReplayed: factsReplayed, erasures: erasures)
    }

    /// The snapshot to start from, if there is one that is of use.
    private static func snapshot(
        _ directory: DataDirectory, of journal: JournalLinks, hashSeed: UInt64, _ log: Logger
    ) -> SnapshotFile? {
        switch SnapshotFile.read(directory, of: journal, hashSeed: hashSeed) {
        case nil: return nil
        case .success(let snapshot):
            log.notice(
                "beginning from the snapshot", metadata: ["batch": "\(snapshot.position.seq)"])
            return snapshot
        case .failure(let reason):
            log.warning(
                "the snapshot is of no use, the whole journal is read",
                metadata: ["reason": "\(reason)"])
            return nil
        }
    }

    /// Feeds the archive from the first batch on; what it already has is replaced.
    private static func rebuild(_ archive: Archive, from journal: SQLiteJournal) throws {
        let keeper = ArchiveKeeper(archive)
        var feed = EndedFeed(step: rebuildStep)
        try journal.replay(after: 0) { batch in
            if let ended = feed.apply(batch) { try keeper.keep(ended) }
        }
        try keeper.keep(feed.take(upTo: journal.position.seq))
    }
}
