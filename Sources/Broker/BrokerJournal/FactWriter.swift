import BrokerEngine
import GridModel

/// Writes Protobuf messages into one growing buffer that is kept for the next batch.
///
/// Written by hand since the generated code costs several times as much per fact and a batch is
/// on the way of every receipt; what it writes is what the generated code writes, byte for byte
/// (a test compares them). Fields that hold their default are left out, as in proto3.
struct FactWriter: ~Copyable {
    private var buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    /// More than the scalar fields of any payload need; strings make room for themselves.
    private static let roomOfFact = 512

    init(capacity: Int = 1 << 16) {
        buffer = .allocate(byteCount: max(capacity, Self.roomOfFact), alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Forgets what was written and keeps the memory.
    mutating func removeAll() { count = 0 }

    /// Lends what was written.
    borrowing func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    /// Writes one item of `Facts.facts` with the payload that `body` fills.
    mutating func fact(_ kind: FactKind, _ body: (inout FactWriter) -> Void) {
        makeRoom(for: Self.roomOfFact)
        nested(1) { outer in outer.nested(kind.rawValue, body) }
    }

    mutating func unsigned(_ field: UInt64, _ value: some UnsignedInteger) {
        guard value != 0 else { return }
        varint(field << 3)
        varint(UInt64(value))
    }

    mutating func signed(_ field: UInt64, _ value: Int64) {
        unsigned(field, UInt64(bitPattern: value))
    }

    mutating func flag(_ field: UInt64, _ value: Bool) { unsigned(field, value ? 1 : 0 as UInt64) }

    /// A time with presence: absent means never.
    mutating func time(_ field: UInt64, _ value: Timestamp) {
        guard value != .distantFuture else { return }
        varint(field << 3)
        varint(UInt64(bitPattern: value.milliseconds))
    }

    mutating func fixed(_ field: UInt64, _ value: UInt64) {
        guard value != 0 else { return }
        varint(field << 3 | 1)
        buffer.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    mutating func id(_ field: UInt64, _ value: UniqueID) {
        fixed(field, value.high)
        fixed(field + 1, value.low)
    }

    mutating func digest(_ field: UInt64, _ value: Digest) {
        fixed(field, value.words.0)
        fixed(field + 1, value.words.1)
        fixed(field + 2, value.words.2)
        fixed(field + 3, value.words.3)
    }

    mutating func text(_ field: UInt64, _ value: TextPlace?) {
        guard let value else { return }
        nested(field) {
            $0.unsigned(1, value.offset)
            $0.unsigned(2, value.length)
            $0.digest(3, value.digest)
        }
    }

    mutating func deadline(_ field: UInt64, _ value: Deadline) {
        guard value != .none else { return }
        nested(field) {
            $0.time(1, value.warnsAt)
            $0.time(2, value.dueAt)
            $0.flag(3, value.isProvisional)
        }
    }

    mutating func coordinates(_ field: UInt64, _ value: Coordinates?) {
        guard let value else { return }
        nested(field) {
            $0.fixed(1, value.latitude.bitPattern)
            $0.fixed(2, value.longitude.bitPattern)
        }
    }

    mutating func bytes(_ field: UInt64, _ value: some Collection<UInt8>) {
        guard !value.isEmpty else { return }
        makeRoom(for: value.count + Self.roomOfFact)
        varint(field << 3 | 2)
        varint(UInt64(value.count))
        for byte in value {
            buffer[count] = byte
            count += 1
        }
    }

    /// A message inside a message: one byte is kept for its length and widened where needed.
    private mutating func nested(_ field: UInt64, _ body: (inout FactWriter) -> Void) {
        varint(field << 3 | 2)
        let start = count + 1
        count = start
        body(&self)
        let length = count - start
        guard length >= 128 else {
            buffer[start - 1] = UInt8(truncatingIfNeeded: length)
            return
        }
        let extra = (length.bitWidth - length.leadingZeroBitCount + 6) / 7 - 1
        makeRoom(for: extra)
        let moved = buffer.baseAddress.unsafelyUnwrapped + start
        moved.advanced(by: extra).copyMemory(from: moved, byteCount: length)
        count = start - 1
        varint(UInt64(length))
        count += length
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 128 {
            buffer[count] = UInt8(truncatingIfNeeded: rest) | 128
            rest >>= 7
            count += 1
        }
        buffer[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    private mutating func makeRoom(for bytes: Int) {
        guard count + bytes > buffer.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(buffer.count * 2, count + bytes), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        buffer.deallocate()
        buffer = larger
    }
}
