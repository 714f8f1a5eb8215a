import GridCodec
import ZeroMQ

import struct Foundation.Data
import struct Synchronization.Atomic

/// One connection of a session: a fresh DEALER, what waits to be sent on it, and its monitor.
struct Connection: ~Copyable {
    /// Names monitors apart that share a context.
    private static let serial = Atomic<UInt64>(0)

    private let socket: Socket
    private let monitor: ConnectionMonitor
    private var outgoing: [Data] = []
    private var firstOutgoing = 0

    /// Connects in the background.
    ///
    /// libzmq must not reconnect by itself, since the session has to greet first; so its reconnect
    /// is put far off. Two options that look made for this, ZMQ_RECONNECT_IVL −1 and ZMQ_IMMEDIATE,
    /// make libzmq throw away what has come but was not read yet when a connection breaks: a
    /// broker's last refusal, say. What is not sent yet ends with the connection.
    init(
        to endpoint: String, as curve: (keys: CurveKeyPair, server: CurvePublicKey)?,
        in context: Context
    ) throws(ZeroMQError) {
        let socket = try Socket(.dealer, in: context)
        if let curve { try socket.set(.curveClient(curve.keys, server: curve.server)) }
        for option in [
            .linger(milliseconds: 0), .sendHighWaterMark(1_000),
            .receiveHighWaterMark(1_000), .handshakeInterval(milliseconds: 10_000),
            .reconnectInterval(milliseconds: 3_600_000, maximumMilliseconds: 0),
            .tcpKeepAlive(idleSeconds: 30, intervalSeconds: 10, count: 3),
        ] as [SocketOption] {
            try socket.set(option)
        }
        let serial = Self.serial.add(1, ordering: .relaxed).newValue
        let monitor = try ConnectionMonitor(of: socket, name: "\(serial)")
        try socket.connect(endpoint)
        self.socket = socket
        self.monitor = monitor
    }

    /// Whether everything has been handed to libzmq.
    var isIdle: Bool { outgoing.isEmpty }

    /// What to wait for: input, news of the connection, and room if something waits.
    var pollItems: [PollItem] {
        [PollItem(socket, isIdle ? .readable : [.readable, .writable]), monitor.pollItem]
    }

    /// Adds a frame to what waits to be sent.
    mutating func enqueue(_ frame: Data) { outgoing.append(frame) }

    /// Hands libzmq as much as it takes.
    mutating func flush() throws(ZeroMQError) {
        while firstOutgoing < outgoing.count {
            let frame = outgoing[firstOutgoing]
            var message = try Self.message(frame)
            guard try socket.send(&message) == .sent else { return }
            firstOutgoing += 1
        }
        outgoing.removeAll(keepingCapacity: true)
        firstOutgoing = 0
    }

    /// Lends each frame that has arrived, at most so many; malformed messages are skipped.
    func receive(
        atMost limit: Int, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ZeroMQError) {
        var message = Message()
        for _ in 0..<limit {
            switch try socket.receive(into: &message) {
            case .nothing: return
            case .message: message.withUnsafeBytes(body)
            case .malformed: continue
            }
        }
    }

    /// Whether the connection broke or could not be made.
    func isLost() throws(ZeroMQError) -> Bool { try monitor.hasLostConnection() }

    /// Lets what libzmq has taken leave after the connection is closed.
    func lingerOnClose(milliseconds: Int64) throws(ZeroMQError) {
        try socket.set(.linger(milliseconds: Int32(clamping: milliseconds)))
    }

    private static func message(_ frame: Data) throws(ZeroMQError) -> Message {
        let bytes = [UInt8](frame)
        return try Message(copying: bytes)
    }
}
