package import BrokerEngine
package import BrokerJournal
package import GridModel

/// With which epoch and serial a restored journal goes on: the part of a restore that decides.
///
/// docs/decisions/0011-restore.md says why both follow from the time alone.
package struct NewEpoch: Sendable {
    /// More than a broker can file, on any machine: each call costs it more than a microsecond.
    package static let serialsPerMillisecond: UInt64 = 1_000
    /// An assignment's number holds a serial in 58 bits; one more restore must always fit.
    package static let highestSerial: UInt64 = 1 << 57

    /// The epoch that begins.
    package let epoch: UInt32
    /// The serial of its first call.
    package let firstSerial: UInt64

    /// The epoch after a backup with this record, restored at `time`; `epoch` and `firstSerial`
    /// take the place of what follows from the time.
    ///
    /// Throws `BackupError` if one of them could have been given out before.
    package init(
        _ record: Record, at time: Timestamp, epoch: UInt32? = nil, firstSerial: UInt64? = nil
    ) throws {
        if let epoch, epoch <= record.epoch {
            throw BackupError.epochTooLow(asked: epoch, backup: record.epoch)
        }
        let serials = record.nextSerial...Self.highestSerial
        if let firstSerial, !serials.contains(firstSerial) {
            throw BackupError.serialOutOfRange(
                asked: firstSerial, lowest: serials.lowerBound, highest: serials.upperBound)
        }
        if let epoch, let firstSerial {
            (self.epoch, self.firstSerial) = (epoch, firstSerial)
            return
        }
        let elapsed = time.milliseconds(since: record.now)
        let seconds = UInt32(clamping: time.milliseconds / 1_000)
        guard elapsed >= 0, seconds > record.epoch || epoch != nil else {
            throw BackupError.clockBehind(now: time, backup: record.now, epoch: record.epoch)
        }
        let gap = UInt64(elapsed) * Self.serialsPerMillisecond
        self.epoch = epoch ?? seconds
        self.firstSerial = firstSerial ?? record.nextSerial + gap
    }

    /// The batch with which the epoch begins, behind the backup's last one.
    package func batch(_ record: Record, after last: Position, at moment: Moment) -> Batch {
        var engine = Engine(record: record)
        engine.start(at: moment)
        engine.begin(at: moment)
        engine.beginBatch(last.seq + 1)
        engine.beginEpoch(epoch, firstSerial: firstSerial)
        return Batch(
            seq: last.seq + 1, epoch: epoch, at: engine.record.now, facts: engine.takeFacts())
    }
}
