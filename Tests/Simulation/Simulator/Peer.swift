import GridCodec
import GridModel
import GridSession

import struct Foundation.Data

/// A peer's process around the real session: what `SessionLoop` does with a thread and a socket.
///
/// A crash takes the session and everything in memory; what a subclass calls durable stays.
class Peer {
    let index: Int
    let name: String
    unowned let simulation: Simulation
    private(set) var session: PeerSession
    private(set) var isUp = false
    /// It does nothing for a while, as under SIGSTOP; what reaches it waits.
    var isStalled = false
    private(set) var connection: Int?
    private var highestSeen: WireTag?

    init(index: Int, name: String, simulation: Simulation) {
        self.index = index
        self.name = name
        self.simulation = simulation
        session = PeerSession(
            SessionConfiguration(
                session: SessionID(high: 1, low: 1), role: .terminal, software: "", name: ""))
    }

    /// The key that its connections prove; `nil` for one without keys.
    var user: String? { nil }
    /// What the peer says of itself; subclasses add to it.
    func introduce(_ configuration: inout SessionConfiguration) {}
    /// The process has started with nothing but what it kept durably.
    func hasStarted() {}
    /// The session tells something.
    func handle(_ event: SessionEvent) {}
    /// The broker began a higher epoch than the one this peer knew.
    func epochHasRisen() {}
    /// What a crash of it counts as.
    var crashes: Happening { .operatorCrashed }
    /// Time has passed.
    func tick() {}
    /// Nothing is owed to it and it owes nothing.
    var isSettled: Bool { isUp && session.isReady && session.unconfirmedCount == 0 }

    /// Whether an error only asks for patience: the session tries again by itself.
    final func isPassing(_ error: WireError) -> Bool {
        error.code == UInt32(RefusalCode.tooManySessions.rawValue)
    }

    /// Starts the process with a session of its own.
    final func start() {
        let id = SessionID(high: simulation.random.next() | 1, low: simulation.random.next())
        var configuration = SessionConfiguration(
            session: id, role: .terminal, software: "simulation/1", name: name)
        configuration.highestSeen = highestSeen
        introduce(&configuration)
        session = PeerSession(configuration)
        session.start(now: simulation.clock.now)
        isUp = true
        isStalled = false
        hasStarted()
        run()
    }

    /// The process is gone; the first frames it sent may still arrive.
    final func crash() {
        if let connection {
            simulation.network.close(
                connection, keepToBroker: simulation.random.below(3))
        }
        connection = nil
        isUp = false
    }

    /// A frame arrives, or the news that the connection is gone.
    final func receive(_ arrival: SimulatedNetwork.Arrival) {
        switch arrival {
        case .frame(let frame):
            frame.withUnsafeBytes { session.receive(frame: $0, now: simulation.clock.now) }
        case .lost: session.connectionLost(now: simulation.clock.now)
        }
        run()
    }

    /// Hands items to the session.
    final func send(_ parcels: [Parcel]) { for parcel in parcels { session.enqueue(parcel) } }

    final func release(_ claims: [Claim]) { session.release(claims) }
    final func setCredit(_ credit: Int) { session.setCredit(UInt32(credit)) }
    final func end(_ reason: String) { session.end(reason: reason) }

    /// Lets the session act, and does what it says, until nothing follows.
    final func run() {
        guard isUp else { return }
        tick()
        while case let actions = session.step(now: simulation.clock.now), !actions.isEmpty {
            actions.forEach(perform)
        }
    }

    /// The process ends by itself, with everything it sent on its way.
    final func leave() {
        disconnect()
        isUp = false
    }

    private func perform(_ action: PeerSession.Action) {
        switch action {
        case .connect:
            disconnect()
            connection = simulation.network.connect(
                peer: index, isBrokerUp: simulation.broker != nil)
        case .disconnect: disconnect()
        case .send(let frame):
            if let connection {
                simulation.network.sendToBroker(
                    frame, on: connection, now: simulation.clock.now)
            }
        case .event(let event):
            if case .tagAdvanced(let tag) = event {
                let hasRisen = highestSeen.map { tag.epoch > $0.epoch } ?? false
                highestSeen = tag
                if hasRisen { epochHasRisen() }
            }
            handle(event)
        }
    }

    private func disconnect() {
        if let connection { simulation.network.close(connection) }
        connection = nil
    }
}
