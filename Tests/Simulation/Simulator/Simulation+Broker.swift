import BrokerEngine
import BrokerServer
import GridCodec
import GridModel

import struct Foundation.Data

extension Simulation {
    /// A batch in so many is compared slot for slot: histograms make it slow.
    private static let batchesPerComparison = 16

    /// Starts the broker on what the disk holds, and checks that nothing is missing.
    func startBroker() throws {
        let broker = try SimulatedBroker(
            disk: &disk, archive: archive, clock: clock, saltSeed: random.next())
        guard disk.syncedSeq >= highestDurable else {
            throw Violation("batch \(highestDurable) was durable, but is gone")
        }
        self.broker = broker
        leases.brokerStarted(at: clock.now)
        try replay()
        note("the broker starts with batch \(disk.syncedSeq)")
        try checkConfirmed()
    }

    /// One turn of the broker's loop, and what it lets go reaches the network.
    func turn(limit: Int) throws -> Bool {
        guard let broker else { return false }
        leases.willTake(broker.inbox.prefix(limit), broker.core.engine.record, now: clock.now)
        let batch = try broker.turn(at: clock.moment, limit: limit, disk: disk)
        highestDurable = max(highestDurable, broker.core.durableSeq)
        let frames = try broker.released.map { ($0.route, $0.frame, try Self.decode($0.frame)) }
        leases.didTake(frames.map { ($0.0, $0.2) }, now: clock.now)
        if let batch { try accept(batch) }
        for (route, frame, message) in frames {
            try witness.hear(message, auditor, syncedSeq: disk.syncedSeq)
            network.sendToPeer(frame, route: route)
        }
        return true
    }

    /// The journal's thread goes on with its append.
    func advanceAppend() throws -> Bool {
        guard let broker, disk.isAppending else { return false }
        if try disk.advance() { broker.appendIsDone() }
        return true
    }

    /// The archive's thread finishes its transaction, which must not run ahead of the journal.
    func advanceArchive() throws -> Bool {
        guard let broker, let ended = broker.archiving else { return false }
        guard ended.upTo <= disk.syncedSeq else {
            throw Violation(
                "the archive gets batch \(ended.upTo), but only \(disk.syncedSeq) is durable")
        }
        archive.keep(ended)
        broker.archiveIsDone()
        return true
    }

    /// Every confirmed call is known, under its number.
    func checkConfirmed() throws {
        guard let core = broker?.core else { return }
        for (id, receipt) in witness.receipts {
            guard let filing = auditor.filings[id] else {
                throw Violation("confirmed call \(id) is lost: \(receipt.caseNumber)")
            }
            let isKnown = core.engine.knows(id) || archive.call(id: id)?.serial == filing.serial
            guard isKnown else { throw Violation("the broker has forgotten call \(id)") }
        }
    }

    /// The written batch and the engine agree.
    private func accept(_ batch: BrokerCore.PendingBatch) throws {
        note("batch \(batch.seq) with \(batch.facts.count) facts")
        try leases.check(batch.facts, auditor, now: clock.now)
        try auditor.read(batch.facts, texts: batch.texts, seq: batch.seq)
        disk.ask(batch)
        shadow.beginBatch(batch.seq)
        for fact in batch.facts { _ = shadow.apply(fact) }
        guard let record = broker?.core.engine.record else { return }
        try auditor.compare(with: record)
        batchesSinceComparison += 1
        guard batchesSinceComparison == Self.batchesPerComparison else { return }
        try compareWithShadow()
    }

    /// The engine's record is what the facts say, slot for slot.
    func compareWithShadow() throws {
        batchesSinceComparison = 0
        guard var record = broker?.core.engine.record else { return }
        record.beginBatch(shadow.batchSeq)
        guard record == shadow else { throw Violation("the record differs from its facts") }
    }

    /// After a start: the record is what the surviving facts say, and the auditor forgets the rest.
    private func replay() throws {
        auditor = Auditor()
        shadow = Record()
        for row in disk.rows {
            try auditor.read(row.original, texts: row.texts, seq: row.seq)
            shadow.beginBatch(row.seq)
            for fact in row.original { _ = shadow.apply(fact) }
        }
        batchesSinceComparison = Self.batchesPerComparison - 1
    }

    private static func decode(_ frame: Data) throws -> WireMessage {
        try frame.withUnsafeBytes { try Frame.decode($0) }
    }
}
