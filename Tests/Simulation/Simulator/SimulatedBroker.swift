import Access
import BrokerEngine
import BrokerJournal
import BrokerServer
import GridCodec
import GridModel
import ZeroMQ

import struct Foundation.Data

/// The broker's process: the real core, and around it what `Broker+Loop.swift` does with threads,
/// as steps that the simulation takes one at a time.
final class SimulatedBroker {
    let core: BrokerCore
    /// When it started, on the monotonic clock.
    let startedAt: Int64
    /// What the ROUTER has received and the loop has not taken yet.
    private(set) var inbox: [(route: RoutingID, frame: Data, user: String?)] = []
    /// An append is done and the loop has not heard of it yet.
    private(set) var hasCommitted = false
    private(set) var textRequests: [UInt64] = []
    private(set) var archiving: Ended?
    private var textsRead: [(seq: UInt64, bytes: [UInt8])] = []
    private var searches: [ErasureSearch] = []
    private var textsFound: [(search: ErasureSearch, texts: [ErasedText])] = []
    /// Erasures that the journal does not tell of yet.
    private let untoldErasures: [ErasureList.Entry]
    private var archived: Ended?
    private var nextCatalogue: StreetCatalogue?
    /// Catalogues that were refused because calls were open.
    private(set) var refusals = 0
    /// Frames that left in the last turn.
    private(set) var released: [(route: RoutingID, frame: Data)] = []

    /// Ended calls a replay holds; small, so that archives are rebuilt now and then.
    private static let tailLimit = 24

    /// What the start found.
    let opened: SimulatedDisk.Opened

    /// Starts as `Broker` does; throws if the journal must not be served.
    init(
        disk: inout SimulatedDisk, archive: SimulatedArchive, clock: SimulatedClock,
        limits: ProtocolLimits, saltSeed: UInt64
    ) throws {
        opened = try disk.open()
        var replay = Replay(tailLimit: Self.tailLimit)
        if let snapshot = opened.snapshot {
            replay = Replay(tailLimit: Self.tailLimit, hashSeed: 0, from: snapshot)
        }
        for batch in opened.batches { replay.apply(batch) }
        let lastSeq = disk.syncedSeq
        guard archive.position <= lastSeq else {
            throw Violation("the archive knows batch \(archive.position), the journal \(lastSeq)")
        }
        if archive.position < replay.droppedUpTo {
            var feed = EndedFeed(step: Self.tailLimit)
            for row in disk.rows {
                if let ended = feed.apply(try row.batch()) { archive.keep(ended) }
            }
            archive.keep(feed.take(upTo: lastSeq))
        }
        var salts = Randomness(seed: saltSeed)
        var settings = BrokerCore.Settings(
            digestKey: [1, 2, 3], durableSeq: lastSeq, makeTag: Self.tag,
            verifyTag: { mac, epoch, seq in Data(Self.tag(epoch, seq)) == mac },
            randomBytes: { salts.bytes(256) })
        settings.limits = limits
        let erasures = try disk.finishErasures(
            replayed: opened.batches.flatMap(\.facts), record: replay.record)
        untoldErasures = erasures.untold
        settings.erasedCalls = erasures.calls
        settings.access = AccessControl(
            try AuthorizedKeys(text: SimulatedEraser.authorizedKeys), localRole: .operator)
        var engine = Engine(
            record: replay.record, recent: replay.recent(after: archive.position), limits: limits)
        engine.start(at: clock.moment)
        core = BrokerCore(engine: engine, archive: archive, settings: settings)
        startedAt = clock.now
        core.begin(at: clock.moment)
    }

    /// Puts the catalogue's file in force; false if it is refused, and then nothing is served.
    func begin(with catalogue: StreetCatalogue) -> Bool {
        if core.engine.record.epoch == 0 { core.beginFirstEpoch() }
        core.repeatErasures(untoldErasures)
        guard core.adopt(catalogue).isEmpty else { return false }
        core.end()
        return true
    }

    /// SIGHUP: another catalogue has been compiled.
    func changeCatalogue(to catalogue: StreetCatalogue) { nextCatalogue = catalogue }

    /// The ROUTER receives a frame.
    func receive(_ frame: Data, from route: RoutingID, user: String? = nil) {
        inbox.append((route, frame, user))
    }

    /// The journal's thread says that its append is done.
    func appendIsDone() { hasCommitted = true }

    /// The archive's thread has finished its transaction.
    func archiveIsDone() {
        archived = archiving
        archiving = nil
    }

    /// The thread that reads texts has read one batch.
    func readTexts(from disk: SimulatedDisk) throws {
        guard !textRequests.isEmpty else { return }
        let seq = textRequests.removeFirst()
        textsRead.append((seq, try disk.texts(seq: seq)))
    }

    /// The thread that looks for texts to erase has gone through the journal for one call.
    func findTexts(in disk: SimulatedDisk) throws {
        guard !searches.isEmpty else { return }
        let search = searches.removeFirst()
        let rows = disk.rows.prefix(Int(search.durableSeq))
        textsFound.append(
            (
                search,
                try rows.flatMap {
                    JournalErasure.texts(ofCall: search.serial, in: try $0.batch())
                }
            ))
    }

    /// One turn of the loop over at most `limit` messages; returns a batch to be written.
    func turn(
        at moment: Moment, limit: Int, disk: SimulatedDisk
    ) throws -> BrokerCore.PendingBatch? {
        released = []
        if hasCommitted {
            hasCommitted = false
            core.batchBecameDurable()
            release(at: moment)
        }
        core.begin(at: moment)
        if let catalogue = nextCatalogue {
            refusals += core.adopt(catalogue).isEmpty ? 0 : 1
            nextCatalogue = nil
        }
        for _ in 0..<min(limit, inbox.count) {
            let (route, frame, user) = inbox.removeFirst()
            frame.withUnsafeBytes { core.receive($0, from: route, user: user) }
        }
        for (seq, bytes) in textsRead { core.textsWereRead(seq: seq, bytes) }
        textsRead = []
        textRequests += core.takeTextRequests()
        for (search, texts) in textsFound { core.textsWereFound(search, texts) }
        textsFound = []
        searches += core.takeErasureSearches()
        core.end()
        if let reason = core.fatalReason { throw Violation("the broker stopped: \(reason)") }
        let batch = core.takeBatch()
        release(at: moment)
        archive()
        return batch
    }

    private func release(at moment: Moment) {
        core.release(monotonicNanoseconds: moment.monotonicNanoseconds) { route, _, bytes in
            released.append((route, Data(bytes)))
        }
    }

    private func archive() {
        if let ended = archived {
            core.forget(ended)
            archived = nil
        }
        guard archiving == nil, core.engine.endedCount > 0 else { return }
        let ended = core.engine.ended(upTo: core.durableSeq, limit: 8)
        guard !ended.calls.isEmpty || !ended.commands.isEmpty else { return }
        archiving = ended
    }

    private static func tag(_ epoch: UInt32, _ seq: UInt64) -> [UInt8] {
        var random = Randomness(seed: UInt64(epoch) << 48 ^ seq)
        return random.bytes(16)
    }
}
