package import GridCodec
package import GridModel
package import ZeroMQ

/// Who a peer is and how it begins.
package struct SessionConfiguration: Sendable {
    /// Names the session for its whole life, over all reconnects; random, new for each process.
    package var session: SessionID
    /// What the peer does.
    package var role: WirePeerRole
    /// Software and version, for the broker's log: `gridcall/0.1.0`.
    package var software: String
    /// The peer's name for people: `urban-1`.
    package var name: String
    /// Workers: the department's id.
    package var department = ""
    /// Workers: the ids of the only grids they serve; empty for all.
    package var grids: [String] = []
    /// Workers: the ids of the only categories they serve; empty for all.
    package var categories: [String] = []
    /// Workers: how many assignments they take at once.
    package var credit: UInt32 = 0
    /// The highest proof of the journal's progress this peer ever saw, of an earlier process.
    package var highestSeen: WireTag?
    /// Holds until the first Welcome announces the broker's.
    package var limits = ProtocolLimits()
    /// Holds until the first Welcome announces the broker's; the waits before reconnects always.
    package var times = SessionTimes()
    /// The peer's keys and the broker's public key; `nil` on an endpoint of this machine that
    /// needs none.
    package var curve: (keys: CurveKeyPair, server: CurvePublicKey)?
    /// Makes the jitter of reconnects repeatable; must differ between peers.
    package var seed: UInt64

    /// The configuration of a peer; what only workers have is set afterwards.
    package init(session: SessionID, role: WirePeerRole, software: String, name: String) {
        self.session = session
        self.role = role
        self.software = software
        self.name = name
        seed = session.high ^ session.low
    }
}
