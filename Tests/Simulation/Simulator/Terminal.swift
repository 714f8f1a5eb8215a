import BrokerEngine
import ClientKit
import GridCodec
import GridModel
import GridSession

/// A grid reporter's terminal: submits calls, keeps them in a spool until each is confirmed, now
/// and then sends one again though it need not, and offers all it has to a restored broker.
final class Terminal: Peer {
    /// Everything it ever submitted, in order; survives a crash.
    private(set) var calls: [WireSubmitItem] = []
    /// What was answered, confirmed or refused; survives a crash.
    private var answered: Set<CallID> = []

    override var crashes: Happening { .terminalCrashed }

    override func hasStarted() {
        send(calls.filter { !isAnswered($0) }.map { Parcel($0) })
    }

    override func handle(_ event: SessionEvent) {
        switch event {
        case .receipts(let items):
            for item in items { answered.insert(item.id) }
        case .brokerError(let error) where isPassing(error): break
        case .brokerError, .unreadable: simulation.fail("\(name) was told: \(event)")
        default: break
        }
    }

    /// A restored broker may lack what it confirmed.
    override func epochHasRisen() {
        // Durably: a crash on the way does not make it forget that they are to be offered.
        let offered = calls.filter(isAnswered)
        answered = []
        simulation.note("\(name) offers \(offered.count) calls again")
        for _ in offered { simulation.happens(.callsOfferedAgain) }
        send(offered.map { Parcel($0) })
    }

    override var isSettled: Bool { super.isSettled && calls.allSatisfy(isAnswered) }

    /// Observes something and submits it.
    func submitNew() {
        var item = WireSubmitItem()
        let id = CallID(high: simulation.random.next() | 1, low: simulation.random.next())
        let isAcceptable = !simulation.random.chance(perMille: 40)
        item.id = id.data
        item.category =
            isAcceptable ? simulation.random.pick(SimulatedStreet.plans).category : "weather"
        item.grid = simulation.random.pick(SimulatedStreet.grids)
        if simulation.random.chance(perMille: 700) {
            item.texts.description_p = "call \(calls.count) of \(name)"
        }
        if simulation.random.chance(perMille: 200) { item.urgency = .emergency }
        // Now and then of a call that others filed, or that is over, or of none.
        if simulation.random.chance(perMille: 150) {
            item.sameAs =
                calls.isEmpty || simulation.random.chance(perMille: 200)
                ? CallID(high: simulation.random.next() | 1, low: 0).data
                : simulation.random.pick(calls).id
        }
        calls.append(item)
        simulation.witness.expect(item, isAcceptable: isAcceptable)
        send([Parcel(item)])
    }

    /// Sends a call again, under its id and with its content, whatever became of it.
    func submitAgain() {
        guard !calls.isEmpty else { return }
        send([Parcel(simulation.random.pick(calls))])
    }

    /// Sends every call again.
    func submitAllAgain() { send(calls.map { Parcel($0) }) }

    /// Sends other content under the id of a call that is confirmed.
    func submitClash() {
        let candidates = calls.filter { isAnswered($0) && simulation.witness.isSettled($0) }
        guard !candidates.isEmpty else { return }
        var item = simulation.random.pick(candidates)
        guard let id = CallID(data: item.id) else { return }
        item.texts.description_p += " (changed)"
        simulation.witness.expectClash(id)
        send([Parcel(item)])
    }

    /// A bit of the spool's bytes is flipped while the terminal is off: a damaged call is known to
    /// be damaged, and the others are what they were. The reporter types it again.
    func flipSpool() throws -> Bool {
        let stored = calls.filter { !isAnswered($0) }
            .compactMap { SpoolRecord($0, storedAt: simulation.clock.moment.wall) }
        guard !isUp, !stored.isEmpty else { return false }
        var bytes = SpoolFormat.bytes(of: stored)
        bytes[simulation.random.below(bytes.count)] ^= 1 << UInt8(simulation.random.below(8))
        let contents = SpoolFormat.contents(of: bytes)
        simulation.happens(.spoolFlipped)
        guard contents.damagedBytes > 0, contents.records.count == stored.count - 1,
            contents.records.allSatisfy(stored.contains)
        else { throw Violation("a flipped bit in the spool of \(name) was not noticed") }
        return true
    }

    private func isAnswered(_ item: WireSubmitItem) -> Bool {
        CallID(data: item.id).map(answered.contains) ?? false
    }
}
