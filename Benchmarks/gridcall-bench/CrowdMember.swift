import Foundation
import GridCodec
import GridModel
import GridSession
import ZeroMQ

/// One session of a crowd, over a DEALER and a TCP connection of its own.
///
/// It has no thread: whoever owns it calls `turn` when something came, and at its deadline.
final class CrowdMember {
    private let endpoint: String
    private let context: Context
    private var session: PeerSession
    private var line: CrowdLine?
    /// When `turn` must be called at the latest, in monotonic milliseconds.
    private(set) var deadline: Int64

    /// A member that connects at its first turn.
    init(
        _ configuration: SessionConfiguration, endpoint: String, in context: Context, now: Int64
    ) {
        self.endpoint = endpoint
        self.context = context
        session = PeerSession(configuration)
        deadline = now
        session.start(now: now)
    }

    /// Whether the broker has welcomed it.
    var isReady: Bool { session.isReady }
    /// Whether something is to come soon: a welcome, or an answer to what it sent.
    var isWaiting: Bool { !session.isReady || session.unconfirmedCount > 0 }
    /// Its socket to wait for; `nil` while it has no connection.
    var pollItem: PollItem? { line?.pollItem }

    /// Takes items over that go with the next turn.
    func enqueue(_ parcels: [Parcel]) { for parcel in parcels { session.enqueue(parcel) } }

    /// Takes in what has come, sends what is due, and returns what the session tells.
    func turn(now: Int64) throws -> [SessionEvent] {
        try line?.receive { bytes in session.receive(frame: bytes, now: now) }
        var events: [SessionEvent] = []
        for action in session.step(now: now) {
            switch action {
            case .connect: line = try CrowdLine(to: endpoint, in: context)
            case .disconnect: line = nil
            case .send(let frame): try line?.send([UInt8](frame))
            case .event(let event): events.append(event)
            }
        }
        deadline = session.nextDeadline ?? .max
        return events
    }

    /// Says goodbye and closes the connection.
    func leave(now: Int64) throws {
        session.end(reason: "done")
        _ = try turn(now: now)
        try line?.lingerOnClose()
        line = nil
    }
}

/// The connection of a crowd's member.
private final class CrowdLine {
    private let socket: Socket

    /// Connects in the background. libzmq must not reconnect by itself, since the session has to
    /// greet first; a connection that breaks shows as silence.
    init(to endpoint: String, in context: Context) throws(ZeroMQError) {
        let socket = try Socket(.dealer, in: context)
        for option in [
            .linger(milliseconds: 0), .handshakeInterval(milliseconds: 10_000),
            .reconnectInterval(milliseconds: 3_600_000, maximumMilliseconds: 0),
        ] as [SocketOption] {
            try socket.set(option)
        }
        try socket.connect(endpoint)
        self.socket = socket
    }

    var pollItem: PollItem { PollItem(socket) }

    /// Lends every frame that has arrived.
    func receive(_ body: (UnsafeRawBufferPointer) -> Void) throws(ZeroMQError) {
        var message = Message()
        while try socket.receive(into: &message) == .message { message.withUnsafeBytes(body) }
    }

    /// Hands a frame to libzmq, whose queue has room for far more than a member ever sends.
    func send(_ bytes: [UInt8]) throws {
        var message = try Message(copying: bytes)
        guard try socket.send(&message) == .sent else {
            throw BenchFailure.processFailed("sending through a full queue")
        }
    }

    /// Lets the last frame leave after the connection is closed.
    func lingerOnClose() throws(ZeroMQError) { try socket.set(.linger(milliseconds: 1_000)) }
}
