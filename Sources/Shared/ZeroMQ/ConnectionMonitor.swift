internal import CZeroMQ

/// Tells when a connecting socket has lost its peer or could not reach it.
///
/// libzmq hides connections on purpose; its monitor (zmq_socket_monitor(3)) is the only way to
/// learn of a broken one before a time-out. Made and used in the socket's own thread.
package struct ConnectionMonitor: ~Copyable {
    private static let losses =
        ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED
        | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
        | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH

    private let watched: Socket.Handle
    private let events: Socket

    /// Watches `socket`, which must not be connected yet; `name` is unique in the context.
    ///
    /// Errors: `EADDRINUSE` for a name in use, `ETERM`.
    package init(of socket: borrowing Socket, name: String) throws(ZeroMQError) {
        let endpoint = "inproc://monitor-\(name)"
        guard zmq_socket_monitor(socket.handle.pointer, endpoint, Self.losses) == 0 else {
            throw ZeroMQError.last("zmq_socket_monitor", detail: endpoint)
        }
        let events = try Socket(.pair, in: socket.handle.context)
        try events.set(.linger(milliseconds: 0))
        try events.connect(endpoint)
        watched = socket.handle
        self.events = events
    }

    /// Ends the watch before the end that reads goes away: libzmq's I/O thread reports events with
    /// a send that waits for a reader, and without one it would stand still for ever, and with it
    /// every other connection of the context.
    deinit { zmq_socket_monitor(watched.pointer, nil, 0) }

    /// Whether the connection was lost since the last call.
    ///
    /// Errors: `ETERM`.
    package func hasLostConnection() throws(ZeroMQError) -> Bool {
        var message = Message()
        var isLost = false
        // Only losses are subscribed to, so that every event is one; its two frames say which.
        while try events.receive(into: &message) != .nothing { isLost = true }
        return isLost
    }

    /// The item to poll for.
    package var pollItem: PollItem { PollItem(events) }
}
