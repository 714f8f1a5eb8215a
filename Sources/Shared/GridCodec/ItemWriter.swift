package import GridModel

/// Writes the fields of one Protobuf message by hand.
///
/// The broker encodes an item for every call it handles; writing its few fields straight into one
/// buffer costs a fifth of building a message and serialising it. Tests compare every writer with
/// the generated code. See <https://protobuf.dev/programming-guides/encoding/>.
package struct ItemWriter {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// An empty message with room for so many bytes.
    package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// Begins another message in the same buffer.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// A `uint32`, `uint64`, `int64`, `bool` or enumeration field; zero is left out, as in proto3.
    package mutating func field(_ number: Int, varint value: UInt64) {
        guard value != 0 else { return }
        append(varint: UInt64(number << 3))
        append(varint: value)
    }

    /// A time, in milliseconds.
    package mutating func field(_ number: Int, _ time: Timestamp) {
        field(number, varint: UInt64(bitPattern: time.milliseconds))
    }

    /// A due time; `distantFuture`, which means "none", is left out.
    package mutating func field(_ number: Int, due time: Timestamp) {
        field(number, time == .distantFuture ? .zero : time)
    }

    /// A `string` field; an empty one is left out.
    package mutating func field(_ number: Int, _ text: String) {
        guard !text.isEmpty else { return }
        append(varint: UInt64(number << 3 | 2))
        var text = text
        text.withUTF8 { utf8 in
            append(varint: UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    /// A `string` field whose UTF-8 lies elsewhere; an empty one is left out.
    package mutating func field(_ number: Int, text: UnsafeRawBufferPointer) {
        guard !text.isEmpty else { return }
        append(varint: UInt64(number << 3 | 2))
        append(varint: UInt64(text.count))
        bytes.append(contentsOf: text)
    }

    /// A `bytes` field or an encoded message; written also when empty.
    package mutating func field(_ number: Int, _ content: some Collection<UInt8>) {
        append(varint: UInt64(number << 3 | 2))
        append(varint: UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// The 16 bytes of an id.
    package mutating func field(_ number: Int, _ id: UniqueID) {
        append(varint: UInt64(number << 3 | 2))
        append(varint: 16)
        append(bigEndian: id.high)
        append(bigEndian: id.low)
    }

    /// A claim, which is a message of its own.
    package mutating func field(_ number: Int, _ claim: Claim) {
        let epoch = UInt64(claim.epoch)
        let assignment = claim.assignment.rawValue
        let attempt = UInt64(claim.attempt)
        append(varint: UInt64(number << 3 | 2))
        let lengths = [epoch, assignment, attempt].reduce(0) {
            $0 + ($1 == 0 ? 0 : 1 + Self.varintLength($1))
        }
        append(varint: UInt64(lengths))
        field(1, varint: epoch)
        field(2, varint: assignment)
        field(3, varint: attempt)
    }

    /// A case number, as text.
    package mutating func field(_ number: Int, _ caseNumber: CaseNumber) {
        message(number) { caseNumber.append(to: &$0.bytes) }
    }

    /// A message of its own, written by `body`; written also when empty.
    package mutating func message(_ number: Int, _ body: (inout ItemWriter) -> Void) {
        append(varint: UInt64(number << 3 | 2))
        let start = bytes.count
        bytes.append(0)
        body(&self)
        let count = UInt64(bytes.count - start - 1)
        guard count >= 0x80 else {
            bytes[start] = UInt8(count)
            return
        }
        // The length takes more than the one byte kept for it.
        let room = repeatElement(UInt8(0), count: Self.varintLength(count) - 1)
        bytes.insert(contentsOf: room, at: start)
        var rest = count
        for place in start...start + room.count {
            bytes[place] = UInt8(truncatingIfNeeded: rest & 0x7F) | (rest >= 0x80 ? 0x80 : 0)
            rest >>= 7
        }
    }

    /// A refusal, which is a message of its own.
    package mutating func field(_ number: Int, _ refusal: Refusal) {
        message(number) {
            $0.field(1, varint: UInt64(refusal.code.rawValue))
            $0.field(2, refusal.field)
            $0.field(3, refusal.reason)
        }
    }

    /// A place, which is a message of its own.
    package mutating func field(_ number: Int, _ coordinates: Coordinates) {
        append(varint: UInt64(number << 3 | 2))
        append(varint: 18)
        append(fixed: coordinates.latitude, to: 1)
        append(fixed: coordinates.longitude, to: 2)
    }

    /// A `double` field; zero is left out, as in proto3.
    package mutating func field(_ number: Int, fixed value: Double) {
        if value.bitPattern != 0 { append(fixed: value, to: number) }
    }

    private mutating func append(fixed value: Double, to number: Int) {
        append(varint: UInt64(number << 3 | 1))
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    @inline(__always)
    private mutating func append(varint value: UInt64) {
        if value < 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value))
        } else {
            append(longVarint: value)
        }
    }

    private mutating func append(longVarint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(bigEndian value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Bytes of a varint.
    static func varintLength(_ value: UInt64) -> Int {
        max(1, (64 - value.leadingZeroBitCount + 6) / 7)
    }
}
