extension Simulation {
    /// Takes a step that harms somebody, or heals what a former one did.
    func takeFault(_ step: Step) throws -> Bool {
        switch step {
        case .changeCatalogue: return changeCatalogue()
        case .leap: clock.advance(milliseconds: random.pick([1_000, 5_000, 12_000, 40_000]))
        case .jumpWall:
            let isFar = random.chance(perMille: 200)
            clock.jumpWall(
                milliseconds: isFar ? 400_000 : random.number(in: -20_000...60_000))
        case .cut: return cutSomething()
        case .stallPeer:
            return onPeer { peer in
                note("\(peer.name) stands still")
                peer.isStalled = true
                return true
            }
        case .resumePeer:
            let peer = random.pick(peers)
            guard peer.isStalled else { return false }
            peer.isStalled = false
            note("\(peer.name) goes on")
            peer.run()
        case .crashPeer: return crashPeer()
        case .startPeer: return startPeer()
        case .drainWorker:
            let worker = random.pick(workers)
            guard worker.isUp, !worker.isStalled, !worker.hasLeft else { return false }
            note("\(worker.name) is asked to drain")
            worker.drain()
            worker.run()
        case .killBroker: return endBroker(withPower: true)
        case .powerFails: return endBroker(withPower: false)
        case .startBroker:
            guard broker == nil else { return false }
            try startBroker()
        case .loseArchive:
            guard broker == nil else { return false }
            note("the archive is lost")
            archive.isLost()
        default: preconditionFailure("\(step) is not a fault")
        }
        return true
    }

    /// The office has written another catalogue; the broker takes it with its next turn.
    private func changeCatalogue() -> Bool {
        guard let broker else { return false }
        let variant = random.below(SimulatedStreet.variants.count)
        note("catalogue \(variant) is to be taken")
        broker.changeCatalogue(to: SimulatedStreet.variants[variant])
        return true
    }

    private func cutSomething() -> Bool {
        let open = network.connections.filter(\.isOpen)
        guard !open.isEmpty else { return false }
        let connection = random.pick(open)
        let isNoticed = random.chance(perMille: 600)
        note("\(peers[connection.peer].name) is cut off\(isNoticed ? "" : " silently")")
        network.cut(
            connection.id, keepToBroker: random.below(connection.toBroker.count + 1),
            keepToPeer: random.below(connection.toPeer.count + 1), isNoticed: isNoticed)
        return true
    }

    private func crashPeer() -> Bool {
        let peer = random.pick(peers)
        guard peer.isUp else { return false }
        note("\(peer.name) crashes")
        peer.crash()
        return true
    }

    private func startPeer() -> Bool {
        let peer = random.pick(peers)
        guard !peer.isUp else { return false }
        note("\(peer.name) starts")
        peer.start()
        return true
    }

    /// The broker's process ends at whatever point it had reached.
    func endBroker(withPower: Bool) -> Bool {
        guard broker != nil else { return false }
        note(withPower ? "the broker is killed" : "the power fails")
        if withPower {
            disk.processEnds()
        } else {
            disk.powerFails(&random)
            if random.chance(perMille: 500) { archive.powerFails() }
        }
        broker = nil
        network.closeAll { random.below($0 + 1) }
        return true
    }
}
