package import GridModel
import SwiftProtobuf

import struct Foundation.Data

/// The part of an Outcome's item that every item has: `WireOutcomeItem` without the copies.
package struct OutcomeItemView {
    package private(set) var claim = Claim.none
    /// The number of an `OutcomeResult`, known or not.
    package private(set) var result: UInt64 = 0
    /// Whether it gives a reason or measures: reading those takes the generated code.
    package private(set) var hasTexts = false
    /// Whether the bytes are a Protobuf message; if not, only what came before the damage is here.
    package private(set) var isWhole = true

    /// Reads an item; a field that comes twice counts as it came last.
    package init(_ bytes: UnsafeRawBufferPointer) {
        do { try read(bytes) } catch { isWhole = false }
    }

    /// The whole item with its reason and measures; `nil` if a text in it is not UTF-8.
    package static func message(_ bytes: UnsafeRawBufferPointer) -> WireOutcomeItem? {
        try? WireOutcomeItem(serializedBytes: Data(bytes))
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(FieldReader.Malformed) {
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let value)): claim = try claim.merging(value)
            case (2, .varint(let value)): result = UInt64(UInt32(truncatingIfNeeded: value))
            case (3, .bytes), (4, .bytes): hasTexts = true
            default: break
            }
        }
    }
}
