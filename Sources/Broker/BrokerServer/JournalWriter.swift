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

    /// What the journal's thread does.
    enum Job: Sendable {
        /// A batch, and the erasures that it tells of.
        case write(Batch, [ErasureList.Entry])
        /// What is due after a batch that the loop wrote.
        case tidy
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

    /// Does a job in the journal's thread.
    func perform(_ job: Job) {
        if case .write(let batch, let entries) = job {
            let result = Result { try write(batch, entries) }
            results.post(result)
            guard case .success = result else { return }
        }
        journal.tidy()
        synchronizeHeadIfDue(now: BrokerServer.monotonicNanoseconds())
    }

    /// Makes a batch durable in the loop's thread, without waiting for anything else; `nil`, and
    /// nothing is done, where it would have to.
    ///
    /// `perform` a `tidy` afterwards, if `wantsTidying`.
    func writeIfFree(_ batch: Batch) throws -> Position? {
        defer { noteWritten() }
        return try journal.appendIfFree(batch)
    }

    /// Whether something is due after a batch that the loop wrote.
    var wantsTidying: Bool { journal.wantsTidying }

    /// Makes a batch durable, erases what it says was erased, and returns the position after it.
    ///
    /// The list first: whatever stops the broker after that, the next start does the rest.
    private func write(_ batch: Batch, _ entries: [ErasureList.Entry]) throws -> Position {
        if !entries.isEmpty { try erasures.add(entries) }
        let position = try journal.append(batch)
        if try !journal.erase(entries.flatMap(\.texts)) { Self.tellOldCopies(log) }
        noteWritten()
        return position
    }

    private func noteWritten() {
        let now = BrokerServer.monotonicNanoseconds()
        times.withLock { $0.writtenAt = now }
    }

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
