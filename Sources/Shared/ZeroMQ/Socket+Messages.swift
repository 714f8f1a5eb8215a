internal import CZeroMQ

extension Socket {
    /// Receives a message of one frame into `message`, without waiting.
    ///
    /// Further frames are thrown away and reported; `message` then holds the first.
    ///
    /// Errors: `ETERM`, `ENOTSOCK`.
    package func receive(into message: inout Message) throws(ZeroMQError) -> ReceiveResult {
        guard try receiveFrame(into: &message) else { return .nothing }
        return try drain(after: message.hasMore)
    }

    /// Receives a ROUTER's message of one payload frame and its sender, without waiting.
    ///
    /// Further frames are thrown away and reported with their sender; libzmq delivers the frames
    /// of a message together, so that the next call begins with the next message.
    ///
    /// Errors: `ETERM`, `ENOTSOCK`.
    package func receive(
        into message: inout Message, from sender: inout RoutingID
    ) throws(ZeroMQError) -> ReceiveResult {
        guard try receiveFrame(into: &message) else { return .nothing }
        sender = message.withUnsafeBytes { RoutingID($0) } ?? RoutingID()
        guard message.hasMore else { return .malformed(frames: 0) }
        guard try receiveFrame(into: &message) else { return .malformed(frames: 0) }
        return try drain(after: message.hasMore)
    }

    /// Sends a message of one frame, without waiting; `message` is empty once it is sent.
    ///
    /// Errors: `ETERM`, `ENOTSOCK`.
    package func send(_ message: inout Message) throws(ZeroMQError) -> SendResult {
        try send(&message, flags: ZMQ_DONTWAIT)
    }

    /// Sends a copy of `bytes` as a message of one frame, without waiting.
    ///
    /// Errors: `ETERM`, `ENOTSOCK`, `ENOMEM`.
    package func send(copying bytes: UnsafeRawBufferPointer) throws(ZeroMQError) -> SendResult {
        while zmq_send(handle.pointer, bytes.baseAddress, bytes.count, ZMQ_DONTWAIT) < 0 {
            if let result = try Self.resultOfFailedSend() { return result }
        }
        return .sent
    }

    /// Sends a message of one frame through a ROUTER to `receiver`, without waiting.
    ///
    /// With `routerMandatory` a peer that has gone or whose queue is full is reported; without,
    /// libzmq drops the message and says it was sent.
    ///
    /// Errors: `ETERM`, `ENOTSOCK`.
    package func send(
        _ message: inout Message, to receiver: RoutingID
    ) throws(ZeroMQError) -> SendResult {
        let flags = ZMQ_DONTWAIT | ZMQ_SNDMORE
        let first = try receiver.withUnsafeBytes { bytes throws(ZeroMQError) -> SendResult in
            while zmq_send(handle.pointer, bytes.baseAddress, bytes.count, flags) < 0 {
                if let result = try Self.resultOfFailedSend() { return result }
            }
            return .sent
        }
        guard first == .sent else { return first }
        // After the first frame the ROUTER has chosen the peer: it takes or drops the second one,
        // also when the peer has gone in between (libzmq, router_t::xsend).
        return try send(&message, flags: ZMQ_DONTWAIT)
    }

    private func send(_ message: inout Message, flags: Int32) throws(ZeroMQError) -> SendResult {
        while zmq_msg_send(&message.raw, handle.pointer, flags) < 0 {
            if let result = try Self.resultOfFailedSend() { return result }
        }
        return .sent
    }

    /// `nil` when the call was interrupted and is to be made again.
    private static func resultOfFailedSend() throws(ZeroMQError) -> SendResult? {
        switch zmq_errno() {
        case EINTR: return nil
        case EAGAIN: return .wouldBlock
        case EHOSTUNREACH: return .unroutable
        default: throw ZeroMQError.last("zmq_msg_send")
        }
    }

    /// Whether a frame was there.
    func receiveFrame(into message: inout Message) throws(ZeroMQError) -> Bool {
        while zmq_msg_recv(&message.raw, handle.pointer, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return false
            default: throw ZeroMQError.last("zmq_msg_recv")
            }
        }
        return true
    }

    private func drain(after hasMore: Bool) throws(ZeroMQError) -> ReceiveResult {
        guard hasMore else { return .message }
        var frames = 1
        var more = true
        while more {
            var extra = Message()
            guard try receiveFrame(into: &extra) else { break }
            frames += 1
            more = extra.hasMore
        }
        return .malformed(frames: frames)
    }
}
