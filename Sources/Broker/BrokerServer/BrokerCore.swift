package import Access
package import BrokerEngine
package import BrokerJournal
package import BrokerViews
package import GridCodec
package import GridModel
package import ZeroMQ

package import struct Foundation.Data

/// One turn of the broker without threads, sockets or files: messages in, batches and frames out.
///
/// The order it keeps is the broker's promise: every effect waits for the last batch its decision
/// could have seen, also when its own turn wrote nothing. At most one batch is being written;
/// meanwhile turns add their facts to the next. Used by one thread; the simulator drives it too.
package final class BrokerCore {
    /// What the core is told at its making.
    package struct Settings {
        /// The key of content digests, from the journal.
        package var digestKey: [UInt8]
        /// Limits that are enforced and announced.
        package var limits = ProtocolLimits()
        /// Times that are announced.
        package var times = SessionTimes()
        /// The batch the journal ends with.
        package var durableSeq: UInt64
        /// Makes the mac of a tag.
        package var makeTag: (_ epoch: UInt32, _ seq: UInt64) -> [UInt8]
        /// Whether this broker made a tag.
        package var verifyTag: (_ mac: Data, _ epoch: UInt32, _ seq: UInt64) -> Bool
        /// Unpredictable bytes, a multiple of 16.
        package var randomBytes: () -> [UInt8]
        /// Who may connect; by default every peer is an operator of this machine.
        package var access = AccessControl(nil, localRole: .operator)
        /// Calls whose texts were erased, wherever they were filed: they are filed without texts.
        package var erasedCalls: Set<CallID> = []
        /// How many batches the views are behind, for the statistics.
        package var viewsLag: () -> UInt64 = { 0 }

        /// Settings with the limits and times of design.
        package init(
            digestKey: [UInt8], durableSeq: UInt64,
            makeTag: @escaping (UInt32, UInt64) -> [UInt8],
            verifyTag: @escaping (Data, UInt32, UInt64) -> Bool,
            randomBytes: @escaping () -> [UInt8]
        ) {
            self.digestKey = digestKey
            self.durableSeq = durableSeq
            self.makeTag = makeTag
            self.verifyTag = verifyTag
            self.randomBytes = randomBytes
        }
    }

    /// What is written as one batch.
    package struct PendingBatch {
        package let seq: UInt64
        package let epoch: UInt32
        package let at: Timestamp
        package let facts: [Fact]
        package let texts: [UInt8]
        /// What of its facts is to be kept apart from the journal before it is written.
        package let erasures: [ErasureList.Entry]
    }

    /// Decides; its record is what the journal says, plus what is being written.
    package internal(set) var engine: Engine
    /// Why the broker must stop, once it must.
    package internal(set) var fatalReason: String?
    /// Whether the reason is that a peer holds a receipt of a batch the journal does not have.
    package internal(set) var isBehind = false
    /// The last batch that is durable.
    package private(set) var durableSeq: UInt64

    /// Writing this many facts takes longer than an fsync: waiting for more would leave one of the
    /// two threads idle.
    private static let goodBatchFacts = 512
    /// Facts of one batch, and bytes of its texts, above which nothing more is taken in.
    private static let maximumFormingFacts = 500_000
    private static let maximumFormingTexts = 64 << 20

    /// Keys that expired are looked for this often.
    private static let authorizationMilliseconds: Int64 = 250

    let settings: Settings
    let archive: any OldIDs
    let validation: ItemValidation
    var digests: ContentDigest
    var texts: TextWriter
    var cache = TextCache()
    var forming: Outgoing
    var inFlight: Outgoing
    var moment = Moment(wall: .zero, monotonicNanoseconds: 0)
    var routes: [RoutingID] = []
    /// Who may connect now.
    package internal(set) var access: AccessControl
    /// Who each open session is, by its handle.
    var identities: [PeerIdentity?] = []
    /// Who sent the message at hand.
    var sender: PeerIdentity?
    /// Whether the disk has so little room left that no new call is filed.
    package var isDiskLow = false
    private var authorizedAt = Int64.min / 2
    var sessions: [RoutingID: SessionHandle] = [:]
    /// Who a Hello came from whose effect is not handled yet.
    var helloRoute = RoutingID()
    var direct: [(route: RoutingID, unsent: UnsentBytes, frame: Data)] = []
    var queries: [PendingQuery] = []
    /// Queries that the views have not answered: whose they are, and how much of them they count.
    var waitingQueries: [WaitingQuery: (account: PeerAccount, weight: Int)] = [:]
    /// The accounts of keys, by the identity each keeps.
    var keyAccounts: [ObjectIdentifier: PeerAccount] = [:]
    /// The account of each open session, and what waits on its connection, by its handle.
    var accounts: [PeerAccount?] = []
    var connections: [UnsentBytes] = []
    /// What waits to be sent to all peers without a key.
    let localUnsent: UnsentBytes
    /// Units of work of the message at hand, and of the turn so far.
    var work = 0
    var turnWork = 0
    var textRequests: [UInt64] = []
    var awaitingTexts: [UInt64: [(SessionHandle, Claim)]] = [:]
    /// Batches that were being read when an erasure of texts of them began: they are read again.
    var staleReads: Set<UInt64> = []
    /// Batches of which the batch that is being written erases texts.
    var erasing: Set<UInt64> = []
    var erasureSearches: [ErasureSearch] = []
    /// Calls whose texts were erased.
    var erasedCalls: Set<CallID>
    var counters = ServerCounters()
    var refusals: [ListedRefusal] = []
    var live = LiveLatencies()
    var item = ItemWriter()
    /// The texts of the call that is being filed, as they are stored.
    var callTexts = ItemWriter()
    private var effects: [Effect] = []
    private var isWriting = false

    /// A core over a started engine and the ids that left it.
    package init(engine: consuming Engine, archive: any OldIDs, settings: Settings) {
        self.engine = engine
        self.archive = archive
        self.settings = settings
        access = settings.access
        erasedCalls = settings.erasedCalls
        durableSeq = settings.durableSeq
        validation = ItemValidation(limits: settings.limits)
        digests = ContentDigest(key: settings.digestKey)
        texts = TextWriter(salts: SaltSource(refill: settings.randomBytes))
        forming = Outgoing(limits: settings.limits)
        inFlight = Outgoing(limits: settings.limits)
        localUnsent = UnsentBytes(limit: settings.limits.unsentBytesPerKey)
        self.engine.beginBatch(formingSeq)
    }

    /// The number of the batch that the next facts belong to.
    package var formingSeq: UInt64 { durableSeq + (isWriting ? 2 : 1) }

    /// Begins a turn at `moment`.
    package func begin(at moment: Moment) {
        self.moment = moment
        turnWork = 0
        engine.begin(at: moment)
    }

    /// Ends a turn: time-driven work, then effects go to their outboxes.
    package func end() {
        if moment.monotonicMilliseconds - authorizedAt >= Self.authorizationMilliseconds {
            authorizedAt = moment.monotonicMilliseconds
            endUnauthorized()
        }
        engine.end()
        collect()
    }

    /// Whether a batch of a good size could be written now: time to end the turn.
    package var wantsCommit: Bool { !isWriting && engine.factCount >= Self.goodBatchFacts }

    /// Whether a batch could be written now that nobody waits for.
    var mayWait: Bool {
        !isWriting && engine.hasFacts && !forming.isAwaited
            && engine.factCount < Self.goodBatchFacts
    }

    /// Whether so much waits for the journal that nothing more should be taken in.
    package var isCongested: Bool {
        engine.factCount > Self.maximumFormingFacts || texts.bytes.count > Self.maximumFormingTexts
    }

    /// Tells every peer that the broker stops; they come back by themselves.
    package func sayGoodbye() {
        var goodbye = WireGoodbye()
        goodbye.reason = "the broker stops"
        let frame = Frame.encode(.goodbye(goodbye))
        for route in sessions.keys { sendDirectly(frame, to: route) }
    }

    /// The next batch to write; `nil` while one is being written or there is nothing to write.
    package func takeBatch() -> PendingBatch? {
        guard !isWriting, engine.hasFacts, fatalReason == nil else { return nil }
        let facts = engine.takeFacts()
        let batch = PendingBatch(
            seq: formingSeq, epoch: engine.record.epoch, at: engine.record.now,
            facts: facts, texts: texts.take(), erasures: erasures(in: facts))
        isWriting = true
        beginErasing(batch.erasures)
        swap(&forming, &inFlight)
        if !batch.texts.isEmpty { cache.insert(batch.seq, batch.texts) }
        cache.firstVolatileSeq = batch.seq
        engine.beginBatch(formingSeq)
        return batch
    }

    /// Whether facts wait for the next batch.
    var hasFormingFacts: Bool { engine.hasFacts }

    /// The batch that was taken last is durable.
    package func batchBecameDurable() {
        precondition(isWriting, "a batch that becomes durable was taken")
        isWriting = false
        durableSeq += 1
        endErasing()
        cache.firstVolatileSeq = durableSeq + 1
        counters.batches += 1
    }

    /// Hands every frame that may leave now to `send`, with what counts it until it is sent, and
    /// says when it happened to the latencies.
    ///
    /// What was in flight may leave if nothing is being written; what is forming may leave if,
    /// besides, it has no facts of its own.
    package func release(
        monotonicNanoseconds now: UInt64,
        _ send: (RoutingID, UnsentBytes, UnsafeRawBufferPointer) -> Void
    ) {
        for (route, unsent, frame) in direct {
            frame.withUnsafeBytes { if hasRoom($0, unsent) { send(route, unsent, $0) } }
        }
        direct.removeAll(keepingCapacity: true)
        guard !isWriting, fatalReason == nil else { return }
        release(&inFlight, now: now, send)
        if !engine.hasFacts { release(&forming, now: now, send) }
    }

    /// Whether no facts and no frames wait.
    package var isSettled: Bool {
        !isWriting && !engine.hasFacts && forming.isEmpty && inFlight.isEmpty && direct.isEmpty
    }

    /// A message arrives now: the live latency of what it makes ready is counted from here.
    package func tick(monotonicNanoseconds: UInt64) {
        engine.tick(monotonicNanoseconds: monotonicNanoseconds)
    }

    /// An empty journal begins its first epoch.
    package func beginFirstEpoch() { engine.beginEpoch(1) }

    /// Puts a catalogue in force from this turn on, or returns why it cannot be.
    package func adopt(_ catalogue: StreetCatalogue) -> [CatalogueObjection] {
        engine.handle(.adopt(catalogue))
        collect()
        guard engine.record.catalogue?.catalogue != catalogue else { return [] }
        return engine.record.objections(to: catalogue)
    }

    /// What the archive holds now need not be held here.
    package func forget(_ ended: Ended) { engine.forget(ended) }

    /// Takes effects over from the engine; called after every message. Facts stay there until
    /// they are a batch.
    func collect() {
        engine.takeEffects(into: &effects)
        for effect in effects { handle(effect) }
        effects.removeAll(keepingCapacity: true)
    }

    private func release(
        _ outgoing: inout Outgoing, now: UInt64,
        _ send: (RoutingID, UnsentBytes, UnsafeRawBufferPointer) -> Void
    ) {
        guard !outgoing.isEmpty else { return }
        let epoch = engine.record.epoch
        let tag = TaggedList.encode(
            epoch: epoch, seq: durableSeq, mac: settings.makeTag(epoch, durableSeq))
        outgoing.take(tag: tag) { session, frame in
            let index = Int(session.rawValue)
            if hasRoom(frame, connections[index]) { send(routes[index], connections[index], frame) }
        }
        live.record(outgoing.handovers, now: now)
        outgoing.handovers.removeAll(keepingCapacity: true)
    }
}

