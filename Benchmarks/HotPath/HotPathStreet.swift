import Access
import BrokerEngine
package import BrokerJournal
import BrokerServer
import GridCodec
import GridModel
import ZeroMQ

import struct Foundation.Data

/// The life of calls through a broker's core and its codec, without sockets, threads or a disk:
/// submit, receipt, assignment, outcome, receipt.
///
/// What a profile of a broker shows besides is the system's. Everything here is the same in each
/// run: ids are counted, the clock is set by hand, what is random elsewhere is constant. So the
/// instructions of a run can be compared with those of another day (docs/performance.md).
package final class HotPathStreet {
    private static let terminal = route(1)
    private static let worker = route(2)
    private static let mac: [UInt8] = Array(repeating: 7, count: 16)

    /// Calls of one list, all in flight at once.
    package let callsPerRound: Int
    /// Calls that were closed so far, each with a receipt for its outcome.
    package private(set) var closedCalls = 0
    /// The first thing that was not as it should be; a run with a problem measures nothing.
    package private(set) var problem: String?

    private let core: BrokerCore
    private let keepBatch: (Batch) -> Void
    private let call = HotPathCall()
    private var nextNumber: UInt64 = 1
    private var nanoseconds: UInt64 = 1_000_000_000
    private var receipts = 0
    private var claims: [Claim] = []
    private var closedInRound = 0

    /// A street whose terminal submits so many calls with one list; `keepBatch` is given what a
    /// journal would be.
    package init(callsPerRound: Int, keepBatch: @escaping (Batch) -> Void = { _ in }) {
        self.callsPerRound = callsPerRound
        self.keepBatch = keepBatch
        var settings = BrokerCore.Settings(
            digestKey: [1], durableSeq: 0, makeTag: { _, _ in Self.mac },
            verifyTag: { mac, _, _ in Array(mac) == Self.mac },
            randomBytes: { [UInt8](repeating: 5, count: 1_024) })
        settings.access = AccessControl(nil, localRole: .operator)
        var engine = Engine(record: Record())
        engine.start(at: Self.moment(nanoseconds))
        core = BrokerCore(engine: engine, archive: NoOldIDs(), settings: settings)
        begin()
    }

    /// A whole round: as many calls as fit into it are filed and closed.
    package func round() {
        receipts = 0
        closedInRound = 0
        claims.removeAll(keepingCapacity: true)
        say(submitFrame(), from: Self.terminal)
        settle()
        say(outcomeFrame(), from: Self.worker)
        settle()
        archive()
        check(
            receipts == callsPerRound && closedInRound == callsPerRound,
            "\(receipts) of \(callsPerRound) calls were filed and \(closedInRound) closed")
        closedCalls += closedInRound
    }

    /// Catalogue and sessions, which cost only once.
    private func begin() {
        turn {
            core.beginFirstEpoch()
            check(core.adopt(HotPathCall.catalogue).isEmpty, "the catalogue is refused")
        }
        for (route, role) in [(Self.terminal, WirePeerRole.terminal), (Self.worker, .worker)] {
            var hello = WireHello()
            hello.session = UniqueID(high: 9, low: UInt64(role.rawValue)).data
            hello.role = role
            hello.lowestVersion = 1
            hello.highestVersion = 1
            if role == .worker {
                hello.department = HotPathCall.department
                hello.credit = UInt32(callsPerRound)
            }
            let frame = Frame.encode(.hello(hello))
            turn { frame.withUnsafeBytes { core.receive($0, from: route) } }
        }
        settle()
    }

    private func submitFrame() -> [UInt8] {
        frame(.submit, items: callsPerRound) { _ in
            defer { nextNumber += 1 }
            return call.item(nextNumber)
        }
    }

    private func outcomeFrame() -> [UInt8] {
        frame(.outcome, items: claims.count) { index in
            var item = WireOutcomeItem()
            item.claim = WireClaim(claims[index])
            item.result = .completed
            return item.encoded()
        }
    }

    private func frame(
        _ kind: MessageKind, items: Int, _ item: (Int) -> [UInt8]
    ) -> [UInt8] {
        var list = ListFrame(kind, limits: ProtocolLimits())
        for index in 0..<items {
            check(list.append(item(index)), "a round has more items than a list may have")
        }
        return [UInt8](list.data)
    }

    private func say(_ frame: [UInt8], from route: RoutingID) {
        turn { frame.withUnsafeBytes { core.receive($0, from: route) } }
    }

    /// Writes what was decided until nothing more follows from it, and lets the frames leave.
    private func settle() {
        release()
        while let batch = core.takeBatch() {
            do {
                let bytes = try FactCodec.encode(batch.facts)
                check(!bytes.isEmpty, "a batch has no bytes")
            } catch {
                check(false, "facts cannot be encoded: \(error)")
            }
            keepBatch(
                Batch(
                    seq: batch.seq, epoch: batch.epoch, at: batch.at, facts: batch.facts,
                    texts: batch.texts))
            core.batchBecameDurable()
            release()
            turn {}
        }
        check(core.fatalReason == nil, core.fatalReason ?? "")
    }

    private func release() {
        core.release(monotonicNanoseconds: nanoseconds) { _, _, bytes in
            do throws(Refusal) { try hear(bytes) } catch {
                check(false, "a frame cannot be read: \(error.reason)")
            }
        }
    }

    /// What terminal and worker read of a frame.
    private func hear(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        let (kind, body) = try Frame.open(bytes)
        switch kind {
        case .receipt:
            let items: [ReceiptItem] = try TaggedItems(body: body).items()
            for item in items {
                check(item.refusalCode == nil, "a call was refused")
                receipts += 1
            }
        case .assign:
            let items: [AssignItem] = try TaggedItems(body: body).items()
            for item in items { claims.append(item.claim) }
        case .outcomeReceipt:
            let items: [OutcomeReceiptItem] = try TaggedItems(body: body).items()
            for item in items {
                check(item.refused == nil, item.refused?.reason ?? "")
                closedInRound += 1
            }
        case .error: check(false, "the broker refuses a frame")
        default: break
        }
    }

    /// What ended leaves the engine, as it does once the archive has it.
    private func archive() {
        core.forget(core.engine.ended(upTo: core.durableSeq, limit: callsPerRound))
    }

    private func turn(_ body: () -> Void) {
        // Time enough that no session is slowed down for asking too much, or thought to be gone.
        nanoseconds += 20_000_000
        core.begin(at: Self.moment(nanoseconds))
        body()
        core.end()
    }

    private func check(_ condition: Bool, _ text: @autoclosure () -> String) {
        if !condition, problem == nil { problem = text() }
    }

    private static func moment(_ nanoseconds: UInt64) -> Moment {
        Moment(
            wall: Timestamp(
                milliseconds: HotPathCall.observedAt + Int64(nanoseconds / 1_000_000)),
            monotonicNanoseconds: nanoseconds)
    }

    private static func route(_ number: UInt8) -> RoutingID {
        guard let route = RoutingID([number]) else {
            preconditionFailure("one byte is a routing id")
        }
        return route
    }
}

/// An archive of a street whose old calls nobody asks about.
private final class NoOldIDs: OldIDs {
    let isComplete = true
    func call(id: CallID) throws -> EndedCall? { nil }
    func call(serial: UInt64) throws -> EndedCall? { nil }
    func command(id: CommandID) throws -> CommandDecided? { nil }
}
