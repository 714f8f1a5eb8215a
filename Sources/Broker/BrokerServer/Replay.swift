package import BrokerEngine
package import BrokerJournal

/// Builds the record from batches and keeps the latest of what ended.
///
/// The pure part of a start: it knows neither files nor clocks, so that the simulator restarts its
/// broker through the same code.
package struct Replay {
    /// What the batches so far say.
    package private(set) var record = Record()
    /// Calls that ended up to this batch are no longer held; an archive behind it is rebuilt.
    package private(set) var droppedUpTo: UInt64 = 0
    private let tailLimit: Int
    private var tail = RecentCalls()

    /// A replay that holds about `tailLimit` ended calls at most.
    package init(tailLimit: Int) { self.tailLimit = tailLimit }

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

    /// Gives everything that ever ended to `keep`, oldest first, about `step` calls at a time.
    ///
    /// `batches` lends every batch of the journal, whose last is `lastSeq`. Throws what the two
    /// closures throw.
    package static func giveAllEnded(
        upTo lastSeq: UInt64, step: Int, batches: ((Batch) throws -> Void) throws -> Void,
        keep: (Ended) throws -> Void
    ) throws {
        var record = Record()
        var recent = RecentCalls()
        try batches { batch in
            record.beginBatch(batch.seq)
            for fact in batch.facts { recent.note(fact, &record) }
            guard recent.count >= step else { return }
            let ended = recent.ended(upTo: batch.seq, Int.max)
            try keep(ended)
            recent.forget(ended)
        }
        try keep(recent.ended(upTo: lastSeq, Int.max))
    }
}

extension RecentCalls {
    /// Applies a fact and keeps what ended with it.
    fileprivate mutating func note(_ fact: Fact, _ record: inout Record) {
        if let ended = record.apply(fact) { append(ended, seq: record.batchSeq) }
        if case .commandDecided(let command) = fact { append(command, seq: record.batchSeq) }
    }
}
