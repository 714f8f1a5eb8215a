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

    /// So many ended calls are held at most while the journal is replayed.
    private static let tailLimit = 100_000

    /// Opens the journal, replays it, and brings the archive level with it.
    static func run(_ directory: DataDirectory, log: Logger) throws -> Recovery {
        var replay = Replay(tailLimit: tailLimit)
        let journal = try SQLiteJournal.open(directory) { replay.apply($0) }
        let archive = try Archive(
            directory, journalID: journal.id, lastSeq: journal.position.seq)
        if archive.position < replay.droppedUpTo {
            log.notice("the index of old ids is rebuilt from the journal")
            try rebuild(archive, from: journal)
        }
        let recent = replay.recent(after: archive.position)
        log.info(
            "journal replayed",
            metadata: [
                "batches": "\(journal.position.seq)", "open": "\(replay.record.calls.count)",
            ])
        return Recovery(
            journal: journal, archive: archive, record: replay.record, recent: recent)
    }

    /// Feeds the archive from the first batch on; what it already has is replaced.
    private static func rebuild(_ archive: Archive, from journal: SQLiteJournal) throws {
        let keeper = ArchiveKeeper(archive)
        var record = Record()
        var recent = RecentCalls()
        try journal.replay(after: 0) { batch in
            record.beginBatch(batch.seq)
            for fact in batch.facts { recent.note(fact, &record) }
            guard recent.count >= 10_000 else { return }
            let ended = recent.ended(upTo: batch.seq, Int.max)
            try keeper.keep(ended)
            recent.forget(ended)
        }
        try keeper.keep(recent.ended(upTo: journal.position.seq, Int.max))
    }
}

/// Builds the record from batches and keeps the latest of what ended.
private struct Replay {
    let tailLimit: Int
    private(set) var record = Record()
    /// Calls that ended up to this batch are no longer held.
    private(set) var droppedUpTo: UInt64 = 0
    private var tail = RecentCalls()

    init(tailLimit: Int) { self.tailLimit = tailLimit }

    mutating func apply(_ batch: Batch) {
        record.beginBatch(batch.seq)
        for fact in batch.facts { tail.note(fact, &record) }
        guard tail.count > tailLimit else { return }
        let oldest = tail.ended(upTo: batch.seq, tailLimit / 2)
        tail.forget(oldest)
        droppedUpTo = oldest.upTo
    }

    /// What ended after batch `seq`.
    func recent(after seq: UInt64) -> RecentCalls {
        var recent = tail
        recent.forget(recent.ended(upTo: seq, Int.max))
        return recent
    }
}

extension RecentCalls {
    /// Applies a fact and keeps what ended with it.
    fileprivate mutating func note(_ fact: Fact, _ record: inout Record) {
        if let ended = record.apply(fact) { append(ended, seq: record.batchSeq) }
        if case .commandDecided(let command) = fact { append(command, seq: record.batchSeq) }
    }
}
