import BrokerJournal
import Logging
import Synchronization

/// What the journal's thread does: one fsync after the other, and the head file's once a second.
///
/// Everything that fails is posted, also when nobody waits for it: after a failed fsync the broker
/// must stop.
final class JournalWriter: Sendable {
    private static let headNanoseconds: UInt64 = 1_000_000_000

    private let journal: SQLiteJournal
    private let erasures: ErasureList
    private let log: Logger
    private let results: Mailbox<Result<Position?, any Error>>
    private let headSyncedAt = Mutex<UInt64>(0)

    /// A batch, and the erasures that it tells of.
    struct Job: Sendable {
        let batch: Batch
        let erasures: [ErasureList.Entry]
    }

    init(
        _ journal: SQLiteJournal, erasures: ErasureList,
        results: Mailbox<Result<Position?, any Error>>, log: Logger
    ) {
        self.journal = journal
        self.erasures = erasures
        self.log = log
        self.results = results
    }

    /// An erasure could not reach everything: there was no room.
    static func tellOldCopies(_ log: Logger) {
        log.error("copies of the journal's first rows may hold texts that were erased")
    }

    /// Makes a batch durable, erases what it says was erased, and posts the position after it.
    ///
    /// The list first: whatever stops the broker after that, the next start does the rest.
    func write(_ job: Job) {
        let result = Result {
            if !job.erasures.isEmpty { try erasures.add(job.erasures) }
            let position = try journal.append(job.batch)
            if try !journal.erase(job.erasures.flatMap(\.texts)) { Self.tellOldCopies(log) }
            return position
        }
        results.post(result.map { $0 })
        guard case .success = result else { return }
        journal.makeRoom()
        synchronizeHeadIfDue(now: BrokerServer.monotonicNanoseconds())
    }

    /// Nothing came for a second.
    func idle() {
        synchronizeHeadIfDue(now: .max)
        journal.shortenLog()
    }

    private func synchronizeHeadIfDue(now: UInt64) {
        let isDue = headSyncedAt.withLock { last in
            guard now == .max || now - last >= Self.headNanoseconds else { return false }
            last = now == .max ? last : now
            return true
        }
        guard isDue else { return }
        do {
            try journal.synchronizeHead()
            try journal.truncateLogIfDue()
        } catch {
            results.post(.failure(error))
        }
    }
}
