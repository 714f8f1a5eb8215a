import BrokerEngine
import BrokerJournal
import BrokerServer

/// Faults of the disk, and what is kept of it elsewhere.
extension Simulation {
    /// Takes a step that concerns the disk.
    func takeDiskFault(_ step: Step) throws -> Bool {
        switch step {
        case .loseArchive:
            guard broker == nil else { return false }
            note("the archive is lost")
            happens(.archiveLost)
            archive.isLost()
            return true
        case .failDisk:
            let failure = random.pick(SimulatedDisk.Failure.allCases)
            note("the next \(failure) fails")
            disk.nextFailure = failure
            return true
        case .fillDisk: return fillDisk()
        case .freeDisk:
            guard disk.isFull || broker?.core.isDiskLow == true else { return false }
            freeDisk()
            return true
        case .flipBit: return flipBit()
        case .flipSpool: return try random.pick(terminals).flipSpool()
        case .makeSnapshot:
            guard try disk.makeSnapshot(archivedUpTo: archive.position) else { return false }
            note("a snapshot is made")
            happens(.snapshotMade)
            return true
        case .backUp:
            guard disk.backUp() else { return false }
            note("a backup is made, up to batch \(disk.syncedSeq)")
            happens(.backupMade)
            return true
        case .restore: return try restore()
        default: preconditionFailure("\(step) does not concern the disk")
        }
    }

    /// There is room again.
    func freeDisk() {
        note("the disk has room again")
        disk.isFull = false
        broker?.core.isDiskLow = false
    }

    /// The broker sees that little room is left, and sometimes there is none before it can.
    private func fillDisk() -> Bool {
        guard let broker else { return false }
        if random.chance(perMille: 700) {
            note("the disk is nearly full")
            happens(.diskLow)
            broker.core.isDiskLow = true
        } else {
            note("the disk is full")
            happens(.diskFilled)
            disk.isFull = true
        }
        return true
    }

    /// At rest: what a running broker holds in memory does not change with the disk.
    private func flipBit() -> Bool {
        guard broker == nil else { return false }
        guard disk.flips.isEmpty else {
            note("the operator has found what was flipped, and brings it back")
            disk.repair()
            return true
        }
        guard let happening = disk.flip(&random) else { return false }
        note("a bit is flipped: \(happening)")
        happens(happening)
        return true
    }

    /// The data directory is lost, and a backup is brought back. What was confirmed after it is
    /// not there; the terminals have it.
    private func restore() throws -> Bool {
        guard broker == nil, !disk.isFull, !disk.backups.isEmpty else { return false }
        // It takes a while, and the restore itself does not end within a second.
        clock.advance(milliseconds: 1_000 + random.below(10_000))
        let backup = random.pick(disk.backups)
        try disk.restore(backup, at: clock.moment, highest: highest)
        note("the backup up to batch \(backup.seq) is restored")
        happens(.backupRestored)
        archive.isLost()
        // What a terminal is about to send under the id of a call that is gone would be taken for
        // that call; a person types no such thing during a restore.
        for terminal in terminals where terminal.isUp { terminal.crash() }
        witness.journalIsRestored(to: backup.seq, auditor)
        highestDurable = disk.syncedSeq
        return true
    }

    /// An append failed: nothing of it was confirmed, and the broker stops.
    func brokerFails(_ failure: DiskFailure) {
        note("the broker stops: \(failure.reason)")
        happens(failure.happening)
        happens(.brokerFailedClosed)
        disk.processEnds()
        brokerIsGone()
    }
}
