internal import CZeroMQ

/// A libzmq context: the I/O threads that sockets share.
///
/// Every socket holds its context; when the last socket and the last user have gone, the context
/// ends, which waits until what lingers in closed sockets is sent or given up.
///
/// Thread rule: may be shared between threads (zmq_ctx_new(3): "A ØMQ context is thread safe").
package final class Context: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer

    /// A context with so many I/O threads; one is enough for about a gigabyte a second.
    ///
    /// Errors: `EMFILE` when the process has no descriptors left.
    package init(ioThreads: Int = 1) throws(ZeroMQError) {
        guard let handle = zmq_ctx_new() else { throw ZeroMQError.last("zmq_ctx_new") }
        self.handle = handle
        guard zmq_ctx_set(handle, ZMQ_IO_THREADS, Int32(clamping: ioThreads)) == 0 else {
            throw ZeroMQError.last("zmq_ctx_set", detail: "io threads \(ioThreads)")
        }
    }

    deinit {
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }
}
