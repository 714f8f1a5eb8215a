import GridCodec
import GridModel
import GridSession

/// An operator: at random while things go wrong, and at the end puts right what waits for a person.
final class SimulatedOperator: Peer {
    /// Commands without an answer; survive a crash.
    private var unanswered: [WireCommandItem] = []
    /// The last commands that were answered, to be sent again now and then.
    private var answered: [WireCommandItem] = []

    override func introduce(_ configuration: inout SessionConfiguration) {
        configuration.role = .operator
    }

    override func hasStarted() { send(unanswered.map { Parcel($0) }) }

    override func handle(_ event: SessionEvent) {
        switch event {
        case .commandReplies(let items):
            for item in items {
                guard let place = unanswered.firstIndex(where: { $0.id == item.id })
                else { continue }
                let command = unanswered.remove(at: place)
                if !item.hasRefused { answered.append(command) }
            }
        case .brokerError, .unreadable: simulation.fail("\(name) was told: \(event)")
        default: break
        }
    }

    /// Commands something, sensible or not.
    func meddle() {
        let open = simulation.auditor.open
        guard let serial = open.keys.sorted().randomElement(&simulation.random),
            let call = open[serial], !call.parts.isEmpty
        else { return }
        let returned = call.parts.firstIndex { $0.state == .returned }
        var item = command(on: call, part: returned ?? simulation.random.below(call.parts.count))
        if simulation.random.chance(perMille: 100) { item.expectedRevision = 3 }
        switch simulation.random.below(6) {
        case 0: item.voidCall = WireVoidCall()
        case 1: item.withdraw = WireWithdrawPart()
        case 2: item.requeue = WireRequeue()
        default: item.redispatch.department = simulation.random.pick(SimulatedStreet.departments)
        }
        command(item)
    }

    /// Sends a command again that was answered already.
    func repeatCommand() {
        guard !answered.isEmpty else { return }
        command(simulation.random.pick(answered))
    }

    /// Sees to every part that waits for a person.
    func tidyUp() {
        guard unanswered.isEmpty else { return }
        let open = simulation.auditor.open
        for serial in open.keys.sorted() {
            guard let call = open[serial] else { continue }
            if call.isStranded {
                var item = command(on: call, part: 0)
                item.voidCall = WireVoidCall()
                command(item)
                continue
            }
            for (ordinal, part) in call.parts.enumerated() {
                var item = command(on: call, part: ordinal)
                switch part.state {
                case .stuck: item.requeue = WireRequeue()
                case .returned:
                    item.redispatch.department = SimulatedStreet.departments[part.department]
                default: continue
                }
                command(item)
            }
        }
    }

    private func command(on call: Auditor.Call, part: Int) -> WireCommandItem {
        var item = WireCommandItem()
        let id = CommandID(high: simulation.random.next() | 1, low: simulation.random.next())
        item.id = id.data
        item.call = call.id.data
        item.ordinal = UInt32(part)
        item.reason = "because"
        return item
    }

    private func command(_ item: WireCommandItem) {
        if !unanswered.contains(where: { $0.id == item.id }) { unanswered.append(item) }
        send([Parcel(item)])
    }
}

extension Array {
    /// One of the elements; `nil` if there is none.
    fileprivate func randomElement(_ random: inout Randomness) -> Element? {
        isEmpty ? nil : random.pick(self)
    }
}
