import GridModel
package import ZeroMQ

/// Where peers connect: one ROUTER for endpoints without keys, one for each key of the broker.
///
/// A connection's name begins with its ROUTER's number, so that two ROUTERs' names never meet.
/// Used by the loop's thread.
final class Gate {
    private final class Door {
        let socket: Socket
        let asksForKeys: Bool

        init(_ socket: consuming Socket, asksForKeys: Bool) {
            self.socket = socket
            self.asksForKeys = asksForKeys
        }
    }

    private let authenticator: Authenticator
    private let doors: [Door]
    private var next = 0
    private var gone: [RoutingID] = []

    /// Binds every endpoint. Throws `BrokerError.cannotBind`, `ZeroMQError`.
    init(_ listening: [ListeningEndpoint], limits: ProtocolLimits) throws {
        let context = try Context()
        // Before any ROUTER: a CURVE server without an authenticator would let everybody in.
        authenticator = try Authenticator(in: context)
        var keys: [CurveKeyPair?] = []
        for endpoint in listening where !keys.contains(endpoint.keys) { keys.append(endpoint.keys) }
        doors = try keys.map { key in
            Door(
                try Self.router(
                    key, listening.filter { $0.keys == key }.map(\.address), limits, context),
                asksForKeys: key != nil)
        }
    }

    /// What to wait on.
    func pollItems(listens: Bool) -> [PollItem] {
        doors.map { PollItem($0.socket, listens ? .readable : []) } + [authenticator.pollItem]
    }

    /// Answers the handshakes that wait: who may connect, as which user.
    func answerHandshakes(_ decide: (AuthenticationRequest) -> String?) throws {
        try authenticator.answerAll(decide)
    }

    /// Receives the next message of any ROUTER, each in its turn, without waiting.
    func receive(into message: inout Message, from sender: inout RoutingID) throws -> ReceiveResult
    {
        for _ in doors.indices {
            let door = next
            next = next + 1 == doors.count ? 0 : next + 1
            let result = try doors[door].socket.receive(into: &message, from: &sender)
            if result == .nothing { continue }
            sender = sender.prefixed(by: UInt8(door))
            return result
        }
        return .nothing
    }

    /// The user id that the handshake gave to the connection a message came from; `nil` at a door
    /// without keys, and one that nobody has if libzmq should let somebody through unasked.
    ///
    /// Without keys a peer writes the metadata of its connection itself, `User-Id` included
    /// (<https://rfc.zeromq.org/spec/23/>): what it says there counts for nothing.
    func user(of message: borrowing Message, from sender: RoutingID) -> String? {
        doors[Int(sender.prefix)].asksForKeys ? message.userID ?? "" : nil
    }

    /// Sends a frame to a connection, counted until it is sent; one that cannot be delivered is
    /// dropped.
    func send(_ bytes: UnsafeRawBufferPointer, to route: RoutingID, countedIn unsent: UnsentBytes) {
        guard doors.indices.contains(Int(route.prefix)), route.count > 0,
            var message = try? Message(copying: bytes, countedIn: unsent)
        else { return }
        let result = try? doors[Int(route.prefix)].socket.send(&message, to: route.withoutPrefix)
        if result == .unroutable { gone.append(route) }
    }

    /// The connections that turned out to be gone when something was to be sent, since it was last
    /// asked.
    func takeGone() -> [RoutingID] {
        defer { gone.removeAll(keepingCapacity: true) }
        return gone
    }

    private static func router(
        _ key: CurveKeyPair?, _ endpoints: [String], _ limits: ProtocolLimits, _ context: Context
    ) throws -> Socket {
        let router = try Socket(.router, in: context)
        if let key { try router.set(.curveServer(key, domain: "gridcall")) }
        try router.set(.linger(milliseconds: 1_000))
        try router.set(.routerMandatory(true))
        try router.set(.maximumMessageSize(Int64(limits.frameBytes)))
        try router.set(.sendHighWaterMark(1_000))
        // Frames of up to `frameBytes`, for each connection: enough that the loop never waits.
        try router.set(.receiveHighWaterMark(128))
        try router.set(.handshakeInterval(milliseconds: Int32(limits.handshakeMilliseconds)))
        try router.set(.backlog(1_024))
        try router.set(.ipv6(endpoints.contains { $0.contains("[") }))
        for endpoint in endpoints {
            do {
                try router.bind(endpoint)
            } catch {
                throw BrokerError.cannotBind(endpoint: endpoint, reason: "\(error)")
            }
        }
        return router
    }
}

/// An address the broker listens at, and the key it proves there.
package struct ListeningEndpoint: Hashable, Sendable {
    /// `tcp://127.0.0.1:5570`, `ipc:///run/gridcall.sock`.
    package let address: String
    /// `nil` for an endpoint that only this machine reaches and that asks for no keys.
    package let keys: CurveKeyPair?

    /// An address and its key.
    package init(_ address: String, keys: CurveKeyPair? = nil) {
        self.address = address
        self.keys = keys
    }
}
