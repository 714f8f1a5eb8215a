package import GridModel

package import struct Foundation.Data

/// Builds the frame of a list from items that are encoded already.
///
/// A peer encodes an item once, when it takes it over, and puts it into lists as often as it must
/// be sent. Good for the kinds whose body is nothing but `repeated items = 1`: Submit, Progress,
/// Outcome, Command and Query; Protobuf defines such a body as its items one after another, each
/// with field number and length before it.
package struct ListFrame {
    /// Field 1, length-delimited.
    private static let itemTag: UInt8 = 0x0A

    private var bytes: [UInt8]
    private let frameBytes: Int
    private let maximumItems: Int
    /// How many items the list has.
    package private(set) var itemCount = 0

    /// An empty list of `kind` that keeps within `limits`.
    package init(_ kind: MessageKind, limits: ProtocolLimits) {
        bytes = Frame.header(of: kind)
        frameBytes = limits.frameBytes
        maximumItems = kind == .query ? limits.queryItems : limits.listItems
    }

    /// Adds an encoded item; `false`, and nothing added, if the list or the frame would exceed
    /// its limit.
    package mutating func append(_ item: [UInt8]) -> Bool {
        let size = 1 + Self.lengthBytes(item.count) + item.count
        guard itemCount < maximumItems, bytes.count + size <= frameBytes else {
            return false
        }
        bytes.append(Self.itemTag)
        var length = item.count
        while length >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: length))
        bytes.append(contentsOf: item)
        itemCount += 1
        return true
    }

    /// The frame.
    package var data: Data { Data(bytes) }

    private static func lengthBytes(_ length: Int) -> Int {
        max(1, (Int.bitWidth - length.leadingZeroBitCount + 6) / 7)
    }
}
