package import GridModel
import SwiftProtobuf

/// A list that came with its tag: the body of a Receipt, an Assign or an OutcomeReceipt.
///
/// A peer reads from an item what names it, and decodes the rest only if somebody asks: building
/// the generated message of every item costs more than all else a peer does about it.
package struct TaggedItems: Sendable {
    /// The proof of the journal's progress, if the frame has one.
    package private(set) var tag: WireTag?
    private let body: [UInt8]
    private var ranges: [Range<Int>] = []

    /// The list in a frame's body, of which it keeps a copy.
    ///
    /// Throws `malformedFrame` if the body is not such a list.
    package init(body bytes: UnsafeRawBufferPointer) throws(Refusal) {
        body = Array(bytes)
        do {
            try read(bytes)
        } catch {
            throw Self.malformed
        }
    }

    /// The items that have a name. Throws `malformedFrame` if one is not a Protobuf message.
    package func items<Item: NamedItem>() throws(Refusal) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(ranges.count)
        do {
            for range in ranges {
                if let item = try Item(EncodedItem(body, range)) { items.append(item) }
            }
        } catch {
            throw Self.malformed
        }
        return items
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let value)):
                var merged = tag ?? WireTag()
                try merged.merge(serializedBytes: Array(value))
                tag = merged
            case (2, .bytes(let value)):
                ranges.append(reader.position - value.count..<reader.position)
            default: break
            }
        }
    }

    private static var malformed: Refusal {
        Refusal(.malformedFrame, reason: "the body is not a list of Protobuf messages")
    }
}
