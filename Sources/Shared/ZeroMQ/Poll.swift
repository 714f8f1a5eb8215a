internal import CZeroMQ

/// What to wait for, or what was found.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: Int16

    /// A set from the bits of zmq_poll(3).
    package init(rawValue: Int16) { self.rawValue = rawValue }

    /// At least one message or byte can be received.
    package static let readable = Readiness(rawValue: Int16(ZMQ_POLLIN))
    /// At least one message or byte can be sent.
    package static let writable = Readiness(rawValue: Int16(ZMQ_POLLOUT))
    /// A descriptor is broken; a socket never reports it.
    package static let failed = Readiness(rawValue: Int16(ZMQ_POLLERR))
}

/// A socket or descriptor to wait for.
///
/// It keeps its socket open: let go of the item before closing matters.
package struct PollItem {
    private let socket: Socket.Handle?
    private let descriptor: Int32
    /// What to wait for.
    package var interest: Readiness
    /// What the last `poll` found.
    package fileprivate(set) var ready: Readiness = []

    /// Waits for a socket.
    package init(_ socket: borrowing Socket, _ interest: Readiness = .readable) {
        self.socket = socket.handle
        descriptor = -1
        self.interest = interest
    }

    init(_ handle: Socket.Handle) {
        socket = handle
        descriptor = -1
        interest = .readable
    }

    /// Waits for a descriptor.
    package init(descriptor: Int32, _ interest: Readiness = .readable) {
        socket = nil
        self.descriptor = descriptor
        self.interest = interest
    }

    fileprivate var raw: zmq_pollitem_t {
        zmq_pollitem_t(
            socket: socket?.pointer, fd: descriptor, events: interest.rawValue, revents: 0)
    }
}

/// Waits until an item is ready or the time is over; says how many are ready.
///
/// A negative `timeoutMilliseconds` waits for ever. A signal ends the wait early with 0, as if
/// the time were over, so that the caller looks at everything once.
///
/// Errors: `ETERM`, `ENOTSOCK`.
package func poll(
    _ items: inout [PollItem], timeoutMilliseconds: Int
) throws(ZeroMQError) -> Int {
    // zmq_poll itself rejects a null array; without items there is still a time to wait for.
    let count = items.count
    let capacity = max(1, count)
    let found = withUnsafeTemporaryAllocation(of: zmq_pollitem_t.self, capacity: capacity) { raw in
        for index in 0..<count { raw[index] = items[index].raw }
        let found = zmq_poll(raw.baseAddress, Int32(count), timeoutMilliseconds)
        for index in 0..<count {
            items[index].ready =
                found > 0 ? Readiness(rawValue: raw[index].revents) : []
        }
        return found
    }
    guard found < 0 else { return Int(found) }
    guard zmq_errno() == EINTR else { throw ZeroMQError.last("zmq_poll") }
    return 0
}
