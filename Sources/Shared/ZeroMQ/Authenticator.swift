internal import CZeroMQ

/// Somebody who wants to connect, as libzmq's handshake presents them.
package struct AuthenticationRequest: Sendable {
    /// Where they come from, as the system says: `192.0.2.7`.
    package let address: String
    /// The key they proved to hold; `nil` for another mechanism than CURVE.
    package let key: CurvePublicKey?

    fileprivate let requestID: [UInt8]
}

/// Answers libzmq's question who may connect: the ZeroMQ Authentication Protocol
/// (<https://rfc.zeromq.org/spec/27/>).
///
/// One for a context, made before any socket that asks it: a CURVE server that finds no answerer
/// would let everyone in who knows its public key. Thread rule: as a socket's.
package struct Authenticator: ~Copyable {
    private static let endpoint = "inproc://zeromq.zap.01"
    private static let version: [UInt8] = Array("1.0".utf8)

    private let handle: Socket.Handle
    private var pointer: UnsafeMutableRawPointer { handle.pointer }

    /// The answerer of `context`.
    ///
    /// Errors: `EADDRINUSE` if the context has one.
    package init(in context: Context) throws(ZeroMQError) {
        guard let pointer = zmq_socket(context.handle, ZMQ_REP) else {
            throw ZeroMQError.last("zmq_socket", detail: "authenticator")
        }
        var linger: Int32 = 0
        zmq_setsockopt(pointer, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        guard zmq_bind(pointer, Self.endpoint) == 0 else {
            let error = ZeroMQError.last("zmq_bind", detail: Self.endpoint)
            zmq_close(pointer)
            throw error
        }
        handle = Socket.Handle(pointer, context: context)
    }

    /// What to wait on with `poll`.
    package var pollItem: PollItem { PollItem(handle) }

    /// Answers everybody who waits: the user id they get, or `nil` for those who may not connect.
    ///
    /// Errors: `ETERM`.
    package func answerAll(
        _ decide: (AuthenticationRequest) -> String?
    ) throws(ZeroMQError) {
        while let frames = try receive() {
            // A request has seven frames and more for credentials; libzmq itself makes them.
            guard frames.count >= 6, frames[0] == Self.version else {
                try answer(frames.count > 1 ? frames[1] : [], code: "500", text: "", user: "")
                continue
            }
            let isCurve = frames[5] == Array("CURVE".utf8) && frames.count == 7
            let request = AuthenticationRequest(
                address: String(decoding: frames[3], as: UTF8.self),
                key: isCurve ? frames[6].withUnsafeBytes { CurvePublicKey(bytes: $0) } : nil,
                requestID: frames[1])
            let user = decide(request)
            try answer(
                request.requestID, code: user == nil ? "400" : "200",
                text: user == nil ? "no access" : "OK", user: user ?? "")
        }
    }

    /// The frames of one request; `nil` if none waits.
    private func receive() throws(ZeroMQError) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        while true {
            var message = Message()
            while zmq_msg_recv(&message.raw, pointer, ZMQ_DONTWAIT) < 0 {
                switch zmq_errno() {
                case EINTR: continue
                case EAGAIN: return nil
                default: throw ZeroMQError.last("zmq_msg_recv", detail: "authenticator")
                }
            }
            frames.append(message.withUnsafeBytes { Array($0) })
            if !message.hasMore { return frames }
        }
    }

    private func answer(
        _ requestID: [UInt8], code: String, text: String, user: String
    ) throws(ZeroMQError) {
        let frames = [
            Self.version, requestID, Array(code.utf8), Array(text.utf8), Array(user.utf8), [],
        ]
        for (index, frame) in frames.enumerated() {
            let flags = index + 1 < frames.count ? ZMQ_SNDMORE : 0
            while zmq_send(pointer, frame, frame.count, flags) < 0 {
                guard zmq_errno() == EINTR else {
                    throw ZeroMQError.last("zmq_send", detail: "authenticator")
                }
            }
        }
    }
}
