/// Reads the fields of one Protobuf message where they lie, without copying.
///
/// Broker and peers read items for every call they handle; building the generated message for one
/// costs ten times as much. What is not valid Protobuf ends the reading
/// with an error; a known field of another wire type is the caller's to skip, as the generated
/// code does. See <https://protobuf.dev/programming-guides/encoding/>.
struct FieldReader {
    /// What a field holds, by its wire type.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(UnsafeRawBufferPointer)
    }

    /// The bytes are not a Protobuf message.
    struct Malformed: Error {}

    /// Field numbers end here (Protobuf's own limit).
    private static let highestNumber: UInt64 = 1 << 29 - 1

    private let bytes: UnsafeRawBufferPointer
    /// How many bytes were read.
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field; `nil` at the end.
    mutating func next() throws(Malformed) -> (number: Int, value: Value)? {
        guard position < bytes.count else { return nil }
        let tag = try varint()
        let number = tag >> 3
        guard number >= 1, number <= Self.highestNumber else { throw Malformed() }
        let value: Value
        switch tag & 7 {
        case 0: value = .varint(try varint())
        case 1: value = .fixed64(UInt64(littleEndian: try load(UInt64.self)))
        case 2:
            guard let count = Int(exactly: try varint()), count <= bytes.count - position else {
                throw Malformed()
            }
            value = .bytes(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
            position += count
        case 5: value = .fixed32(UInt32(littleEndian: try load(UInt32.self)))
        default: throw Malformed()
        }
        return (Int(number), value)
    }

    @inline(__always)
    private mutating func varint() throws(Malformed) -> UInt64 {
        guard position < bytes.count else { throw Malformed() }
        let first = bytes[position]
        position += 1
        if first < 0x80 { return UInt64(first) }
        return try longVarint(UInt64(first & 0x7F))
    }

    private mutating func longVarint(_ low: UInt64) throws(Malformed) -> UInt64 {
        var value = low
        var shift: UInt64 = 7
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Malformed()
    }

    private mutating func load<Word: BitwiseCopyable>(_: Word.Type) throws(Malformed) -> Word {
        let count = MemoryLayout<Word>.size
        guard count <= bytes.count - position else { throw Malformed() }
        defer { position += count }
        return bytes.loadUnaligned(fromByteOffset: position, as: Word.self)
    }
}
