/// The name a ROUTER gives to one connection, or the name a peer chose.
///
/// At most 255 bytes (zmq_setsockopt(3), ZMQ_ROUTING_ID). The ROUTER's own names have 5 bytes:
/// up to 16 lie in the value itself, so that the common case allocates nothing.
package struct RoutingID: Hashable, Sendable {
    /// The longest name libzmq knows.
    package static let maximumCount = 255
    private static let inlineCount = 16

    private var head: UInt64 = 0
    private var tail: UInt64 = 0
    private var rest: [UInt8] = []
    /// The number of bytes.
    package private(set) var count = 0

    /// The empty name, which no peer has.
    package init() {}

    /// A name from its bytes; `nil` above 255.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Self.maximumCount else { return nil }
        count = bytes.count
        withUnsafeMutableBytes(of: &head) { $0.copyMemory(from: Self.part(bytes, from: 0)) }
        withUnsafeMutableBytes(of: &tail) { $0.copyMemory(from: Self.part(bytes, from: 8)) }
        if count > Self.inlineCount { rest = Array(bytes[Self.inlineCount...]) }
    }

    /// A name from its bytes; `nil` above 255.
    package init?(_ bytes: [UInt8]) {
        guard let id = bytes.withUnsafeBytes({ RoutingID($0) }) else { return nil }
        self = id
    }

    /// A name that tells apart equal names of several ROUTERs: `byte` before the ROUTER's own.
    ///
    /// libzmq's own names have 5 bytes, a peer's at most 255, of which the last is lost here; no
    /// peer of this protocol names itself.
    package func prefixed(by byte: UInt8) -> RoutingID {
        guard count >= Self.inlineCount else {
            var id = self
            id.tail = tail << 8 | head >> 56
            id.head = head << 8 | UInt64(byte)
            id.count = count + 1
            return id
        }
        return RoutingID([byte] + bytes.prefix(Self.maximumCount - 1)) ?? self
    }

    /// The byte that `prefixed` put before the name; 0 for the empty one.
    package var prefix: UInt8 { UInt8(truncatingIfNeeded: head) }

    /// The name without the byte that `prefixed` put before it.
    package var withoutPrefix: RoutingID {
        guard count > Self.inlineCount else {
            var id = self
            id.head = head >> 8 | tail << 56
            id.tail = tail >> 8
            id.count = max(0, count - 1)
            return id
        }
        return RoutingID(Array(bytes.dropFirst())) ?? self
    }

    /// Lends the bytes; they must not leave the closure.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if count > Self.inlineCount {
            let all = bytes
            return try all.withUnsafeBufferPointer { buffer throws(Failure) in
                try body(UnsafeRawBufferPointer(buffer))
            }
        }
        return try Swift.withUnsafeBytes(of: (head, tail)) { buffer throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The bytes.
    package var bytes: [UInt8] {
        let start = Swift.withUnsafeBytes(of: (head, tail)) {
            Array($0[..<min(count, Self.inlineCount)])
        }
        return start + rest
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(head)
        if count > 8 { hasher.combine(tail) }
        if count > Self.inlineCount { hasher.combine(rest) }
    }

    private static func part(
        _ bytes: UnsafeRawBufferPointer, from start: Int
    ) -> UnsafeRawBufferPointer {
        let end = min(bytes.count, start + 8)
        guard start < end else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}

extension RoutingID: CustomStringConvertible {
    /// The bytes in hexadecimal, for logs.
    package var description: String {
        bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
