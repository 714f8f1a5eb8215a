import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel

/// The journal's file and its head as a disk sees them: what was written, and what of it survives
/// a loss of power.
///
/// It keeps the order of `SQLiteJournal.append`: the batch is written, then fsynced, then the head
/// is written without an fsync; only then does the broker hear of it. Opening checks what the real
/// journal checks and makes what it found durable anew.
struct SimulatedDisk {
    /// One encoded batch.
    struct Row {
        let seq: UInt64
        let epoch: UInt32
        let at: Timestamp
        let count: UInt32
        var facts: [UInt8]
        let texts: [UInt8]
        let chain: Digest
        /// The facts before they were encoded: what a replay must give.
        let original: [Fact]
    }

    /// How far the append at hand has come.
    enum Append {
        case none
        case asked(BrokerCore.PendingBatch)
        case written
        case synced
    }

    private(set) var rows: [Row] = []
    private(set) var append = Append.none
    /// So many rows survive a loss of power.
    private(set) var syncedCount = 0
    private var heads = [Position.start, .start]
    private var syncedHeads = [Position.start, .start]

    /// The last batch that no crash can take away.
    var syncedSeq: UInt64 { UInt64(syncedCount) }
    var isAppending: Bool { if case .none = append { false } else { true } }

    /// The journal's thread gets a batch.
    mutating func ask(_ batch: BrokerCore.PendingBatch) { append = .asked(batch) }

    /// The append goes one step further; true when the broker may hear that it is done.
    mutating func advance() throws -> Bool {
        switch append {
        case .none: return false
        case .asked(let batch):
            try write(batch)
            append = .written
        case .written:
            syncedCount = rows.count
            append = .synced
        case .synced:
            heads[rows.count % 2] = position(rows.count)
            append = .none
            return true
        }
        return false
    }

    /// The head's own fsync, once a second and when idle.
    mutating func synchronizeHead() { syncedHeads = heads }

    /// The broker's process ends; what it wrote stays in the machine's cache.
    mutating func processEnds() { append = .none }

    /// The machine loses power: unsynced data is lost, torn or kept, piece by piece.
    mutating func powerFails(_ random: inout Randomness) {
        append = .none
        while rows.count > syncedCount {
            if random.chance(perMille: 400) { break }
            if random.chance(perMille: 500) {
                rows.removeLast()
            } else {
                let place = rows.count - 1
                rows[place].facts.removeLast(1 + random.below(rows[place].facts.count))
                break
            }
        }
        for slot in heads.indices where random.chance(perMille: 500) {
            heads[slot] = syncedHeads[slot]
        }
    }

    /// Opens the journal like a broker that starts, and gives its batches.
    mutating func open() throws -> [Batch] {
        var batches: [Batch] = []
        var last = Position.start
        for row in rows {
            let next = row.facts.withUnsafeBytes {
                last.advanced(
                    seq: row.seq, epoch: row.epoch, at: row.at, count: row.count, facts: $0)
            }
            // SQLite drops a torn transaction at the end of its log without a word.
            guard next.chain == row.chain else { break }
            last = next
            batches.append(
                Batch(
                    seq: row.seq, epoch: row.epoch, at: row.at,
                    facts: try FactCodec.decode(row.facts), texts: row.texts))
        }
        rows.removeLast(rows.count - batches.count)
        let head = max(heads[0], heads[1])
        guard last >= head else {
            throw Violation("the journal ends with \(last), below its head \(head)")
        }
        guard head.seq == 0 || position(Int(head.seq)) == head else {
            throw Violation("batch \(head.seq) is not the one in the head")
        }
        syncedCount = rows.count
        heads = [last, last]
        syncedHeads = heads
        return batches
    }

    /// The texts of a batch.
    func texts(seq: UInt64) -> [UInt8] { rows[Int(seq) - 1].texts }

    private func position(_ count: Int) -> Position {
        guard count > 0 else { return .start }
        let row = rows[count - 1]
        return Position(epoch: row.epoch, seq: row.seq, chain: row.chain)
    }

    private mutating func write(_ batch: BrokerCore.PendingBatch) throws {
        guard batch.seq == UInt64(rows.count + 1), !batch.facts.isEmpty else {
            throw Violation("batch \(batch.seq) does not follow batch \(rows.count)")
        }
        let facts = try FactCodec.encode(batch.facts)
        let count = UInt32(batch.facts.count)
        let next = facts.withUnsafeBytes {
            position(rows.count).advanced(
                seq: batch.seq, epoch: batch.epoch, at: batch.at, count: count, facts: $0)
        }
        guard try FactCodec.encode(FactCodec.decode(facts)) == facts else {
            throw Violation("batch \(batch.seq) does not decode to what was encoded")
        }
        rows.append(
            Row(
                seq: batch.seq, epoch: batch.epoch, at: batch.at, count: count, facts: facts,
                texts: batch.texts, chain: next.chain, original: batch.facts))
    }
}
