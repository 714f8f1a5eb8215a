internal import CZeroMQ

/// The types of sockets in use here.
package enum SocketType: Sendable {
    case dealer
    case router
    case pair

    var rawValue: Int32 {
        switch self {
        case .dealer: ZMQ_DEALER
        case .router: ZMQ_ROUTER
        case .pair: ZMQ_PAIR
        }
    }
}

/// What became of an attempt to receive.
package enum ReceiveResult: Hashable, Sendable {
    /// Nothing waits.
    case nothing
    /// One message was received.
    case message
    /// A message with so many payload frames instead of one was received and thrown away.
    case malformed(frames: Int)
}

/// What became of an attempt to send; anything but `sent` leaves the message with the caller.
package enum SendResult: Hashable, Sendable {
    /// The message is libzmq's now.
    case sent
    /// The peer's queue is full, or nobody is connected (`EAGAIN`).
    case wouldBlock
    /// A ROUTER knows no such peer (`EHOSTUNREACH`).
    case unroutable
}

/// A libzmq socket.
///
/// Thread rule: zmq_socket(3) forbids sharing a socket, so create it in the thread that uses it;
/// the compiler keeps it from being copied or sent. Sending and receiving never wait: `poll` does.
package struct Socket: ~Copyable {
    /// Closes the socket when the last user lets go; poll items share it with the socket.
    final class Handle {
        let pointer: UnsafeMutableRawPointer
        let context: Context

        init(_ pointer: UnsafeMutableRawPointer, context: Context) {
            self.pointer = pointer
            self.context = context
        }

        deinit { zmq_close(pointer) }
    }

    let handle: Handle

    /// A socket of `context`.
    ///
    /// Errors: `EMFILE` at the context's limit, `ETERM`.
    package init(_ type: SocketType, in context: Context) throws(ZeroMQError) {
        guard let pointer = zmq_socket(context.handle, type.rawValue) else {
            throw ZeroMQError.last("zmq_socket", detail: "\(type)")
        }
        handle = Handle(pointer, context: context)
    }

    /// Accepts peers at `endpoint`: `tcp://127.0.0.1:5570`, `ipc:///run/x.sock`, `inproc://x`.
    ///
    /// Errors: `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `EINVAL` and more, see zmq_bind(3).
    package func bind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(handle.pointer, endpoint) == 0 else {
            throw ZeroMQError.last("zmq_bind", detail: endpoint)
        }
    }

    /// Ends accepting peers at `endpoint`.
    ///
    /// Errors: `ENOENT` for an endpoint that is not bound.
    package func unbind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_unbind(handle.pointer, endpoint) == 0 else {
            throw ZeroMQError.last("zmq_unbind", detail: endpoint)
        }
    }

    /// Connects to `endpoint` in the background; nobody has to be there yet.
    ///
    /// Errors: `EINVAL` for a malformed endpoint and more, see zmq_connect(3).
    package func connect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(handle.pointer, endpoint) == 0 else {
            throw ZeroMQError.last("zmq_connect", detail: endpoint)
        }
    }

    /// Ends the connection to `endpoint`.
    ///
    /// Errors: `ENOENT` for an endpoint that is not connected.
    package func disconnect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_disconnect(handle.pointer, endpoint) == 0 else {
            throw ZeroMQError.last("zmq_disconnect", detail: endpoint)
        }
    }
}
