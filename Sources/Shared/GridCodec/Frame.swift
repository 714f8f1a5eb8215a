package import GridModel
import SwiftProtobuf

package import struct Foundation.Data

/// The kinds of messages; the numbers are the wire's and never change.
package enum MessageKind: UInt8, CaseIterable, Sendable {
    case hello = 1
    case welcome = 2
    case heartbeat = 3
    case goodbye = 4
    case submit = 5
    case receipt = 6
    case assign = 7
    case withdraw = 8
    case progress = 9
    case outcome = 10
    case outcomeReceipt = 11
    case command = 12
    case commandReply = 13
    case query = 14
    case queryReply = 15
    case watch = 16
    case event = 17
    case put = 18
    case get = 19
    case chunk = 20
    case error = 21
}

/// One message of any kind this version speaks, decoded.
package enum WireMessage: Sendable {
    case hello(WireHello)
    case welcome(WireWelcome)
    case heartbeat(WireHeartbeat)
    case goodbye(WireGoodbye)
    case submit(WireSubmit)
    case receipt(WireReceipt)
    case assign(WireAssign)
    case withdraw(WireWithdraw)
    case progress(WireProgress)
    case outcome(WireOutcome)
    case outcomeReceipt(WireOutcomeReceipt)
    case command(WireCommand)
    case commandReply(WireCommandReply)
    case query(WireQuery)
    case queryReply(WireQueryReply)
    case error(WireError)
}

