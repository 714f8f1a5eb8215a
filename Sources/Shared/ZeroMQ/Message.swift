internal import CZeroMQ

/// One frame: bytes that libzmq owns.
///
/// What was received is read in place, without a copy. libzmq itself moves such a value by
/// copying its 64 bytes (`zmq_msg_move`), so moving it in Swift is the same.
package struct Message: ~Copyable {
    var raw = zmq_msg_t()

    /// An empty frame, to receive into.
    package init() { zmq_msg_init(&raw) }

    /// A frame with a copy of `bytes`.
    ///
    /// Errors: `ENOMEM`.
    package init(copying bytes: UnsafeRawBufferPointer) throws(ZeroMQError) {
        guard zmq_msg_init_size(&raw, bytes.count) == 0 else {
            zmq_msg_init(&raw)
            throw ZeroMQError(call: "zmq_msg_init_size", code: ENOMEM, detail: "\(bytes.count)")
        }
        if let source = bytes.baseAddress {
            zmq_msg_data(&raw).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// A frame with a copy of `bytes`.
    ///
    /// Errors: `ENOMEM`.
    package init(copying bytes: [UInt8]) throws(ZeroMQError) {
        guard zmq_msg_init_size(&raw, bytes.count) == 0 else {
            zmq_msg_init(&raw)
            throw ZeroMQError(call: "zmq_msg_init_size", code: ENOMEM, detail: "\(bytes.count)")
        }
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            zmq_msg_data(&raw).copyMemory(from: start, byteCount: source.count)
        }
    }

    /// A frame with a copy of `bytes` that is counted in `unsent` until libzmq has sent it.
    ///
    /// Errors: `ENOMEM`.
    package init(
        copying bytes: UnsafeRawBufferPointer, countedIn unsent: UnsentBytes
    ) throws(ZeroMQError) {
        // One block: what libzmq's thread needs to count down, then the content.
        let head = MemoryLayout<CountedContent>.stride
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: head + bytes.count, alignment: MemoryLayout<CountedContent>.alignment)
        let content = CountedContent(byteCount: bytes.count, unsent: .passRetained(unsent))
        block.initializeMemory(as: CountedContent.self, to: content)
        if let source = bytes.baseAddress {
            (block + head).copyMemory(from: source, byteCount: bytes.count)
        }
        unsent.add(bytes.count)
        let code = zmq_msg_init_data(
            &raw, block + head, bytes.count, { _, block in CountedContent.end(block) }, block)
        guard code == 0 else {
            CountedContent.end(block)
            zmq_msg_init(&raw)
            throw ZeroMQError(call: "zmq_msg_init_data", code: ENOMEM, detail: "\(bytes.count)")
        }
    }

    /// The number of bytes.
    package var count: Int {
        withUnsafePointer(to: raw) { zmq_msg_size($0) }
    }

    /// Whether another frame of the same multipart message follows.
    package var hasMore: Bool {
        withUnsafePointer(to: raw) { zmq_msg_more($0) != 0 }
    }

    /// The user id the `Authenticator` gave to the connection this message came on; `nil` on a
    /// connection without one.
    package var userID: String? {
        withUnsafePointer(to: raw) { zmq_msg_gets($0, "User-Id") }.map { String(cString: $0) }
    }

    /// Lends the bytes; they must not leave the closure.
    package borrowing func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // A short frame lies inside the value itself: the copy keeps it in place meanwhile.
        var copy = raw
        return try withUnsafeMutablePointer(to: &copy) { pointer throws(Failure) in
            try body(
                UnsafeRawBufferPointer(
                    start: zmq_msg_data(pointer), count: zmq_msg_size(pointer)))
        }
    }

    deinit {
        var last = raw
        zmq_msg_close(&last)
    }
}

/// What stands before the content of a counted message.
private struct CountedContent: BitwiseCopyable {
    let byteCount: Int
    let unsent: Unmanaged<UnsentBytes>

    /// libzmq is done with a message, in whichever thread (zmq_msg_init_data(3)).
    static func end(_ block: UnsafeMutableRawPointer?) {
        guard let block else { return }
        let content = block.load(as: CountedContent.self)
        content.unsent.takeUnretainedValue().remove(content.byteCount)
        content.unsent.release()
        block.deallocate()
    }
}
