import BrokerJournal
import Logging
import Synchronization

/// Writes the journal: one fsync after the other, and the head file's once a second.
///
/// Used by the journal's thread and, for what it writes itself, by the loop; never two batches at a
/// time. Everything that fails is told, also when nobody waits for it: after a failed fsync the
/// broker must stop.
final class JournalWriter: Sendable {
    private static let headNanoseconds: UInt64 = 1_000_000_000

    private struct Times {
        var headSyncedAt: UInt64 = 0
        var writtenAt: UInt64 = 0
    }

    private let journal: SQLiteJournal
    private let erasures: ErasureList
    private let log: Logger
    private let results: Mailbox<Result<Position, any Error>>
    private let times = Mutex(Times())

    /// A batch, and the erasures that it tells of.
    struct Job: Sendable {
        let batch: Batch
        let erasures: [ErasureList.Entry]
    }

    init(
        _ journal: SQLiteJournal, erasures: ErasureList,
        results: Mailbox<Result<Position, any Error>>, log: Logger
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

    /// Makes a batch durable, posts the position after it, and does what is due after that.
    func write(_ job: Job) {
        let result = make(job)
        results.post(result)
        guard case .success = result else { return }
        makeRoom()
        synchronizeHeadIfDue(now: BrokerServer.monotonicNanoseconds())
    }

    /// Makes a batch durable, erases what it says was erased, and returns the position after it.
    ///
    /// The list first: whatever stops the broker after that, the next start does the rest.
    func make(_ job: Job) -> Result<Position, any Error> {
        Result {
            if !job.erasures.isEmpty { try erasures.add(job.erasures) }
            let position = try journal.append(job.batch)
            if try !journal.erase(job.erasures.flatMap(\.texts)) { Self.tellOldCopies(log) }
            let now = BrokerServer.monotonicNanoseconds()
            times.withLock { $0.writtenAt = now }
            return position
        }
    }

    /// Makes room for the batches that follow; call it after each.
    func makeRoom() { journal.makeRoom() }

    /// Nothing came to the journal's thread for a second; the loop may have written meanwhile.
    func idle() {
        let now = BrokerServer.monotonicNanoseconds()
        synchronizeHeadIfDue(now: .max)
        let isQuiet = times.withLock { now >= $0.writtenAt + Self.headNanoseconds }
        if isQuiet { journal.shortenLog() }
    }

    private func synchronizeHeadIfDue(now: UInt64) {
        let isDue = times.withLock { times in
            guard now == .max || now - times.headSyncedAt >= Self.headNanoseconds else {
                return false
            }
            times.headSyncedAt = now == .max ? times.headSyncedAt : now
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