/// The ids that left the engine's memory.
package protocol OldIDs: AnyObject {
    /// Whether it can be told of every id if it is an old one; not for some seconds after a start
    /// over millions of them.
    var isComplete: Bool { get }
    /// The call with this id, if it ended and is archived.
    func call(id: CallID) throws -> EndedCall?
    /// The call with this serial, if it ended and is archived.
    func call(serial: UInt64) throws -> EndedCall?
    /// The command with this id, if it is archived.
    func command(id: CommandID) throws -> CommandDecided?
}

/// What the shell counts since it started.
struct ServerCounters {
    var batches: UInt64 = 0
    var submitsRepeated: UInt64 = 0
    var itemsRefused: UInt64 = 0
    var framesRefused: UInt64 = 0
    var outcomesLost: UInt64 = 0
    var accessRefused: UInt64 = 0
    var framesOverRate: UInt64 = 0
    var framesUnsent: UInt64 = 0
}

/// A question that the views answer, on other threads.
package struct PendingQuery {
    package let session: SessionID
    package let correlation: UInt64
    /// The batch that was durable when it arrived.
    package let minimumSeq: UInt64
    package let query: WireQueryItem.OneOf_Query
    /// The calls it may be about.
    package let scope: QueryScope
    /// The calls it is about, where the core knows them.
    package let serials: [UInt64]
}
