import BrokerEngine
import BrokerJournal
import GRDB

/// Brings the views' file level with the journal: the tail's work, without its thread.
struct ViewFollower {
    private let path: String
    private let source: any ViewSource
    private let progress: ViewProgress
    private let byteBudget: Int
    private var store: ViewStore?

    /// A follower of `source` that opens or makes the file at `path` with its first work.
    init(path: String, source: any ViewSource, progress: ViewProgress, byteBudget: Int) {
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
            let batches = try source.batches(after: store.seq, byteBudget: byteBudget)
            guard let last = batches.last else { return done }
            let chain = try source.chain(at: last.seq)
            do {
                done.orphans += try store.project(
                    batches, chain: chain, isBehind: last.seq < target)
                done.batches += batches.count
            } catch  where ViewStore.isDamage(error, beyond: [.SQLITE_ERROR, .SQLITE_CONSTRAINT]) {
                try discard()
                throw error
            }
            progress.advance(to: store.seq)
        }
        return done
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
