package import GridModel
import SwiftProtobuf

package import struct Foundation.Data

/// Reads a Submit one of whose items is not valid Protobuf, item by item.
///
/// A Protobuf decoder gives up on a whole list when one text in it is not UTF-8. What a person
/// typed must not take other people's calls with it, so the list is read again as bare bytes.
package enum SubmitSalvage {
    /// An item that could be read, or the id of one that could not.
    package enum Item: Sendable {
        case readable(WireSubmitItem)
        case broken(id: Data, Refusal)
    }

    /// The items of the frame's body; `nil` if not even the list can be read.
    package static func items(frame: UnsafeRawBufferPointer) -> [Item]? {
        guard frame.count >= Frame.headerBytes,
            frame.starts(with: Frame.header(of: .submit)),
            let list = try? WireItemList(
                serializedBytes: Data(frame[Frame.headerBytes...]))
        else { return nil }
        return list.items.map(item)
    }

    private static func item(_ bytes: Data) -> Item {
        if let item = try? WireSubmitItem(serializedBytes: bytes) { return .readable(item) }
        let id = (try? WireItemID(serializedBytes: bytes))?.id ?? Data()
        return .broken(
            id: id,
            Refusal(
                .malformedText, field: "texts",
                reason: "the item is not valid Protobuf; every text must be UTF-8"))
    }
}
