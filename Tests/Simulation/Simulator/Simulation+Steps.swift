import GridModel

extension Simulation {
    /// Takes one step; false if there was nothing to take it on.
    func take(_ step: Step) throws -> Bool {
        switch step {
        case .deliver: return deliverSomething()
        case .tickPeer:
            return onPeer {
                $0.run(); return true
            }
        case .turn: return try turn(limit: 1 + random.below(8))
        case .appendOn: return try advanceAppend()
        case .archiveOn: return try advanceArchive()
        case .readTexts:
            try broker?.readTexts(from: disk)
            return true
        case .wait:
            // In a street there are times when nothing happens.
            let isQuiet = plan.arrivals == .street && random.chance(perMille: 100)
            clock.advance(milliseconds: random.below(isQuiet ? 20_000 : 120))
            return true
        case .submit: return submit()
        case .submitAgain: return onUp(terminals) { $0.submitAgain() }
        case .submitClash: return onUp(terminals) { $0.submitClash() }
        case .meddle: return onUp(operators) { $0.meddle() }
        case .repeatCommand: return onUp(operators) { $0.repeatCommand() }
        case .synchronizeHead:
            disk.synchronizeHead()
            return true
        case .synchronizeArchive:
            archive.synchronize()
            return true
        case .lookAtViews: return try lookAtViews()
        case .askErasure: return onUp(erasers) { $0.ask() }
        case .confirmErasure: return onUp(erasers) { $0.confirm() }
        case .findTexts:
            try broker?.findTexts(in: disk)
            return true
        default: return try takeFault(step)
        }
    }

    /// A frame reaches the ROUTER or a peer, or a peer learns that its connection is gone.
    private func deliverSomething() -> Bool {
        let busy = network.connections.filter {
            !$0.toBroker.isEmpty || !$0.toPeer.isEmpty || $0.isNoticed
        }
        guard !busy.isEmpty else { return false }
        let id = random.pick(busy).id
        return random.chance(perMille: 500)
            ? deliverToBroker(id) || deliverToPeer(id)
            : deliverToPeer(id) || deliverToBroker(id)
    }

    func deliverToBroker(_ id: Int) -> Bool {
        // The key is the connection's, which is forgotten with its last frame.
        let sender = network.connections.first { $0.id == id }.map { peers[$0.peer] }
        guard let broker, let (route, frame) = network.takeForBroker(id, now: clock.now)
        else { return false }
        broker.receive(frame, from: route, user: sender?.user)
        return true
    }

    func deliverToPeer(_ id: Int) -> Bool {
        guard let connection = network.connections.first(where: { $0.id == id }) else {
            return false
        }
        let peer = peers[connection.peer]
        guard peer.isUp, !peer.isStalled, peer.connection == id,
            let arrival = network.takeForPeer(id, now: clock.now)
        else { return false }
        if case .lost = arrival { note("\(peer.name) loses its connection") }
        peer.receive(arrival)
        return true
    }

    private func submit() -> Bool {
        guard terminals.reduce(0, { $0 + $1.calls.count }) < plan.calls else { return false }
        return onUp(terminals) { terminal in
            for _ in 0...random.below(plan.burst) { terminal.submitNew() }
            note("\(terminal.name) has \(terminal.calls.count) calls")
        }
    }

    private func onUp<SomePeer: Peer>(_ peers: [SomePeer], _ body: (SomePeer) -> Void) -> Bool {
        let peer = random.pick(peers)
        guard peer.isUp, !peer.isStalled else { return false }
        body(peer)
        peer.run()
        return true
    }

    func onPeer(_ body: (Peer) -> Bool) -> Bool {
        let peer = random.pick(peers)
        guard peer.isUp, !peer.isStalled else { return false }
        return body(peer)
    }
}
