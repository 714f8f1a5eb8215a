import BrokerEngine
import BrokerJournal

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

    /// Projects everything the journal holds beyond the file; a file that turns out to be damaged
    /// is deleted, and the next call builds it again.
    ///
    /// Returns the number of facts that named unknown calls. Throws what the journal or SQLite
    /// throw; the file is then as it was after the last transaction.
    mutating func catchUp() throws -> Int {
        if progress.isDamaged { try discard() }
        let store = try self.store ?? open()
        self.store = store
        var orphans = 0
        while true {
            let batches = try source.batches(after: store.seq, byteBudget: byteBudget)
            guard let last = batches.last else { return orphans }
            let chain = try source.chain(at: last.seq)
            do {
                orphans += try store.project(batches, chain: chain)
            } catch where ViewStore.isDamage(error) {
                try discard()
                throw error
            }
            progress.advance(to: store.seq)
        }
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
