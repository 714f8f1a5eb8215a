import BrokerEngine
import BrokerJournal
import BrokerServer
import GridCodec
import GridModel

import struct Foundation.Data

extension Simulation {
    /// A batch in so many is compared slot for slot: histograms make it slow.
    private static let batchesPerComparison = 16
    /// With more open calls counters are recounted for a batch in so many only.
    private static let manyCalls = 64
    private static let batchesPerRecount: UInt64 = 8

    /// Starts the broker on what the disk holds, and checks that nothing is missing. It may refuse
    /// what is damaged, or full, or a catalogue that does not fit; then it is not there.
    func startBroker() throws {
        do {
            let broker = try SimulatedBroker(
                disk: &disk, archive: archive, clock: clock, limits: plan.limits,
                saltSeed: random.next())
            guard disk.syncedSeq >= highestDurable else {
                throw Violation("batch \(highestDurable) was durable, but is gone")
            }
            checked(.starts)
            try begin(broker)
        } catch let refusal as RefusedStart {
            guard disk.flips.contains(where: \.mayBeRefused) else {
                throw Violation("the start is refused: \(refusal.reason)")
            }
            note("the start is refused: \(refusal.reason)")
            happens(.startRefused)
            disk.repair()
        } catch let failure as DiskFailure {
            note("the broker cannot start: \(failure.reason)")
            happens(failure.happening)
        }
    }

    /// The broker has read its journal; the catalogue's file may still be refused.
    private func begin(_ broker: SimulatedBroker) throws {
        note("the broker has read batch \(disk.syncedSeq)")
        if broker.opened.snapshot != nil {
            guard !disk.wasSnapshotFlipped else { throw Violation("a damaged snapshot is used") }
            happens(.snapshotUsed)
        }
        if let reason = broker.opened.unusable {
            guard disk.wasSnapshotFlipped else {
                throw Violation("a sound snapshot is not used: \(reason)")
            }
            happens(.snapshotIgnored)
            (disk.snapshot, disk.snapshotSeq) = (nil, 0)
            disk.wasSnapshotFlipped = false
        }
        // What a start has read damaged it leaves out until the next one.
        witness.damagedTexts = disk.damagedTexts
        try replay()
        guard broker.begin(with: SimulatedStreet.variants[catalogueFile]) else {
            guard catalogueFile != 0 else {
                throw Violation("the whole catalogue is refused at a start")
            }
            note("the broker refuses the catalogue, which is put back")
            happens(.catalogueRefused)
            catalogueFile = 0
            return
        }
        try checkErasures()
        self.broker = broker
        leases.brokerStarted(at: clock.now)
        try checkConfirmed()
    }

    /// One turn of the broker's loop, and what it lets go reaches the network.
    func turn(limit: Int) throws -> Bool {
        guard let broker else { return false }
        leases.willTake(
            broker.inbox.prefix(limit).map { (route: $0.route, frame: $0.frame) },
            broker.core.engine.record, now: clock.now)
        let refusals = broker.refusals
        let batch = try broker.turn(at: clock.moment, limit: limit, disk: disk)
        if broker.refusals > refusals {
            happens(.catalogueRefused)
            catalogueFile = 0
        }
        highestDurable = max(highestDurable, broker.core.durableSeq)
        let frames = try broker.released.map { ($0.route, $0.frame, try Self.decode($0.frame)) }
        leases.didTake(
            frames.map { ($0.0, $0.2) }, now: clock.now,
            helloCounts: plan.limits == ProtocolLimits())
        if let batch { try accept(batch) }
        if plan.erases { witness.listed = Set(disk.erasures.map(\.call)) }
        for (route, frame, message) in frames {
            try witness.hear(message, from: route, auditor, syncedSeq: disk.syncedSeq)
            checked(.frames)
            network.sendToPeer(frame, route: route, now: clock.now)
        }
        // What was decided before may have left in this very turn, and nothing after it.
        let durable = broker.core.durableSeq
        witness.areErased(auditor.erased.filter { $0.value <= durable }.keys)
        return true
    }

    /// The journal's thread goes on with its append.
    func advanceAppend() throws -> Bool {
        guard let broker, disk.isAppending else { return false }
        do {
            if try disk.advance() { broker.appendIsDone() }
        } catch let failure as DiskFailure {
            brokerFails(failure)
        }
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
        checked(.confirmedCalls)
    }

    /// Nothing that was erased is on the disk, and nothing else is gone.
    func checkErasures() throws {
        guard plan.erases, !disk.isAppending else { return }
        try disk.checkErasures()
        checked(.erasures)
    }

    /// The written batch and the engine agree.
    private func accept(_ batch: BrokerCore.PendingBatch) throws {
        note("batch \(batch.seq) with \(batch.facts.count) facts")
        try leases.check(batch.facts, auditor, now: clock.now)
        checked(.leases)
        try auditor.read(batch.facts, texts: batch.texts, seq: batch.seq)
        checked(.batches)
        checked(.facts, batch.facts.count)
        disk.ask(batch)
        for _ in batch.erasures { happens(.textsErased) }
        shadow.beginBatch(batch.seq)
        for fact in batch.facts { _ = shadow.apply(fact) }
        guard let record = broker?.core.engine.record else { return }
        guard record.calls.count <= plan.limits.openCalls else {
            throw Violation("\(record.calls.count) calls are open")
        }
        checked(.limits)
        if auditor.open.count < Self.manyCalls || batch.seq % Self.batchesPerRecount == 0 {
            try auditor.compare(with: record)
            checked(.counters)
        }
        batchesSinceComparison += 1
        guard batchesSinceComparison >= Self.batchesPerComparison else { return }
        try compareWithShadow()
    }

    /// The engine's record is what the facts say, slot for slot, and so are its histograms.
    func compareWithShadow() throws {
        batchesSinceComparison = 0
        guard var record = broker?.core.engine.record else { return }
        record.beginBatch(shadow.batchSeq)
        guard record == shadow else { throw Violation("the record differs from its facts") }
        checked(.records)
        try auditor.times.compare(with: record)
        checked(.histograms)
    }

    /// After a start: the record is what the surviving facts say, and the auditor forgets the rest.
    private func replay() throws {
        auditor = Auditor()
        shadow = Record()
        for row in disk.rows {
            try auditor.read(row.original.facts, texts: row.original.texts, seq: row.seq)
            shadow.beginBatch(row.seq)
            for fact in row.original.facts { _ = shadow.apply(fact) }
        }
        batchesSinceComparison = Self.batchesPerComparison - 1
    }

    private static func decode(_ frame: Data) throws -> WireMessage {
        try frame.withUnsafeBytes { try Frame.decode($0) }
    }
}
