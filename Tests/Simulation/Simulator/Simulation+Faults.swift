extension Simulation {
    /// Takes a step that harms somebody, or heals what a former one did.
    func takeFault(_ step: Step) throws -> Bool {
        switch step {
        case .changeCatalogue: return changeCatalogue()
        case .leap:
            happens(.clockLeapt)
            clock.advance(milliseconds: random.pick([1_000, 5_000, 12_000, 40_000]))
            return true
        case .jumpWall:
            happens(.wallJumped)
            let isFar = random.chance(perMille: 200)
            clock.jumpWall(
                milliseconds: isFar ? 400_000 : random.number(in: -20_000...60_000))
            return true
        case .cut, .partition, .slowLink, .healLink, .repeatFrame, .mangleFrame:
            return takeNetworkFault(step)
        case .stallPeer, .resumePeer, .crashPeer, .startPeer, .drainWorker:
            return takePeerFault(step)
        case .killBroker: return endBroker(withPower: true)
        case .powerFails: return endBroker(withPower: false)
        case .startBroker:
            guard broker == nil else { return false }
            try startBroker()
            return true
        default: return try takeDiskFault(step)
        }
    }

    /// The office has written another catalogue; the broker takes it with its next turn, or with
    /// its next start.
    private func changeCatalogue() -> Bool {
        let variant = random.below(SimulatedStreet.variants.count)
        // `Auditor` counts by the numbers that the whole catalogue gives: it is the first.
        guard highestDurable > 0 else { return false }
        note("the catalogue's file becomes variant \(variant)")
        happens(.catalogueChanged)
        catalogueFile = variant
        if random.chance(perMille: 700) {
            broker?.changeCatalogue(to: SimulatedStreet.variants[variant])
        }
        return true
    }

    private func takePeerFault(_ step: Step) -> Bool {
        let peer = random.pick(peers)
        switch step {
        case .stallPeer:
            guard peer.isUp, !peer.isStalled else { return false }
            note("\(peer.name) stands still")
            happens(.peerStalled)
            peer.isStalled = true
        case .resumePeer:
            guard peer.isStalled else { return false }
            peer.isStalled = false
            note("\(peer.name) goes on")
            peer.run()
        case .crashPeer:
            guard peer.isUp else { return false }
            note("\(peer.name) crashes")
            happens(peer.crashes)
            peer.crash()
        case .startPeer:
            guard !peer.isUp else { return false }
            note("\(peer.name) starts")
            peer.start()
        default: return drainWorker()
        }
        return true
    }

    private func drainWorker() -> Bool {
        let worker = random.pick(workers)
        guard worker.isUp, !worker.isStalled, !worker.hasLeft else { return false }
        note("\(worker.name) is asked to drain")
        happens(.workerDrained)
        worker.drain()
        worker.run()
        return true
    }

    /// The broker's process ends at whatever point it had reached.
    func endBroker(withPower: Bool) -> Bool {
        guard broker != nil else { return false }
        note(withPower ? "the broker is killed" : "the power fails")
        happens(withPower ? .brokerKilled : .powerFailed)
        if withPower {
            disk.processEnds()
        } else {
            for happening in disk.powerFails(&random) { happens(happening) }
            if random.chance(perMille: 500) { archive.powerFails() }
        }
        brokerIsGone()
        return true
    }

    /// No broker any more, and no connection to one.
    func brokerIsGone() {
        broker = nil
        network.closeAll { random.below($0 + 1) }
    }
}
