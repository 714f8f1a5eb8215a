import BrokerEngine
import GridModel

/// Why the facts of a batch cannot be read.
package enum FactCodecError: Error, Hashable, Sendable {
    /// The bytes are not a Protobuf message of the expected form.
    case malformed
    /// A fact, field or value this version does not know: a newer version wrote it.
    case unknown
}

/// The fields of one payload, by number, and which of them have been read.
///
/// What nobody asked for in the end is a field of a newer version and an error, never ignored:
/// state built without it would be wrong.
struct FactFields {
    private static let maximumNumber = 24

    private let bytes: UnsafeRawBufferPointer
    private var values = InlineArray<25, UInt64>(repeating: 0)
    private var varints: UInt32 = 0
    private var words: UInt32 = 0
    private var parts: UInt32 = 0

    /// Splits `bytes`, which must outlive the value, into fields.
    init(_ bytes: UnsafeRawBufferPointer) throws(FactCodecError) {
        self.bytes = bytes
        var reader = FieldReader(bytes)
        while let (field, wireType) = try reader.tag() {
            guard field <= Self.maximumNumber else { throw .unknown }
            let bit = UInt32(1) << UInt32(field)
            guard (varints | words | parts) & bit == 0 else { throw .malformed }
            switch wireType {
            case 0:
                varints |= bit
                values[field] = try reader.varint()
            case 1:
                words |= bit
                values[field] = try reader.word()
            case 2:
                parts |= bit
                let range = try reader.part()
                values[field] = UInt64(range.lowerBound) << 32 | UInt64(range.count)
            default: throw .malformed
            }
        }
    }

    /// Throws unless every field was asked for under its own type.
    func finish() throws(FactCodecError) {
        guard varints | words | parts == 0 else { throw .unknown }
    }

    mutating func unsigned<Value: FixedWidthInteger & UnsignedInteger>(
        _ field: Int, as type: Value.Type = Value.self
    ) throws(FactCodecError) -> Value {
        varints &= ~(1 << UInt32(field))
        guard let value = Value(exactly: values[field]) else { throw .unknown }
        return value
    }

    mutating func signed(_ field: Int) -> Int64 {
        varints &= ~(1 << UInt32(field))
        return Int64(bitPattern: values[field])
    }

    mutating func flag(_ field: Int) throws(FactCodecError) -> Bool {
        switch try unsigned(field, as: UInt64.self) {
        case 0: false
        case 1: true
        default: throw .unknown
        }
    }

    /// A value of an enumeration; absent ones are an error too, since none has the number 0.
    mutating func choice<Value: RawRepresentable<UInt8>>(
        _ field: Int, as type: Value.Type = Value.self
    ) throws(FactCodecError) -> Value {
        guard let value = Value(rawValue: try unsigned(field)) else { throw .unknown }
        return value
    }

    /// A time with presence: absent means never.
    mutating func time(_ field: Int) -> Timestamp {
        guard varints & (1 << UInt32(field)) != 0 else { return .distantFuture }
        return Timestamp(milliseconds: signed(field))
    }

    mutating func word(_ field: Int) -> UInt64 {
        words &= ~(1 << UInt32(field))
        return values[field]
    }

    mutating func id(_ field: Int) -> UniqueID {
        UniqueID(high: word(field), low: word(field + 1))
    }

    mutating func digest(_ field: Int) -> Digest {
        Digest(words: (word(field), word(field + 1), word(field + 2), word(field + 3)))
    }

    /// The bytes of a string or message; `nil` if it is absent.
    mutating func part(_ field: Int) -> UnsafeRawBufferPointer? {
        guard parts & (1 << UInt32(field)) != 0 else { return nil }
        parts &= ~(1 << UInt32(field))
        let start = Int(values[field] >> 32)
        let count = Int(values[field] & 0xFFFF_FFFF)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
    }

    mutating func text(_ field: Int) throws(FactCodecError) -> TextPlace? {
        guard let part = part(field) else { return nil }
        var fields = try FactFields(part)
        let place = TextPlace(
            offset: try fields.unsigned(1), length: try fields.unsigned(2),
            digest: fields.digest(3))
        try fields.finish()
        return place
    }

    mutating func deadline(_ field: Int) throws(FactCodecError) -> Deadline {
        guard let part = part(field) else { return .none }
        var fields = try FactFields(part)
        let deadline = Deadline(
            warnsAt: fields.time(1), dueAt: fields.time(2), isProvisional: try fields.flag(3))
        try fields.finish()
        return deadline
    }

    mutating func coordinates(_ field: Int) throws(FactCodecError) -> Coordinates? {
        guard let part = part(field) else { return nil }
        var fields = try FactFields(part)
        let coordinates = Coordinates(
            latitude: Double(bitPattern: fields.word(1)),
            longitude: Double(bitPattern: fields.word(2)))
        try fields.finish()
        return coordinates
    }
}

/// Walks over the fields of a Protobuf message and never beyond its end.
struct FieldReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// `bytes` must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field's number and wire type; `nil` at the end.
    mutating func tag() throws(FactCodecError) -> (field: Int, wireType: UInt8)? {
        guard position < bytes.count else { return nil }
        let tag = try varint()
        guard tag >> 3 > 0, tag <= UInt64(UInt32.max) else { throw .malformed }
        return (Int(tag >> 3), UInt8(tag & 7))
    }

    mutating func varint() throws(FactCodecError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
        throw .malformed
    }

    mutating func word() throws(FactCodecError) -> UInt64 {
        guard bytes.count - position >= 8 else { throw .malformed }
        defer { position += 8 }
        return UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// Where the bytes of a string or message lie; at most 4 GiB into the message.
    mutating func part() throws(FactCodecError) -> Range<Int> {
        let length = try varint()
        guard length <= UInt64(bytes.count - position), bytes.count <= Int(UInt32.max) else {
            throw .malformed
        }
        let range = position..<position + Int(length)
        position = range.upperBound
        return range
    }
}
