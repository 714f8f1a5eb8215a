import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel

extension SimulatedDisk {
    /// A copy of the journal's rows up to one of them, kept elsewhere.
    struct Backup {
        let rows: [Row]

        /// The last batch in it.
        var seq: UInt64 { UInt64(rows.count) }
    }

    /// So many backups are kept.
    private static let backupsKept = 3

    /// `gridcall-broker backup`, beside a running broker or without one: only what is durable and
    /// sound is copied. False if there is nothing to copy.
    mutating func backUp() -> Bool {
        guard syncedCount > 0, flips.isEmpty else { return false }
        backups.append(Backup(rows: Array(rows[..<syncedCount])))
        backups.removeFirst(max(0, backups.count - Self.backupsKept))
        return true
    }

    /// `gridcall-broker restore`: an empty directory with the backup's rows and the batch with
    /// which the new epoch begins. Backups that are not of this history stay where they lie.
    ///
    /// Where a clock was wrong, the operator knows the highest epoch and serial there were.
    mutating func restore(
        _ backup: Backup, at moment: Moment, highest: (epoch: UInt32, serial: UInt64)
    ) throws {
        var replay = Replay(tailLimit: 1)
        for row in backup.rows { replay.apply(try row.batch()) }
        let seconds = UInt32(clamping: moment.wall.milliseconds / 1_000)
        let isClockRight = seconds > highest.epoch && moment.wall > replay.record.now
        let begin = try NewEpoch(
            replay.record, at: moment.wall, epoch: isClockRight ? nil : highest.epoch + 1,
            firstSerial: isClockRight ? nil : max(highest.serial + 1, replay.record.nextSerial))
        rows = backup.rows
        append = .none
        let batch = begin.batch(replay.record, after: position(rows.count), at: moment)
        try store(batch)
        (syncedCount, checkpointedCount) = (rows.count, rows.count)
        let slot = HeadSlot.bytes(of: position(rows.count))
        (heads, syncedHeads) = ([slot, slot], [slot, slot])
        (snapshot, flips, nextFailure) = (nil, [], nil)
        (wasSnapshotFlipped, snapshotSeq) = (false, 0)
        backups.removeAll { $0.seq > backup.seq }
    }

    /// `gridcall-broker snapshot`, which goes on from the one there is as `SnapshotMaking` does.
    /// False if there is nothing new.
    mutating func makeSnapshot(archivedUpTo archived: UInt64) throws -> Bool {
        guard flips.isEmpty, !wasSnapshotFlipped, !isFull, syncedCount > 0 else { return false }
        var replay = Replay(tailLimit: 0)
        var known = Position.start
        if let snapshot {
            let before = SnapshotFile.decode(
                journalID: Self.journalID, hashSeed: 0, byteCount: snapshot.count,
                isKnown: { $0.seq <= rows.count && position(Int($0.seq)) == $0 },
                read: { count, offset in Array(snapshot.dropFirst(offset).prefix(count)) })
            if case .success(let file) = before {
                known = file.position
                replay = Replay(tailLimit: 0, hashSeed: 0, from: file)
            }
        }
        var end = known
        for row in rows[..<syncedCount].dropFirst(Int(known.seq)) {
            let batch = try row.batch()
            guard SnapshotMaking.mayInclude(batch, archivedUpTo: archived) else { break }
            replay.apply(batch)
            end = position(Int(row.seq))
        }
        guard end > known else { return false }
        var bytes: [UInt8] = []
        try withoutActuallyEscaping({ (piece: [UInt8], _: Int) in bytes += piece }) { write in
            try SnapshotFile.encode(
                replay.record, at: end,
                archivedUpTo: SnapshotMaking.neededOfArchive(replay, archivedUpTo: archived),
                journalID: Self.journalID, write: write)
        }
        snapshot = bytes
        snapshotSeq = end.seq
        return true
    }
}
