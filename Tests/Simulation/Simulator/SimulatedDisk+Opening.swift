import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel

/// Why a journal is not served; nothing on the disk is changed by it.
struct RefusedStart: Error {
    let reason: String
}

extension SimulatedDisk {
    /// The journal's name, which binds its snapshots.
    static let journalID = UniqueID(high: 1, low: 1)

    /// What a start has read.
    struct Opened {
        /// The snapshot that it began from.
        var snapshot: SnapshotFile?
        /// Why the one that is there was not used.
        var unusable: String?
        /// The batches after it.
        var batches: [Batch] = []
        var last = Position.start
    }

    /// Opens the journal like a broker that starts: first everything is compared and read, and
    /// only then is it made durable anew and the head written.
    ///
    /// Throws `RefusedStart` for a journal that must not be served, `DiskFailure`.
    mutating func open() throws -> Opened {
        let readable = readableCount
        try compareWithHead(readable)
        var opened = Opened()
        try readSnapshot(into: &opened, readable)
        opened.last = position(Int(opened.snapshot?.position.seq ?? 0))
        for row in rows[Int(opened.last.seq)..<readable] {
            let next = row.facts.withUnsafeBytes {
                opened.last.advanced(
                    seq: row.seq, epoch: row.epoch, at: row.at, count: row.count, facts: $0)
            }
            guard next.chain == row.chain else {
                throw RefusedStart(reason: "the hash of batch \(row.seq) is another")
            }
            opened.last = next
            opened.batches.append(try row.batch())
        }
        guard !isFull else {
            throw DiskFailure(happening: .writeFailed, reason: "no space for a checkpoint")
        }
        serve(readable)
        return opened
    }

    /// SQLite drops a torn or damaged transaction and what follows it in its log without a word;
    /// what lies in the database is read as it is.
    private var readableCount: Int {
        var last = position(checkpointedCount)
        for row in rows[checkpointedCount...] {
            let next = row.facts.withUnsafeBytes {
                last.advanced(
                    seq: row.seq, epoch: row.epoch, at: row.at, count: row.count, facts: $0)
            }
            guard next.chain == row.chain else { return Int(row.seq) - 1 }
            last = next
        }
        return rows.count
    }

    private func compareWithHead(_ readable: Int) throws {
        guard let head = heads.compactMap(HeadSlot.position(in:)).max() else {
            guard readable > 0 else { return }
            throw RefusedStart(reason: "the head cannot be read")
        }
        let last = position(readable)
        guard last >= head else {
            throw RefusedStart(reason: "the journal ends with \(last), below its head \(head)")
        }
        guard head.seq == 0 || position(Int(head.seq)) == head else {
            throw RefusedStart(reason: "batch \(head.seq) is not the one in the head")
        }
    }

    private func readSnapshot(into opened: inout Opened, _ readable: Int) throws {
        guard let snapshot else { return }
        let result = SnapshotFile.decode(
            journalID: Self.journalID, hashSeed: 0, byteCount: snapshot.count,
            isKnown: { $0.seq <= readable && position(Int($0.seq)) == $0 },
            read: { count, offset in Array(snapshot.dropFirst(offset).prefix(count)) })
        switch result {
        case .success(let file): opened.snapshot = file
        case .failure(let reason): opened.unusable = "\(reason)"
        }
    }

    /// A checkpoint writes what was read anew, so that also what a failed fsync dropped is there.
    private mutating func serve(_ count: Int) {
        rows.removeLast(rows.count - count)
        for place in rows.indices { rows[place].isDropped = false }
        syncedCount = count
        checkpointedCount = count
        let slot = HeadSlot.bytes(of: position(count))
        (heads, syncedHeads) = ([slot, slot], [slot, slot])
        flips.removeAll(where: \.isHealedByStart)
        nextFailure = nil
    }
}

extension SimulatedDisk.Row {
    /// The batch with the texts that are left of it.
    var stored: Batch {
        Batch(seq: seq, epoch: epoch, at: at, facts: original.facts, texts: texts)
    }

    /// The batch, decoded.
    func batch() throws -> Batch {
        do {
            return Batch(
                seq: seq, epoch: epoch, at: at, facts: try FactCodec.decode(facts), texts: texts)
        } catch {
            throw RefusedStart(reason: "the facts of batch \(seq) cannot be read: \(error)")
        }
    }
}