/// The frame: two bytes of magic, a version, a kind, a Protobuf body (docs/protocol.md, "Frames").
package enum Frame {
    /// The protocol version this code speaks.
    package static let version: UInt8 = 1
    /// The lowest version it still understands.
    package static let lowestVersion: UInt8 = 1
    /// Bytes before the body.
    package static let headerBytes = 4

    private static let magic: (UInt8, UInt8) = (UInt8(ascii: "G"), UInt8(ascii: "C"))

    /// The bytes of a message: header and body in one buffer.
    ///
    /// Encoding cannot fail: no message has required fields or extensions.
    package static func encode(_ message: WireMessage) -> Data {
        let (kind, body) = parts(of: message)
        guard let framed: FramedBody = try? body.serializedBytes() else {
            preconditionFailure("a message without required fields always encodes")
        }
        var bytes = framed.frame
        bytes.withUnsafeMutableBytes { $0.copyBytes(from: header(of: kind)) }
        return bytes
    }

    /// The bytes before the body of a message of `kind`.
    static func header(of kind: MessageKind) -> [UInt8] {
        [magic.0, magic.1, version, kind.rawValue]
    }

    /// Reads a frame; a refusal says what is wrong with it.
    ///
    /// Errors: those of `open`, and `malformedFrame` for a body that is not its kind's.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limits: ProtocolLimits = ProtocolLimits()
    ) throws(Refusal) -> WireMessage {
        let (kind, body) = try open(bytes, limits: limits)
        return try decode(kind, body: body)
    }

    /// Reads a frame's header and gives its kind and its body, still encoded.
    ///
    /// Errors: `malformedFrame`, `unsupportedVersion`, `unknownKind`, `frameTooLarge`.
    package static func open(
        _ bytes: UnsafeRawBufferPointer, limits: ProtocolLimits = ProtocolLimits()
    ) throws(Refusal) -> (kind: MessageKind, body: UnsafeRawBufferPointer) {
        guard bytes.count <= limits.frameBytes else {
            throw Refusal(
                .frameTooLarge, reason: "a frame has at most \(limits.frameBytes) bytes")
        }
        guard bytes.count >= headerBytes, bytes[0] == magic.0, bytes[1] == magic.1 else {
            throw Refusal(.malformedFrame, reason: "a frame begins with GC, version and kind")
        }
        guard (lowestVersion...version).contains(bytes[2]) else {
            throw Refusal(
                .unsupportedVersion, field: "version",
                reason: "this side speaks version \(version), not \(bytes[2])")
        }
        guard let kind = MessageKind(rawValue: bytes[3]) else {
            throw Refusal(.unknownKind, field: "kind", reason: "there is no kind \(bytes[3])")
        }
        return (kind, UnsafeRawBufferPointer(rebasing: bytes[headerBytes...]))
    }

    /// Reads the body of a frame that was opened. Throws `malformedFrame`, or `unknownKind` for a
    /// reserved kind.
    package static func decode(
        _ kind: MessageKind, body: UnsafeRawBufferPointer
    ) throws(Refusal) -> WireMessage {
        do {
            return try message(of: kind, body: body)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.malformedFrame, reason: "the body of kind \(kind) is not its Protobuf")
        }
    }

    /// The kind a frame claims to be, 0 if it is too short to say.
    package static func claimedKind(of bytes: UnsafeRawBufferPointer) -> UInt8 {
        bytes.count >= headerBytes ? bytes[3] : 0
    }

    private static func parts(
        of message: WireMessage
    ) -> (MessageKind, any SwiftProtobuf.Message) {
        switch message {
        case .hello(let body): (.hello, body)
        case .welcome(let body): (.welcome, body)
        case .heartbeat(let body): (.heartbeat, body)
        case .goodbye(let body): (.goodbye, body)
        case .submit(let body): (.submit, body)
        case .receipt(let body): (.receipt, body)
        case .assign(let body): (.assign, body)
        case .withdraw(let body): (.withdraw, body)
        case .progress(let body): (.progress, body)
        case .outcome(let body): (.outcome, body)
        case .outcomeReceipt(let body): (.outcomeReceipt, body)
        case .command(let body): (.command, body)
        case .commandReply(let body): (.commandReply, body)
        case .query(let body): (.query, body)
        case .queryReply(let body): (.queryReply, body)
        case .error(let body): (.error, body)
        }
    }

    private static func message(
        of kind: MessageKind, body: UnsafeRawBufferPointer
    ) throws -> WireMessage {
        switch kind {
        case .hello: .hello(try read(body))
        case .welcome: .welcome(try read(body))
        case .heartbeat: .heartbeat(try read(body))
        case .goodbye: .goodbye(try read(body))
        case .submit: .submit(try read(body))
        case .receipt: .receipt(try read(body))
        case .assign: .assign(try read(body))
        case .withdraw: .withdraw(try read(body))
        case .progress: .progress(try read(body))
        case .outcome: .outcome(try read(body))
        case .outcomeReceipt: .outcomeReceipt(try read(body))
        case .command: .command(try read(body))
        case .commandReply: .commandReply(try read(body))
        case .query: .query(try read(body))
        case .queryReply: .queryReply(try read(body))
        case .error: .error(try read(body))
        case .watch, .event, .put, .get, .chunk:
            throw Refusal(.unknownKind, field: "kind", reason: "kind \(kind) is reserved")
        }
    }

    private static func read<Body: SwiftProtobuf.Message>(
        _ bytes: UnsafeRawBufferPointer
    ) throws -> Body {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return Body() }
        // Protobuf copies what it keeps, so that the bytes themselves need no copy.
        let borrowed = Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count,
            deallocator: .none)
        return try Body(serializedBytes: borrowed)
    }
}

/// Lets Protobuf write a body behind the room for the header, so that nothing is copied after.
private struct FramedBody: SwiftProtobufContiguousBytes {
    var frame: Data

    init(repeating byte: UInt8, count: Int) {
        frame = Data(repeating: byte, count: Frame.headerBytes + count)
    }

    init(_ sequence: some Sequence<UInt8>) {
        frame = Data(count: Frame.headerBytes)
        frame.append(contentsOf: sequence)
    }

    var count: Int { frame.count - Frame.headerBytes }

    func withUnsafeBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try frame.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[Frame.headerBytes...]))
        }
    }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try frame.withUnsafeMutableBytes {
            try body(UnsafeMutableRawBufferPointer(rebasing: $0[Frame.headerBytes...]))
        }
    }
}
