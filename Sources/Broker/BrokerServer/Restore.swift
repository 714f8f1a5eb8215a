import BrokerEngine
package import BrokerJournal
package import GridModel

/// Brings a backup back as the journal of a new epoch, which a broker can go on with.
///
/// What was confirmed after the backup is not in it. So nothing that may have been given out since
/// may be given out again: the epoch is above every epoch there was, which voids claims and lets
/// peers' later tags pass, and the serials leave a gap in which every call fits that may have been
/// filed meanwhile. docs/decisions/0011-restore.md says why both follow from the time alone.
package struct Restore {
    /// What came of it.
    package struct Report: Hashable, Sendable {
        /// The last batch of the backup.
        package var backup: Position
        /// When the backup was made.
        package var madeAt: Timestamp
        /// The epoch that begins.
        package var epoch: UInt32
        /// The serial of the next call.
        package var firstSerial: UInt64
        /// Open calls.
        package var openCalls: Int
        /// Assignments that were in a worker's hands and are queued again.
        package var released: Int
    }

    private let path: String
    private let directory: DataDirectory
    private let epoch: UInt32?
    private let firstSerial: UInt64?
    private let acceptsDamagedTexts: Bool

    /// A restore of the backup at `path` to `directory`. `epoch` and `firstSerial` take the place
    /// of what follows from the time, for whoever knows that it does not suffice, or is too much.
    package init(
        of path: String, to directory: DataDirectory, epoch: UInt32? = nil,
        firstSerial: UInt64? = nil, acceptsDamagedTexts: Bool = false
    ) {
        self.path = path
        self.directory = directory
        self.epoch = epoch
        self.firstSerial = firstSerial
        self.acceptsDamagedTexts = acceptsDamagedTexts
    }

    /// Does it; `now` is the wall clock, `wait` lets so many milliseconds pass.
    ///
    /// Nothing is written before the whole backup was found sound. Throws `BackupError`,
    /// `JournalError`; then the directory is as empty as it was.
    package func run(
        now: () -> Timestamp, wait: (_ milliseconds: Int64) -> Void
    ) throws -> Report {
        try StagedJournal.checkEmpty(directory)
        let backup = try BackupFile(path: path)
        _ = try backup.verify(acceptingDamagedTexts: acceptsDamagedTexts)
        let staged = try StagedJournal(backup, in: directory)
        do {
            let report = try begin(backup, staged.staging, at: now())
            // Whoever restores later reads a later second, and so begins a higher epoch.
            while now().milliseconds / 1_000 <= report.epoch, epoch == nil {
                wait(1_000 - now().milliseconds % 1_000)
            }
            try staged.publish()
            return report
        } catch {
            staged.discard()
            throw error
        }
    }

    /// Appends the batch with which the epoch begins.
    private func begin(
        _ backup: BackupFile, _ staging: DataDirectory, at time: Timestamp
    ) throws -> Report {
        var replay = Replay(tailLimit: 1)
        let journal = try SQLiteJournal.open(staging) { replay.apply($0) }
        let record = replay.record
        let begin = try NewEpoch(record, at: time, epoch: epoch, firstSerial: firstSerial)
        let moment = Moment(wall: time, monotonicNanoseconds: monotonicNanoseconds())
        let batch = begin.batch(record, after: journal.position, at: moment)
        _ = try journal.append(batch)
        try journal.close()
        return Report(
            backup: backup.end, madeAt: backup.madeAt, epoch: begin.epoch,
            firstSerial: begin.firstSerial, openCalls: record.calls.count,
            released: batch.facts.count { if case .assignmentReleased = $0 { true } else { false } }
        )
    }
}
