package import GridModel

/// One item of a Submit where it lies in its frame: `WireSubmitItem` without the copies.
///
/// Texts are bytes that nobody has checked yet. Valid only while the frame's bytes are. Tests
/// compare it with the generated code.
package struct SubmitItemView {
    /// Nothing: what a field holds that is not there.
    private static var none: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    package private(set) var id = none
    package private(set) var category = none
    package private(set) var condition = none
    package private(set) var grid = none
    package private(set) var campaign = none
    /// The number of a `CallUrgency`, known or not; 0 for the category's.
    package private(set) var urgency: UInt64 = 0
    /// Milliseconds since 1970-01-01T00:00:00Z, 0 for "now".
    package private(set) var observedAt: Int64 = 0
    package private(set) var isRecordedEarlier = false
    package private(set) var coordinates: Coordinates?
    package private(set) var description = none
    package private(set) var address = none
    package private(set) var reporter = none
    package private(set) var contact = none
    /// The id of the call the reporter takes it for; empty for none.
    package private(set) var sameAs = none
    /// Whether the bytes are a Protobuf message; if not, only what came before the damage is here.
    package private(set) var isWhole = true

    /// Reads an item; a field that comes twice counts as it came last.
    package init(_ bytes: UnsafeRawBufferPointer) {
        do { try read(bytes) } catch { isWhole = false }
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(FieldReader.Malformed) {
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let value)): id = value
            case (2, .bytes(let value)): category = value
            case (3, .bytes(let value)): condition = value
            case (4, .bytes(let value)): grid = value
            case (5, .bytes(let value)): campaign = value
            // An enumeration is an int32, whatever else its varint holds.
            case (6, .varint(let value)): urgency = UInt64(UInt32(truncatingIfNeeded: value))
            case (7, .varint(let value)): observedAt = Int64(bitPattern: value)
            case (8, .varint(let value)): isRecordedEarlier = value != 0
            case (9, .bytes(let value)): try readCoordinates(value)
            case (10, .bytes(let value)): try readTexts(value)
            case (11, .bytes(let value)): sameAs = value
            default: break
            }
        }
    }

    private mutating func readCoordinates(
        _ bytes: UnsafeRawBufferPointer
    ) throws(FieldReader.Malformed) {
        var place = coordinates ?? Coordinates(latitude: 0, longitude: 0)
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .fixed64(let value)): place.latitude = Double(bitPattern: value)
            case (2, .fixed64(let value)): place.longitude = Double(bitPattern: value)
            default: break
            }
        }
        coordinates = place
    }

    private mutating func readTexts(
        _ bytes: UnsafeRawBufferPointer
    ) throws(FieldReader.Malformed) {
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let value)): description = value
            case (2, .bytes(let value)): address = value
            case (3, .bytes(let value)): reporter = value
            case (4, .bytes(let value)): contact = value
            default: break
            }
        }
    }
}
