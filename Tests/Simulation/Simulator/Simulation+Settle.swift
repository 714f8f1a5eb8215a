import BrokerServer

extension Simulation {
    /// So many rounds of simulated time are enough for every lease, backoff and resend.
    private static let rounds = 4_000
    private static let millisecondsPerRound = 200

    /// The faults stop: everything must come to its end, and stay as it was said.
    func settle() throws {
        isFaulty = false
        note("the faults stop")
        healLinks()
        freeDisk()
        disk.repair()
        disk.nextFailure = nil
        catalogueFile = 0
        broker?.changeCatalogue(to: SimulatedStreet.catalogue)
        try drain()
        try checkEverythingIsDone()
        _ = endBroker(withPower: false)
        try startBroker()
        for terminal in terminals { terminal.submitAllAgain() }
        try drain()
        try checkEverythingIsDone()
    }

    private func drain() throws {
        if broker == nil { try startBroker() }
        for peer in peers { peer.isStalled = false }
        for round in 0..<Self.rounds {
            for peer in peers where !peer.isUp { peer.start() }
            for worker in workers where worker.hasLeft { worker.leave() }
            try deliverEverything()
            if round % 10 == 0 { operators[0].tidyUp() }
            for peer in peers { peer.run() }
            try throwFailure()
            if isDrained { return }
            clock.advance(milliseconds: Self.millisecondsPerRound)
        }
        throw Violation(
            "not everything drains: \(auditor.open.count) calls are open, unsettled are "
                + "\(peers.filter { !$0.isSettled }.map(\.name)); \(stuckParts)")
    }

    private func deliverEverything() throws {
        for id in network.connections.map(\.id) {
            while deliverToBroker(id) {}
            while deliverToPeer(id) {}
        }
        repeat {
            _ = try turn(limit: 256)
            try broker?.readTexts(from: disk)
            try broker?.findTexts(in: disk)
            _ = try advanceArchive()
            while disk.isAppending { _ = try advanceAppend() }
            _ = try turn(limit: 256)
        } while disk.isAppending
    }

    private var isDrained: Bool {
        guard let broker else { return false }
        return auditor.open.isEmpty && peers.allSatisfy(\.isSettled) && broker.core.isSettled
            && broker.inbox.isEmpty && !disk.isAppending
    }

    /// What is left when nothing moves any more.
    private var stuckParts: String {
        auditor.open.sorted { $0.key < $1.key }.prefix(5).map { serial, call in
            "call \(serial) in stage \(call.stage): "
                + call.parts.map { "\($0.state)" }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    private func checkEverythingIsDone() throws {
        checked(.drains)
        try checkViews()
        try checkErasures()
        try checkConfirmed()
        try compareWithShadow()
        let submitted = terminals.reduce(0) { $0 + $1.calls.count }
        let expected = submitted - witness.unacceptable.count
        guard witness.receipts.count == expected, auditor.filings.count == expected else {
            throw Violation(
                "of \(expected) calls \(auditor.filings.count) are filed and "
                    + "\(witness.receipts.count) confirmed")
        }
        guard auditor.closed + auditor.voided + auditor.settled == UInt64(expected) else {
            throw Violation(
                "\(auditor.closed) closed, \(auditor.voided) voided and \(auditor.settled) settled "
                    + "of \(expected)")
        }
    }
}
