import Access
import BrokerEngine
import BrokerJournal
import BrokerServer
import Foundation
import GridCodec
import GridModel
import ZeroMQ

/// A broker with a few calls, which hears what it should never have to hear.
struct FuzzedStreet {
    /// The mac that a valid tag has here.
    static let mac: [UInt8] = [7]

    /// The state that each input meets: made once, since it costs more than an input.
    private static let template: (record: Record, seq: UInt64) = prepared()

    private let core: BrokerCore
    private var nanoseconds: UInt64 = 10_000_000_000
    private var replayed: Record

    /// An operator, a worker, and a peer that has not said Hello.
    static let routes = [1, 2, 3].compactMap { RoutingID([$0]) }

    /// A street with an operator and a worker connected.
    init() {
        replayed = Self.template.record
        core = Self.core(Self.template.record, seq: Self.template.seq)
        for (route, role) in zip(Self.routes, [WirePeerRole.operator, .worker]) {
            receive(Frame.encode(.hello(WireSamples.hello(role))), from: route)
        }
    }

    /// The operator says the frame, then the worker.
    mutating func hear(_ frame: UnsafeRawBufferPointer) throws {
        for route in Self.routes.prefix(2) { receive(frame, from: route) }
    }

    /// One of the peers says the frame.
    mutating func hear(_ frame: UnsafeRawBufferPointer, from sender: UInt8) throws {
        if sender & 0x80 != 0 { try commit() }
        receive(frame, from: Self.routes[Int(sender & 0x7F) % Self.routes.count])
    }

    /// What was decided becomes durable: facts survive their encoding and lead to the same state,
    /// and every frame that leaves can be read.
    mutating func settle() throws {
        try commit()
        nanoseconds += 40_000_000_000
        core.begin(at: moment)
        core.end()
        try commit()
        if core.fatalReason == nil {
            try require(core.isSettled, "a broker that has nothing to do is not settled")
        }
    }

    private mutating func commit() throws {
        while let batch = core.takeBatch() {
            let bytes = try FactCodec.encode(batch.facts)
            let decoded = try FactCodec.decode(bytes)
            try require(
                decoded == batch.facts || decoded.description == batch.facts.description,
                "facts change in the journal: \(batch.facts)")
            replayed.beginBatch(batch.seq)
            for fact in decoded {
                if let ended = replayed.apply(fact) { _ = ended }
            }
            core.batchBecameDurable()
            try release()
        }
        try release()
        guard core.fatalReason == nil else { return }
        var record = core.engine.record
        // The number of the batch at hand is no fact's.
        record.beginBatch(replayed.batchSeq)
        try require(record == replayed, "the facts do not lead to the broker's state")
    }

    private func release() throws {
        var failure: (any Error)?
        core.release(monotonicNanoseconds: nanoseconds) { _, _, bytes in
            do throws(Refusal) { _ = try Frame.decode(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private mutating func receive(_ frame: Data, from route: RoutingID) {
        frame.withUnsafeBytes { receive($0, from: route) }
    }

    private mutating func receive(_ frame: UnsafeRawBufferPointer, from route: RoutingID) {
        nanoseconds += 1_000_000
        core.begin(at: moment)
        core.receive(frame, from: route)
        core.end()
    }

    private var moment: Moment { Self.moment(nanoseconds) }

    private static func moment(_ nanoseconds: UInt64) -> Moment {
        Moment(
            wall: Timestamp(milliseconds: 1_767_600_000_000 + Int64(nanoseconds / 1_000_000)),
            monotonicNanoseconds: nanoseconds)
    }

    private static func core(_ record: Record, seq: UInt64) -> BrokerCore {
        var settings = BrokerCore.Settings(
            digestKey: [1], durableSeq: seq, makeTag: { _, _ in mac },
            verifyTag: { candidate, _, _ in Array(candidate) == mac },
            randomBytes: { [UInt8](repeating: 5, count: 64) })
        settings.access = AccessControl(nil, localRole: .operator)
        var engine = Engine(record: record)
        engine.start(at: moment(1_000_000_000))
        return BrokerCore(engine: engine, archive: NoOldIDs(), settings: settings)
    }

    private static func prepared() -> (record: Record, seq: UInt64) {
        let core = core(Record(), seq: 0)
        var nanoseconds: UInt64 = 2_000_000_000
        func turn(_ body: () -> Void) {
            nanoseconds += 1_000_000
            core.begin(at: moment(nanoseconds))
            body()
            core.end()
        }
        func say(_ message: WireMessage, _ route: RoutingID) {
            turn { Frame.encode(message).withUnsafeBytes { core.receive($0, from: route) } }
        }
        turn {
            core.beginFirstEpoch()
            _ = core.adopt(WireSamples.catalogue)
        }
        say(.hello(WireSamples.hello(.operator)), routes[0])
        say(.hello(WireSamples.hello(.worker)), routes[1])
        say(.submit(WireSamples.calls), routes[0])
        while core.takeBatch() != nil { core.batchBecameDurable() }
        core.release(monotonicNanoseconds: nanoseconds) { _, _, _ in }
        return (core.engine.record, core.durableSeq)
    }
}

/// An archive of a street in which nothing has ended yet.
private final class NoOldIDs: OldIDs {
    let isComplete = true
    func call(id: CallID) throws -> EndedCall? { nil }
    func call(serial: UInt64) throws -> EndedCall? { nil }
    func command(id: CommandID) throws -> CommandDecided? { nil }
}
