import BrokerEngine
import BrokerJournal
import GRDB

/// Brings the views' file level with the journal: the tail's work, without its thread.
struct ViewFollower {
    private let path: String
    private let source: any ViewSource
    private let progress: ViewProgress
    private let byteBudget: Int
    private let idle: IdleThread?
    private var store: ViewStore?

    /// Bytes of batches read for one transaction in idle time, which may take long: somebody may
    /// come meanwhile who waits for it.
    private static let idleByteBudget = 2 << 20

    /// A follower of `source` that opens or makes the file at `path` with its first work; what can
    /// wait is done by `idle`.
    init(
        path: String, source: any ViewSource, progress: ViewProgress, byteBudget: Int,
        idle: IdleThread? = nil
    ) {
        self.idle = idle
        self.path = path
        self.source = source
        self.progress = progress
        self.byteBudget = byteBudget
    }

    /// Projects what the journal holds beyond the file, as far as it was announced; a file that
    /// turns out to be damaged is deleted, and the next call builds it again.
    ///
    /// Returns what was projected. Throws what the journal or SQLite throw; the file is then as it
    /// was after the last transaction.
    mutating func catchUp() throws -> (batches: Int, orphans: Int) {
        if progress.isDamaged { try discard() }
        let store = try self.store ?? open()
        self.store = store
        // What is announced meanwhile gathers for the next transaction.
        let target = progress.announced
        var done = (batches: 0, orphans: 0)
        while !progress.isStopped, target == 0 || store.seq < target {
            do {
                let step = try step(store)
                guard step.batches > 0 else { return done }
                done = (done.batches + step.batches, done.orphans + step.orphans)
            } catch let damage as DamagedFile {
                try discard()
                throw damage.cause
            }
            progress.advance(to: store.seq)
        }
        return done
    }

    /// One transaction: in this thread, or far behind with nobody waiting in idle time.
    private func step(_ store: ViewStore) throws -> (batches: Int, orphans: Int) {
        guard let idle, progress.canWait else { return try step(store, byteBudget) }
        return try idle.run { try step(store, min(byteBudget, Self.idleByteBudget)) }
    }

    private func step(
        _ store: ViewStore, _ byteBudget: Int
    ) throws -> (batches: Int, orphans: Int) {
        let batches = try source.batches(after: store.seq, byteBudget: byteBudget)
        guard let last = batches.last else { return (0, 0) }
        let chain = try source.chain(at: last.seq)
        do {
            return (batches.count, try store.project(batches, chain: chain))
        } catch  where ViewStore.isDamage(error, beyond: [.SQLITE_ERROR, .SQLITE_CONSTRAINT]) {
            throw DamagedFile(cause: error)
        }
    }

    /// The views' file, not the journal, is damaged.
    private struct DamagedFile: Error {
        let cause: any Error
    }

    /// Opens the file; one that tells another history than the journal is built anew.
    private func open() throws -> ViewStore {
        var store = try ViewStore(path: path)
        if store.seq > 0, try source.chain(at: store.seq) != store.chain {
            try store.close()
            try ViewStore.remove(path)
            store = try ViewStore(path: path)
        }
        progress.opened(at: store.seq)
        return store
    }

    private mutating func discard() throws {
        try store?.close()
        store = nil
        try ViewStore.remove(path)
    }
}
