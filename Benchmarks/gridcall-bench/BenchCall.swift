import Foundation
import GridCodec
import GridModel
import GridSession
import SwiftProtobuf

/// The call a benchmark submits again and again, under a new id each time.
struct BenchCall {
    /// Bytes of the encoded item: an id, the two codes, a time and a short description.
    static let encodedBytes = 200

    /// The encoded item; its id are the 16 bytes after the first two.
    private let template: [UInt8]
    private static let idRange = 2..<18

    /// Calls of one category, observed at this moment.
    init(observedAt milliseconds: Int64, category: String = "litter") {
        var item = WireSubmitItem()
        item.id = UniqueID(high: 1, low: 1).data
        item.category = category
        item.grid = "bench-101"
        item.observedAt = milliseconds
        item.texts = .with { $0.description_p = "" }
        let bare = (try? item.serializedData().count) ?? 0
        // The description's tag and length, and the longer length of the texts, take 3 bytes.
        let text = String(repeating: "Bags of litter beside the bins. ", count: 8)
        item.texts = .with { $0.description_p = String(text.prefix(Self.encodedBytes - bare - 3)) }
        template = item.encoded()
    }

    /// The bytes one item takes, for whoever compares frames.
    var count: Int { template.count }

    /// The call with a number, which `number(of:)` gives back.
    ///
    /// Its id is a UUID of version 7, as those of terminals are: the moment, then 12 random bits
    /// (RFC 9562, section 5.7). The broker's index of old ids counts on their being spread.
    func parcel(_ number: UInt64, sentAt milliseconds: Int64) -> Parcel {
        // Scattered as random bits would be, without a system call for each.
        let scattered = (number &* 0x9E37_79B9_7F4A_7C15) >> 52
        let high = UInt64(milliseconds) << 16 | 0x7000 | scattered
        let id = CallID(high: high, low: 1 << 63 | number)
        var bytes = template
        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) {
            bytes.replaceSubrange(Self.idRange, with: $0)
        }
        return Parcel(id, encodedSubmit: bytes)
    }

    /// The number of the call with this id.
    static func number(of id: CallID) -> UInt64 { id.low & ~(1 << 63) }
}
