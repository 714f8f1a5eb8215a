import Access
import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import ZeroMQ

@testable import BrokerServer

/// A core with a small catalogue, one terminal that said Hello, and a clock that is set by hand.
final class CoreBench {
    static let validMac: UInt8 = 7

    let core: BrokerCore
    let archive = MemoryArchive()
    /// The batch with which the journal begins.
    private(set) var first: BrokerCore.PendingBatch?
    /// What was written so far.
    private(set) var batches: [Batch] = []
    /// What passes between two messages.
    var stepNanoseconds: UInt64 = 1_000_000
    /// How far the wall clock is from where it was, milliseconds.
    var wallOffset: Int64 = 0
    private var nanoseconds: UInt64 = 1_000_000_000

    init(
        _ terminal: RoutingID, limits: ProtocolLimits = ProtocolLimits(),
        keys: AuthorizedKeys? = nil
    ) throws {
        var settings = BrokerCore.Settings(
            digestKey: [1], durableSeq: 0, makeTag: { _, _ in [CoreBench.validMac] },
            verifyTag: { mac, _, _ in Array(mac) == [CoreBench.validMac] },
            randomBytes: { [UInt8](repeating: 5, count: 64) })
        settings.limits = limits
        settings.access = AccessControl(keys, localRole: .operator)
        var engine = Engine(record: Record())
        engine.start(at: Moment(wall: .zero, monotonicNanoseconds: 0))
        core = BrokerCore(engine: engine, archive: archive, settings: settings)
        core.begin(at: moment())
        core.beginFirstEpoch()
        _ = core.adopt(Self.catalogue)
        core.end()
        hello(from: terminal)
        first = commit()
        _ = released()
    }

    /// Writes what was decided, which is durable then.
    @discardableResult
    func commit() -> BrokerCore.PendingBatch? {
        guard let batch = core.takeBatch() else { return nil }
        batches.append(
            Batch(
                seq: batch.seq, epoch: batch.epoch, at: batch.at, facts: batch.facts,
                texts: batch.texts))
        core.batchBecameDurable()
        return batch
    }

    func receive(_ message: WireMessage, from route: RoutingID, user: String? = nil) {
        receiveRaw([UInt8](Frame.encode(message)), from: route, user: user)
    }

    func receiveRaw(_ bytes: [UInt8], from route: RoutingID, user: String? = nil) {
        core.begin(at: moment())
        bytes.withUnsafeBytes { core.receive($0, from: route, user: user) }
        core.end()
    }

    func advance(milliseconds: UInt64) { nanoseconds += milliseconds * 1_000_000 }

    func hello(
        from route: RoutingID, role: WirePeerRole = .operator,
        seen: (seq: UInt64, mac: UInt8)? = nil, user: String? = nil
    ) {
        var hello = WireHello()
        hello.session = UniqueID(high: 9, low: UInt64(route.bytes[0])).data
        hello.role = role
        hello.lowestVersion = 1
        hello.highestVersion = 1
        hello.department = "urban"
        hello.credit = 8
        if let seen {
            hello.highestSeen.epoch = 1
            hello.highestSeen.seq = seen.seq
            hello.highestSeen.mac = Data([seen.mac])
        }
        receive(.hello(hello), from: route, user: user)
    }

    func call(_ number: UInt64, grid: String = "g1", text: String = "") -> WireSubmit {
        var item = WireSubmitItem()
        item.id = UniqueID(high: 1, low: number).data
        item.category = "litter"
        item.grid = grid
        if !text.isEmpty { item.texts.description_p = text }
        var submit = WireSubmit()
        submit.items = [item]
        return submit
    }

    func stats() -> WireQuery { query(1, .stats(WireStatsQuery())) }

    func query(_ correlation: UInt64, _ what: WireQueryItem.OneOf_Query) -> WireQuery {
        var item = WireQueryItem()
        item.correlation = correlation
        item.query = what
        var query = WireQuery()
        query.items = [item]
        return query
    }

    /// What leaves now.
    func released() -> [WireMessage] {
        var messages: [WireMessage] = []
        core.release(monotonicNanoseconds: nanoseconds) { _, _, bytes in
            if let message = try? Frame.decode(bytes) { messages.append(message) }
        }
        return messages
    }

    private func moment() -> Moment {
        nanoseconds += stepNanoseconds
        return Moment(
            wall: Timestamp(
                milliseconds: 1_700_000_000_000 + wallOffset + Int64(nanoseconds / 1_000_000)),
            monotonicNanoseconds: nanoseconds)
    }

    /// Says `message`, makes what it brought durable, and gives what leaves then.
    func answers(to message: WireMessage, from route: RoutingID) -> [WireMessage] {
        receive(message, from: route)
        if core.takeBatch() != nil { core.batchBecameDurable() }
        return released()
    }

    private static var catalogue: StreetCatalogue {
        let name = LocalizedName(chinese: "名", english: "name")
        return StreetCatalogue(
            street: Street(id: "test", name: name, casePrefix: "T"),
            departments: [Department(id: "urban", name: name)],
            grids: [Grid(id: "g1", name: name), Grid(id: "g2", name: name)],
            categories: [
                Category(
                    id: "litter", name: name, urgency: .ordinary,
                    stages: [Stage(parts: [.init(department: "urban", role: .lead)])],
                    conditions: [
                        FilingCondition(id: "default", name: name, limits: ClockLimits())
                    ]),
                raze(name),
            ],
            campaigns: [],
            calendar: WorkCalendar(intervals: [], publishedThrough: .zero, zone: .utc),
            policy: WorkPolicy())
    }

    /// A category in which a fine of 50,000 is a major decision, with two reports.
    private static func raze(_ name: LocalizedName) -> GridModel.Category {
        var category = GridModel.Category(
            id: "raze", name: name, urgency: .ordinary,
            stages: [Stage(parts: [.init(department: "urban", role: .lead)])],
            conditions: [FilingCondition(id: "default", name: name, limits: ClockLimits())])
        category.majorDecision = MajorDecisionRule([
            .init(measure: "fine", .isAtLeast(DecimalNumber(50_000)))
        ])
        category.duplicates = DuplicateRule(radiusMetres: 100, windowMilliseconds: 86_400_000)
        category.reports = [
            ReportRule(id: "weekly", name: name, every: 1, .week),
            ReportRule(id: "monthly", name: name, every: 1, .month),
        ]
        return category
    }
}

/// An archive in memory that can be made to fail.
final class MemoryArchive: OldIDs {
    struct Broken: Error {}

    var isBroken = false
    var isComplete = true

    func call(id: CallID) throws -> EndedCall? { try answer() }
    func call(serial: UInt64) throws -> EndedCall? { try answer() }
    func command(id: CommandID) throws -> CommandDecided? { try answer() }

    private func answer<Value>() throws -> Value? {
        if isBroken { throw Broken() }
        return nil
    }
}

extension [WireMessage] {
    var receipts: [WireReceipt] {
        compactMap { if case .receipt(let receipt) = $0 { receipt } else { nil } }
    }

    var queryReplies: [WireQueryReplyItem] {
        flatMap { message -> [WireQueryReplyItem] in
            if case .queryReply(let reply) = message { reply.items } else { [] }
        }
    }

    var errorCodes: [UInt32] {
        compactMap { if case .error(let error) = $0 { error.code } else { nil } }
    }

    var assigns: [WireAssign] {
        compactMap { if case .assign(let assign) = $0 { assign } else { nil } }
    }
}
