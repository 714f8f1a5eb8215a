package import GridModel

/// The frames of one kind whose body is a `Tag` (field 1) and a list (field 2).
///
/// Receipt, Assign, Withdraw, OutcomeReceipt and CommandReply. Items are added while their batch
/// is being written; the tag, which only the durable batch gives, is added when the frames leave.
/// A list that would pass a limit goes on in another frame.
package struct TaggedList {
    /// Room kept for the tag at the end of a frame.
    private static let tagRoom = 64

    private let kind: MessageKind
    private let limits: ProtocolLimits
    private var full: [[UInt8]] = []
    private var bytes: [UInt8] = []
    private var itemCount = 0

    /// No frames yet.
    package init(_ kind: MessageKind, limits: ProtocolLimits) {
        self.kind = kind
        self.limits = limits
    }

    /// How many items wait to be sent.
    package private(set) var count = 0

    /// Whether there is nothing to send.
    package var isEmpty: Bool { itemCount == 0 && full.isEmpty }

    /// Adds an encoded item.
    package mutating func append(_ item: [UInt8]) {
        if itemCount > 0,
            itemCount == limits.listItems
                || bytes.count + item.count + Self.tagRoom > limits.frameBytes
        {
            full.append(bytes)
            bytes = []
            itemCount = 0
        }
        if itemCount == 0 { bytes.append(contentsOf: Frame.header(of: kind)) }
        bytes.append(2 << 3 | 2)
        var length = item.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        bytes.append(contentsOf: item)
        itemCount += 1
        count += 1
    }

    /// Gives every frame with its tag, and is empty afterwards.
    package mutating func take(tag: [UInt8], _ body: ([UInt8]) -> Void) {
        for frame in full { body(frame + Self.field(tag)) }
        full = []
        count = 0
        guard itemCount > 0 else { return }
        bytes.append(contentsOf: Self.field(tag))
        body(bytes)
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 18)
        itemCount = 0
    }

    /// An encoded `Tag`.
    package static func encode(epoch: UInt32, seq: UInt64, mac: [UInt8]) -> [UInt8] {
        var writer = ItemWriter()
        writer.field(1, varint: UInt64(epoch))
        writer.field(2, varint: seq)
        writer.field(3, mac)
        return writer.bytes
    }

    private static func field(_ tag: [UInt8]) -> [UInt8] {
        [1 << 3 | 2, UInt8(tag.count)] + tag
    }
}
