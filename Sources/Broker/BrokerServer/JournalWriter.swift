import BrokerJournal
import Synchronization

/// What the journal's thread does: one fsync after the other, and the head file's once a second.
///
/// Everything that fails is posted, also when nobody waits for it: after a failed fsync the broker
/// must stop.
final class JournalWriter: Sendable {
    private static let headNanoseconds: UInt64 = 1_000_000_000

    private let journal: SQLiteJournal
    private let results: Mailbox<Result<Position?, any Error>>
    private let headSyncedAt = Mutex<UInt64>(0)

    init(_ journal: SQLiteJournal, results: Mailbox<Result<Position?, any Error>>) {
        self.journal = journal
        self.results = results
    }

    /// Makes a batch durable and posts the position after it.
    func write(_ batch: Batch) {
        let result = Result { try journal.append(batch) }
        results.post(result.map { $0 })
        if case .success = result { synchronizeHeadIfDue(now: BrokerServer.monotonicNanoseconds()) }
    }

    /// Nothing came for a second.
    func idle() { synchronizeHeadIfDue(now: .max) }

    private func synchronizeHeadIfDue(now: UInt64) {
        let isDue = headSyncedAt.withLock { last in
            guard now == .max || now - last >= Self.headNanoseconds else { return false }
            last = now == .max ? last : now
            return true
        }
        guard isDue else { return }
        do {
            try journal.synchronizeHead()
        } catch {
            results.post(.failure(error))
        }
    }
}
