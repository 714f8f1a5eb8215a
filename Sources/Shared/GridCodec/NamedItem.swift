package import GridModel
import SwiftProtobuf

/// An item of a list, read as far as its name.
package protocol NamedItem: Sendable {
    /// Reads the name; `nil` without one. Throws if the bytes are not a Protobuf message.
    init?(_ encoded: EncodedItem) throws
}

/// The answer to a submitted call.
package struct ReceiptItem: NamedItem {
    /// The call's id.
    package let id: CallID
    /// The code of a refusal; `nil` for a call that was filed.
    package let refusalCode: UInt32?
    private let encoded: EncodedItem

    package init?(_ encoded: EncodedItem) throws {
        let fields = try encoded.read { try Self.fields($0) }
        guard let id = fields.id else { return nil }
        self.id = id
        refusalCode = fields.code
        self.encoded = encoded
    }

    /// A call's refusal.
    package init(_ id: CallID, refused: WireRefusal) {
        self.init(id, .refused(refused))
    }

    /// The answer to the call with this id.
    package init(_ id: CallID, _ answer: WireReceiptItem.OneOf_Answer?) {
        var item = WireReceiptItem()
        item.id = id.data
        item.answer = answer
        self.id = id
        refusalCode = if case .refused(let refusal) = answer { refusal.code } else { nil }
        encoded = EncodedItem(item)
    }

    /// The whole answer; `nil` if it says nothing that this version can read.
    package var answer: WireReceiptItem.OneOf_Answer? {
        let item: WireReceiptItem? = encoded.message()
        return item?.answer
    }

    private static func fields(
        _ bytes: UnsafeRawBufferPointer
    ) throws(FieldReader.Malformed) -> (id: CallID?, code: UInt32?) {
        var fields: (id: CallID?, code: UInt32?)
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let value)): fields.id = CallID(raw: value)
            case (2, .bytes): fields.code = nil
            case (3, .bytes(let value)): fields.code = try refusalCode(value)
            default: break
            }
        }
        return fields
    }

    private static func refusalCode(
        _ bytes: UnsafeRawBufferPointer
    ) throws(FieldReader.Malformed) -> UInt32 {
        var code: UInt32 = 0
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            if case (1, .varint(let value)) = (field.number, field.value) {
                code = UInt32(truncatingIfNeeded: value)
            }
        }
        return code
    }
}

/// An assignment that was handed out.
package struct AssignItem: NamedItem, Equatable {
    /// The claim under which it was handed out.
    package let claim: Claim
    private let encoded: EncodedItem

    package init(_ encoded: EncodedItem) throws {
        claim = try encoded.read { (bytes) throws(FieldReader.Malformed) in
            var claim = Claim.none
            var reader = FieldReader(bytes)
            while let field = try reader.next() {
                if case (1, .bytes(let value)) = (field.number, field.value) {
                    claim = try claim.merging(value)
                }
            }
            return claim
        }
        self.encoded = encoded
    }

    /// The item that has a message's content.
    package init(_ item: WireAssignItem) {
        claim = item.claim.model
        encoded = EncodedItem(item)
    }

    /// All that was said about it; `nil` if this version cannot read it.
    package var message: WireAssignItem? { encoded.message() }

    /// The category's id alone, for those who need nothing else; empty if there is none to read.
    package var category: String {
        let read = try? encoded.read { (bytes) throws(FieldReader.Malformed) in
            var category = ""
            var reader = FieldReader(bytes)
            while let field = try reader.next() {
                if case (6, .bytes(let value)) = (field.number, field.value) {
                    category = String(decoding: value, as: UTF8.self)
                }
            }
            return category
        }
        return read ?? ""
    }
}

/// The answer to an outcome or to a step of progress.
package struct OutcomeReceiptItem: NamedItem {
    /// The claim it is about.
    package private(set) var claim = Claim.none
    /// The step it answers; unspecified for an outcome.
    package private(set) var step = WireProgressStep.unspecified
    /// Why it was not done; `nil` if it was.
    package private(set) var refused: WireRefusal?

    /// An answer from its parts.
    package init(_ claim: Claim, _ step: WireProgressStep, refused: WireRefusal? = nil) {
        self.claim = claim
        self.step = step
        self.refused = refused
    }

    package init(_ encoded: EncodedItem) throws {
        try encoded.read { bytes in
            var reader = FieldReader(bytes)
            while let field = try reader.next() {
                switch (field.number, field.value) {
                case (1, .bytes(let value)): claim = try claim.merging(value)
                case (2, .varint(let value)):
                    let number = Int(Int32(truncatingIfNeeded: value))
                    step = WireProgressStep(rawValue: number) ?? .UNRECOGNIZED(number)
                case (4, .bytes(let value)):
                    var merged = refused ?? WireRefusal()
                    try merged.merge(serializedBytes: Array(value))
                    refused = merged
                default: break
                }
            }
        }
    }
}
