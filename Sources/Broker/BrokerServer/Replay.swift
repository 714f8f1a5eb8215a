package import BrokerEngine
package import BrokerJournal

/// Builds the record from batches and keeps the latest of what ended.
///
/// The pure part of a start: it knows neither files nor clocks, so that the simulator restarts its
/// broker through the same code.
package struct Replay {
    /// What the batches so far say.
    package private(set) var record: Record
    /// Calls that ended up to this batch are no longer held; an archive behind it is rebuilt.
    package private(set) var droppedUpTo: UInt64 = 0
    private let tailLimit: Int
    private var tail: RecentCalls

    /// A replay that holds about `tailLimit` ended calls at most.
    package init(tailLimit: Int, hashSeed: UInt64 = 0) {
        self.tailLimit = tailLimit
        record = Record(hashSeed: hashSeed)
        tail = RecentCalls(hashSeed: hashSeed)
    }

    /// A replay that goes on from a snapshot: what ended up to there is in the archive, or the
    /// archive is rebuilt.
    package init(tailLimit: Int, hashSeed: UInt64, from snapshot: SnapshotFile) {
        self.tailLimit = tailLimit
        record = snapshot.record
        tail = RecentCalls(hashSeed: hashSeed)
        droppedUpTo = snapshot.archivedUpTo
    }

    /// Applies the next batch.
    package mutating func apply(_ batch: Batch) {
        record.beginBatch(batch.seq)
        for fact in batch.facts { tail.note(fact, &record) }
        guard tail.count > tailLimit else { return }
        let oldest = tail.ended(upTo: batch.seq, tailLimit / 2)
        tail.forget(oldest)
        droppedUpTo = oldest.upTo
    }

    /// What ended after batch `seq`, which an archive that is complete up to there lacks.
    package func recent(after seq: UInt64) -> RecentCalls {
        var recent = tail
        recent.forget(recent.ended(upTo: seq, Int.max))
        return recent
    }
}

/// Finds in batches everything that ever ended, oldest first, for an archive that is made anew.
package struct EndedFeed {
    private let step: Int
    private var record = Record()
    private var recent = RecentCalls()

    /// A feed that gives about `step` calls at a time.
    package init(step: Int) { self.step = step }

    /// Applies the next batch, the first one first; returns what is to be kept now, if anything is.
    package mutating func apply(_ batch: Batch) -> Ended? {
        record.beginBatch(batch.seq)
        for fact in batch.facts { recent.note(fact, &record) }
        return recent.count < step ? nil : take(upTo: batch.seq)
    }

    /// What is left after the last batch, which is `seq`.
    package mutating func take(upTo seq: UInt64) -> Ended {
        let ended = recent.ended(upTo: seq, Int.max)
        recent.forget(ended)
        return ended
    }
}

extension RecentCalls {
    /// Applies a fact and keeps what ended with it.
    fileprivate mutating func note(_ fact: Fact, _ record: inout Record) {
        if let ended = record.apply(fact) { append(ended, seq: record.batchSeq) }
        if case .commandDecided(let command) = fact { append(command, seq: record.batchSeq) }
    }
}
