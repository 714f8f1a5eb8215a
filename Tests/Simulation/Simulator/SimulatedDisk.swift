import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel

/// The journal's file, its head and the snapshot as a disk sees them: what was written, and what of
/// it survives a loss of power.
///
/// It keeps the order of `SQLiteJournal.append`: the batch is written, then fsynced, then the head
/// is written without an fsync; only then does the broker hear of it. Bytes are those of the real
/// codecs; what a start makes of them is in `SimulatedDisk+Opening`.
struct SimulatedDisk {
    /// One encoded batch.
    struct Row {
        let seq: UInt64
        let epoch: UInt32
        var at: Timestamp
        let count: UInt32
        var facts: [UInt8]
        var texts: [UInt8]
        var chain: Digest
        /// The batch before it was encoded: what a replay must give.
        let original: Batch
        /// An fsync failed while the row was only in the cache: no later fsync writes it.
        var isDropped = false
    }

    /// How far the append at hand has come.
    enum Append {
        case none
        case asked(BrokerCore.PendingBatch)
        case listed(BrokerCore.PendingBatch)
        case written([ErasedText])
        case synced([ErasedText])
        case headWritten([ErasedText])
    }

    /// The system call that fails next.
    enum Failure: CaseIterable { case write, sync, head }

    var rows: [Row] = []
    var append = Append.none
    /// So many rows survive a loss of power.
    var syncedCount = 0
    /// So many rows lie in the database, the others in SQLite's log, whose damaged end it drops.
    var checkpointedCount = 0
    var heads = [HeadSlot.bytes(of: .start), HeadSlot.bytes(of: .start)]
    var syncedHeads = [HeadSlot.bytes(of: .start), HeadSlot.bytes(of: .start)]
    var snapshot: [UInt8]?
    /// The last batch that it knows.
    var snapshotSeq: UInt64 = 0
    var backups: [Backup] = []
    /// The erasures beside the secret, which outlive the data directory.
    private(set) var erasures: [ErasureList.Entry] = []
    /// Bits that were flipped and not flipped back.
    var flips: [Flip] = []
    /// A snapshot with a flipped bit lies there.
    var wasSnapshotFlipped = false
    var nextFailure: Failure?
    var isFull = false

    /// The last batch that no crash can take away.
    var syncedSeq: UInt64 { UInt64(syncedCount) }
    var isAppending: Bool { if case .none = append { false } else { true } }
    /// A batch was handed over of which no byte is written yet.
    var isAsked: Bool {
        switch append {
        case .asked, .listed: true
        default: false
        }
    }

    /// The journal's thread gets a batch.
    mutating func ask(_ batch: BrokerCore.PendingBatch) { append = .asked(batch) }

    /// The append goes one step further; true when the broker may hear that it is done.
    ///
    /// Throws `DiskFailure` if the disk says no, after which the broker must stop.
    mutating func advance() throws -> Bool {
        switch append {
        case .none: return false
        case .asked(let batch):
            try fail(if: .write, .writeFailed)
            erasures += batch.erasures.filter { !erasures.contains($0) }
            append = .listed(batch)
            // Without an erasure there is no list to write.
            if batch.erasures.isEmpty { return try advance() }
        case .listed(let batch):
            try fail(if: .write, .writeFailed)
            try write(batch)
            append = .written(batch.erasures.flatMap(\.texts))
        case .written(let erased):
            if nextFailure == .sync { rows[rows.count - 1].isDropped = true }
            try fail(if: .sync, .syncFailed)
            syncedCount = rows.count
            append = .synced(erased)
        case .synced(let erased):
            try fail(if: .head, .headWriteFailed)
            heads[rows.count % 2] = HeadSlot.bytes(of: position(rows.count))
            append = .headWritten(erased)
            if erased.isEmpty { return try advance() }
        case .headWritten(let erased):
            erase(erased)
            append = .none
            return true
        }
        return false
    }

    /// The head's own fsync, once a second and when idle.
    mutating func synchronizeHead() { syncedHeads = heads }

    /// The broker's process ends; what it wrote stays in the machine's cache.
    mutating func processEnds() { append = .none }

    /// The machine loses power: unsynced data is lost, torn or kept, piece by piece. Returns what
    /// became of it.
    mutating func powerFails(_ random: inout Randomness) -> [Happening] {
        append = .none
        var happenings: [Happening] = []
        while rows.count > syncedCount {
            let isDropped = rows[syncedCount...].contains(where: \.isDropped)
            if !isDropped, random.chance(perMille: 400) {
                happenings.append(.batchKept)
                break
            }
            if isDropped || random.chance(perMille: 500) {
                rows.removeLast()
                happenings.append(.batchLost)
            } else {
                let place = rows.count - 1
                rows[place].facts.removeLast(1 + random.below(rows[place].facts.count))
                happenings.append(.batchTorn)
                break
            }
        }
        for slot in heads.indices
        where heads[slot] != syncedHeads[slot] && random.chance(perMille: 500) {
            heads[slot] = syncedHeads[slot]
            happenings.append(.headLost)
        }
        return happenings
    }

    /// Batches of which a text has a flipped bit.
    var damagedTexts: Set<UInt64> {
        Set(flips.filter { $0.happening == .textFlipped }.map { UInt64($0.place) + 1 })
    }

    /// The texts of a batch, as the broker's reader of texts gives them.
    func texts(seq: UInt64) throws -> [UInt8] {
        let row = rows[Int(seq) - 1]
        return StoredTexts.sound(row.texts, of: try FactCodec.decode(row.facts)).texts
    }

    func position(_ count: Int) -> Position {
        guard count > 0 else { return .start }
        let row = rows[count - 1]
        return Position(epoch: row.epoch, seq: row.seq, chain: row.chain)
    }

    /// Appends a batch that is durable at once, as a restore does.
    mutating func store(_ batch: Batch) throws {
        try write(
            batch.seq, epoch: batch.epoch, at: batch.at, facts: batch.facts, texts: batch.texts)
    }

    private mutating func fail(if failure: Failure, _ happening: Happening) throws {
        if isFull, failure != .sync { throw DiskFailure(happening: happening, reason: "no space") }
        guard nextFailure == failure else { return }
        nextFailure = nil
        throw DiskFailure(happening: happening, reason: "an input or output error")
    }

    private mutating func write(_ batch: BrokerCore.PendingBatch) throws {
        try write(
            batch.seq, epoch: batch.epoch, at: batch.at, facts: batch.facts, texts: batch.texts)
    }

    private mutating func write(
        _ seq: UInt64, epoch: UInt32, at: Timestamp, facts original: [Fact], texts: [UInt8]
    ) throws {
        guard seq == UInt64(rows.count + 1), !original.isEmpty else {
            throw Violation("batch \(seq) does not follow batch \(rows.count)")
        }
        let facts = try FactCodec.encode(original)
        let count = UInt32(original.count)
        let next = facts.withUnsafeBytes {
            position(rows.count).advanced(
                seq: seq, epoch: epoch, at: at, count: count, facts: $0)
        }
        guard try FactCodec.encode(FactCodec.decode(facts)) == facts else {
            throw Violation("batch \(seq) does not decode to what was encoded")
        }
        rows.append(
            Row(
                seq: seq, epoch: epoch, at: at, count: count, facts: facts, texts: texts,
                chain: next.chain,
                original: Batch(seq: seq, epoch: epoch, at: at, facts: original, texts: texts)))
    }
}

/// What the disk refused to do.
struct DiskFailure: Error {
    let happening: Happening
    let reason: String
}
