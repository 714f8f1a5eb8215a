import SwiftProtobuf

import struct Foundation.Data

/// One item of a list that came, as its bytes, which outlive the frame.
///
/// All items of a frame share one copy of its body, so that an item costs no allocation.
package struct EncodedItem: Sendable, Equatable {
    private let body: [UInt8]
    private let range: Range<Int>

    /// The item that lies at `range` of a frame's body.
    init(_ body: [UInt8], _ range: Range<Int>) {
        self.body = body
        self.range = range
    }

    /// The item of a message.
    init(_ message: some SwiftProtobuf.Message) {
        body = (try? message.serializedBytes()) ?? []
        range = body.indices
    }

    /// The whole item; `nil` if it is not one, a text that is not UTF-8 for example.
    func message<Item: SwiftProtobuf.Message>() -> Item? {
        try? Item(serializedBytes: Array(body[range]))
    }

    package static func == (one: EncodedItem, other: EncodedItem) -> Bool {
        one.body[one.range] == other.body[other.range]
    }

    /// Lends the bytes.
    func read<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = self.body.span.bytes.extracting(range)
        return try bytes.withUnsafeBytes(body)
    }
}
