import BrokerEngine
import GridCodec
import GridModel
import GridSession

import struct Foundation.Data

/// An operator with a key, who asks that what people wrote be erased, and confirms what another one
/// asked for, possible or not.
final class SimulatedEraser: Peer {
    /// The keys of the two.
    static let keys = [String(repeating: "a", count: 40), String(repeating: "b", count: 40)]
    /// The file of keys that every simulated broker reads.
    static let authorizedKeys = keys.map { "\($0) role=operator name=\($0.prefix(1))\n" }.joined()

    private let key: String
    /// Commands without an answer; survive a crash.
    private var unanswered: [WireCommandItem] = []

    init(index: Int, key: String, simulation: Simulation) {
        self.key = key
        super.init(index: index, name: "eraser-\(key.prefix(1))", simulation: simulation)
    }

    override var user: String? { key }

    override func introduce(_ configuration: inout SessionConfiguration) {
        configuration.role = .operator
    }

    override func hasStarted() { send(unanswered.map { Parcel($0) }) }

    override func handle(_ event: SessionEvent) {
        switch event {
        case .commandReplies(let items):
            for item in items { unanswered.removeAll { $0.id == item.id } }
        case .brokerError(let error) where isPassing(error): break
        case .brokerError, .unreadable: simulation.fail("\(name) was told: \(event)")
        default: break
        }
    }

    /// Asks that a call's texts be erased, whatever became of it.
    func ask() {
        let calls = simulation.auditor.filings.keys.sorted { $0.high < $1.high }
        guard !calls.isEmpty else { return }
        var item = command(on: simulation.random.pick(calls))
        item.reason = "somebody asked for it"
        item.requestErasure = WireRequestErasure()
        command(item)
    }

    /// Confirms what was asked for, mostly; sometimes what nobody asked for.
    func confirm() {
        let asked = simulation.auditor.erasureRequests.sorted { $0.high < $1.high }
        let filed = simulation.auditor.filings.keys.sorted { $0.high < $1.high }
        let calls = asked.isEmpty || simulation.random.chance(perMille: 50) ? filed : asked
        guard !calls.isEmpty else { return }
        var item = command(on: simulation.random.pick(calls))
        item.confirmErasure = WireConfirmErasure()
        command(item)
    }

    private func command(on call: CallID) -> WireCommandItem {
        var item = WireCommandItem()
        let id = CommandID(high: simulation.random.next() | 1, low: simulation.random.next())
        item.id = id.data
        item.call = call.data
        return item
    }

    private func command(_ item: WireCommandItem) {
        unanswered.append(item)
        send([Parcel(item)])
    }
}
