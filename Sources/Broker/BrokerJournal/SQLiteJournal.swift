import BrokerEngine
import Foundation
import GRDB
package import GridModel
import Synchronization

/// The journal in one SQLite file: a row per batch, one transaction and one fsync each.
///
/// Thread-safe; batches are appended one after the other. Nothing else opens the file for writing.
package final class SQLiteJournal: Journal {
    /// Where the journal lies.
    package let directory: DataDirectory
    /// Names the journal for ever; part of every tag.
    package var id: UniqueID { meta.id }
    /// 32 bytes made with the journal: the key of content digests.
    package var digestKey: [UInt8] { meta.digestKey }

    private let meta: JournalMeta
    private let queue: DatabaseQueue
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var position: Position
        var lock: DirectoryLock?
        let head: HeadFile
        var room: LogRoom
        var writer = FactWriter()
        var failure: String?
        var isClosed = false
        var wantsTruncation = false
        /// Pages of the WAL since it was copied last, about.
        var logPages = 0

        /// Whether `tidy` has something to do.
        var isUntidy: Bool {
            mutating get { logPages >= SQLiteJournal.checkpointPages || room.isShort }
        }
    }

    /// Takes over a database that was checked and ends at `position`.
    init(
        directory: DataDirectory, lock: DirectoryLock, meta: JournalMeta, queue: DatabaseQueue,
        position: Position, head: sending HeadFile
    ) {
        self.directory = directory
        self.meta = meta
        self.queue = queue
        let room = LogRoom(path: directory.journalLog)
        state = Mutex(State(position: position, lock: lock, head: head, room: room))
    }

    package var position: Position { state.withLock { $0.position } }

    /// Makes `batch` durable, then notes it in the head file, and returns the position after it.
    ///
    /// Throws `outOfOrder` for a batch that does not follow the last one, which changes nothing;
    /// after any other error the journal accepts nothing any more.
    package func append(_ batch: Batch) throws -> Position {
        try state.withLock { try append(batch, &$0) }
    }

    /// The same for whoever must not wait for anything but the fsync: `nil`, and nothing is done,
    /// while another thread tidies, or while the WAL is long.
    package func appendIfFree(_ batch: Batch) throws -> Position? {
        let position: Position?? = try state.withLockIfAvailable { state in
            state.room.byteCount > Self.longLogBytes ? nil : try append(batch, &state)
        }
        return position ?? nil
    }

    private func append(_ batch: Batch, _ state: inout State) throws -> Position {
        if let failure = state.failure { throw JournalError.stopped(reason: failure) }
        try Self.checkOrder(batch, after: state.position)
        do {
            state.writer.removeAll()
            try FactCodec.encode(batch.facts, to: &state.writer)
            let next = try store(batch, state.writer, after: state.position)
            try state.head.write(next)
            state.position = next
            state.logPages += 2 + (state.writer.count + batch.texts.count) / JournalSchema.pageBytes
            return next
        } catch {
            state.failure = "\(error)"
            throw JournalError.failed(action: "store batch \(batch.seq)", reason: "\(error)")
        }
    }

    package func replay(after seq: UInt64, _ body: (Batch) throws -> Void) throws {
        try queue.read { database in
            _ = try JournalReplay.run(database, after: seq, body)
        }
    }

    /// Makes the head file survive a power loss; call it about once a second and when idle.
    ///
    /// Cheap if nothing was appended since. The journal's thread calls it.
    package func synchronizeHead() throws {
        try state.withLock { state in
            if let failure = state.failure { throw JournalError.stopped(reason: failure) }
            do { try state.head.synchronize() } catch {
                state.failure = "\(error)"
                throw error
            }
        }
    }

    /// Moves the WAL into the database, synchronises the head and lets go of the directory.
    ///
    /// A journal that is not closed loses nothing.
    package func close() throws {
        try state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            state.failure = state.failure ?? "it is closed"
            try state.head.synchronize()
            try queue.close()
            state.lock = nil
        }
    }

    /// Whether the WAL may hold what was erased.
    var wantsTruncation: Bool {
        get { state.withLock { $0.wantsTruncation } }
        set { state.withLock { $0.wantsTruncation = newValue } }
    }

    /// Does something to the files besides appending; after an error nothing more is accepted.
    func guarded(_ action: String, _ body: () throws -> Void) throws {
        try state.withLock { state in
            if let failure = state.failure { throw JournalError.stopped(reason: failure) }
            do { try body() } catch {
                state.failure = "\(error)"
                throw JournalError.failed(action: action, reason: "\(error)")
            }
        }
    }

    /// Makes room for the batches that follow, so that their fsyncs are short, and copies the WAL
    /// into the database once it has its size; call it when `wantsTidying` says so, while nobody
    /// waits.
    ///
    /// Nothing that goes wrong is told, as with the checkpoints that SQLite makes by itself, inside
    /// a commit that somebody waits for: what is in the WAL stays there.
    package func tidy() {
        state.withLock { state in
            guard state.failure == nil else { return }
            state.room.keep()
            guard state.logPages >= Self.checkpointPages else { return }
            _ = try? withDatabase { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(PASSIVE)") }
            state.logPages = 0
        }
    }

    /// Whether there is something to tidy; no while another thread is at it.
    package var wantsTidying: Bool { state.withLockIfAvailable { $0.isUntidy } ?? false }

    /// Empties a WAL that grew long, which it does while readers follow each other under full load:
    /// the next start would read all of it. Call it when nothing is written; cheap otherwise.
    ///
    /// Nothing that goes wrong is told, as with the checkpoints that SQLite makes by itself: what
    /// is in the WAL stays there.
    package func shortenLog() {
        state.withLock { state in
            guard state.failure == nil, state.room.byteCount > Self.longLogBytes else { return }
            _ = try? withDatabase { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            state.room.look()
        }
    }

    /// Twice what a WAL needs that no reader keeps.
    private static let longLogBytes = 16 << 20

    /// Lends the writing connection, outside a transaction.
    func withDatabase<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try queue.writeWithoutTransaction(body)
    }

    private static func checkOrder(_ batch: Batch, after position: Position) throws {
        let reason: String? =
            if batch.seq != position.seq + 1 {
                "numbers have no gaps"
            } else if batch.epoch < position.epoch {
                "epochs never go back"
            } else if batch.facts.isEmpty { "it holds no fact" } else { nil }
        if let reason {
            throw JournalError.outOfOrder(
                expected: position.seq + 1, got: batch.seq, reason: reason)
        }
    }

    /// One statement outside a transaction is a transaction of its own: one fsync when it ends.
    private func store(
        _ batch: Batch, _ writer: borrowing FactWriter, after previous: Position
    ) throws -> Position {
        try writer.withBytes { facts in
            let count = UInt32(batch.facts.count)
            let next = previous.advanced(
                seq: batch.seq, epoch: batch.epoch, at: batch.at, count: count, facts: facts)
            try withDatabase { database in
                let insert = try database.cachedStatement(
                    sql: "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)")
                var row = StatementWriter(insert)
                row.add(batch.seq)
                row.add(batch.epoch)
                row.add(batch.at.milliseconds)
                row.add(count)
                row.add(bytes: facts)
                if batch.texts.isEmpty { row.addNull() } else { row.add(bytes: batch.texts) }
                row.add(bytes: next.chain.bytes)
                try row.execute()
            }
            return next
        }
    }
}

/// Reads batches and verifies the chain on the way.
enum JournalReplay {
    /// Gives every batch after `seq` and returns the last position; throws at the first that is
    /// missing, damaged or of a newer version.
    static func run(
        _ database: Database, after seq: UInt64, _ body: (Batch) throws -> Void
    ) throws -> Position {
        var position = Position.start
        if seq > 0 {
            guard let found = try StoredBatch.position(database, at: seq) else {
                throw JournalError.damaged(seq: seq, reason: "it is missing")
            }
            position = found
        }
        do {
            try StoredBatch.forEach(database, after: seq) { row in
                position = try row.verified(after: position)
                try body(try row.decoded())
                return true
            }
        } catch let error as DatabaseError where error.isOfTheMachine {
            throw JournalError.failed(
                action: "read batch \(position.seq + 1) of the journal", reason: "\(error)")
        } catch let error as DatabaseError {
            throw JournalError.damaged(seq: position.seq + 1, reason: "\(error)")
        }
        return position
    }
}
