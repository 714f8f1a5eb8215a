internal import CZeroMQ

/// An option of a socket; names and defaults are those of zmq_setsockopt(3).
///
/// All but `linger` hold for connections made afterwards.
package enum SocketOption: Hashable, Sendable {
    /// How long unsent messages survive the closing of the socket; −1 is for ever.
    case linger(milliseconds: Int32)
    /// Messages that may wait to be sent, for each peer; 0 is without bound.
    case sendHighWaterMark(Int32)
    /// Messages that may wait to be received, for each peer; 0 is without bound.
    case receiveHighWaterMark(Int32)
    /// A peer that sends a larger frame is disconnected; −1 is without bound.
    case maximumMessageSize(Int64)
    /// A ROUTER reports peers it cannot reach instead of dropping what is sent to them.
    case routerMandatory(Bool)
    /// A ROUTER hands a routing id over to the newest connection that claims it.
    case routerHandover(Bool)
    /// Messages queue only for finished connections.
    case immediate(Bool)
    /// The operating system probes idle TCP connections.
    case tcpKeepAlive(idleSeconds: Int32, intervalSeconds: Int32, count: Int32)
    /// A connection that has not finished its handshake by then is closed; 0 is never.
    case handshakeInterval(milliseconds: Int32)
    /// The name a ROUTER knows this socket by: 1 to 255 bytes, not beginning with 0.
    case routingID(RoutingID)
    /// IPv6 beside IPv4.
    case ipv6(Bool)
    /// ZMTP pings: sent every interval, answered within the time-out, or the connection closes.
    case heartbeat(intervalMilliseconds: Int32, timeoutMilliseconds: Int32)
    /// The first and the longest wait of libzmq's own reconnects; −1 for the first: none.
    case reconnectInterval(milliseconds: Int32, maximumMilliseconds: Int32)
    /// Connections that may wait to be accepted.
    case backlog(Int32)
    /// A server that only speaks encrypted, with this pair; an `Authenticator` says to whom. The
    /// domain names the server to it and is enforced: without an answer nobody gets in.
    case curveServer(CurveKeyPair, domain: String)
    /// A client that proves `keys` and speaks only with the server whose key it knows.
    case curveClient(CurveKeyPair, server: CurvePublicKey)
}

extension Socket {
    /// Sets an option.
    ///
    /// Errors: `EINVAL` for a value or a type of socket the option does not fit.
    package func set(_ option: SocketOption) throws(ZeroMQError) {
        switch option {
        case .linger(let milliseconds): try set(ZMQ_LINGER, milliseconds)
        case .sendHighWaterMark(let messages): try set(ZMQ_SNDHWM, messages)
        case .receiveHighWaterMark(let messages): try set(ZMQ_RCVHWM, messages)
        case .maximumMessageSize(let bytes): try set(ZMQ_MAXMSGSIZE, bytes)
        case .routerMandatory(let isOn): try set(ZMQ_ROUTER_MANDATORY, isOn)
        case .routerHandover(let isOn): try set(ZMQ_ROUTER_HANDOVER, isOn)
        case .immediate(let isOn): try set(ZMQ_IMMEDIATE, isOn)
        case .tcpKeepAlive(let idle, let interval, let count):
            try set(ZMQ_TCP_KEEPALIVE, true)
            try set(ZMQ_TCP_KEEPALIVE_IDLE, idle)
            try set(ZMQ_TCP_KEEPALIVE_INTVL, interval)
            try set(ZMQ_TCP_KEEPALIVE_CNT, count)
        case .handshakeInterval(let milliseconds): try set(ZMQ_HANDSHAKE_IVL, milliseconds)
        case .routingID(let id):
            try id.withUnsafeBytes { bytes throws(ZeroMQError) in
                try set(ZMQ_ROUTING_ID, bytes)
            }
        case .ipv6(let isOn): try set(ZMQ_IPV6, isOn)
        case .heartbeat(let interval, let timeout):
            try set(ZMQ_HEARTBEAT_IVL, interval)
            try set(ZMQ_HEARTBEAT_TIMEOUT, timeout)
        case .reconnectInterval(let first, let maximum):
            try set(ZMQ_RECONNECT_IVL, first)
            try set(ZMQ_RECONNECT_IVL_MAX, maximum)
        case .backlog(let connections): try set(ZMQ_BACKLOG, connections)
        case .curveServer(let keys, let domain):
            try set(ZMQ_CURVE_SERVER, true)
            try set(ZMQ_CURVE_SECRETKEY, text: keys.secretText)
            try set(ZMQ_ZAP_DOMAIN, text: domain)
            try set(Self.enforceDomain, true)
        case .curveClient(let keys, let server):
            try set(ZMQ_CURVE_SERVERKEY, text: server.text)
            try set(ZMQ_CURVE_PUBLICKEY, text: keys.publicKey.text)
            try set(ZMQ_CURVE_SECRETKEY, text: keys.secretText)
        }
    }

    /// The endpoint bound or connected last, with the port the system chose.
    ///
    /// Errors: `ETERM`.
    package func lastEndpoint() throws(ZeroMQError) -> String {
        var text = [CChar](repeating: 0, count: 1_024)
        var count = text.count
        guard zmq_getsockopt(handle.pointer, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else {
            throw ZeroMQError.last("zmq_getsockopt", detail: "last endpoint")
        }
        return String(
            decoding: text[..<max(0, count - 1)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `ZMQ_ZAP_ENFORCE_DOMAIN`, which libzmq knows since 4.3.0 and its header calls a draft.
    private static var enforceDomain: Int32 { 93 }

    private func set(_ name: Int32, text: String) throws(ZeroMQError) {
        var text = text
        let code = text.withUTF8 {
            zmq_setsockopt(handle.pointer, name, $0.baseAddress, $0.count)
        }
        guard code == 0 else { throw ZeroMQError.last("zmq_setsockopt", detail: "option \(name)") }
    }

    private func set(_ name: Int32, _ isOn: Bool) throws(ZeroMQError) {
        try set(name, Int32(isOn ? 1 : 0))
    }

    private func set<Value: BitwiseCopyable>(
        _ name: Int32, _ value: Value
    ) throws(ZeroMQError) {
        try withUnsafeBytes(of: value) { bytes throws(ZeroMQError) in try set(name, bytes) }
    }

    private func set(_ name: Int32, _ bytes: UnsafeRawBufferPointer) throws(ZeroMQError) {
        guard zmq_setsockopt(handle.pointer, name, bytes.baseAddress, bytes.count) == 0 else {
            throw ZeroMQError.last("zmq_setsockopt", detail: "option \(name)")
        }
    }
}
