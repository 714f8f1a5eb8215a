import Crypto
import GridCodec
import GridModel
import SwiftProtobuf

/// The bytes of spool files: records one behind the other, each with its length and checksum
/// (docs/spool.md, "Records").
package enum SpoolFormat {
    /// What could be read of a file.
    package struct Contents: Hashable, Sendable {
        /// The whole records, in their order.
        package var records: [SpoolRecord] = []
        /// Bytes between and behind them that are no record.
        package var damagedBytes = 0

        /// What was read.
        package init(records: [SpoolRecord] = [], damagedBytes: Int = 0) {
            self.records = records
            self.damagedBytes = damagedBytes
        }
    }

    /// `GCS1`: the beginning of each record; the digit is the version of the layout.
    private static let magic: [UInt8] = [0x47, 0x43, 0x53, 0x31]
    private static let checksumBytes = 8
    private static let headBytes = 16
    /// No record is longer: a call fits a frame of the protocol.
    private static let maximumPayloadBytes = 1 << 20

    /// The bytes of records.
    package static func bytes(of records: some Sequence<SpoolRecord>) -> [UInt8] {
        var bytes: [UInt8] = []
        for record in records { append(record, to: &bytes) }
        return bytes
    }

    /// Reads a file. A damaged or torn record costs itself alone: reading goes on at the next
    /// place that begins a whole one.
    package static func contents(of bytes: [UInt8]) -> Contents {
        var contents = Contents()
        var position = 0
        while position < bytes.count {
            if let (record, length) = record(in: bytes, at: position) {
                contents.records.append(record)
                position += length
            } else {
                contents.damagedBytes += 1
                position += 1
            }
        }
        return contents
    }

    private static func append(_ record: SpoolRecord, to bytes: inout [UInt8]) {
        let payload = payload(of: record)
        bytes += magic
        bytes.append(littleEndian: UInt32(payload.count))
        bytes += checksum(payload[...])
        bytes += payload
    }

    private static func checksum(_ payload: ArraySlice<UInt8>) -> [UInt8] {
        Array(payload.withUnsafeBytes { SHA256.hash(data: $0) }.prefix(checksumBytes))
    }

    private static func payload(of record: SpoolRecord) -> [UInt8] {
        guard let item: [UInt8] = try? record.item.serializedBytes() else {
            preconditionFailure("a message without required fields always encodes")
        }
        var payload: [UInt8] = []
        payload.reserveCapacity(item.count + 64)
        payload.append(littleEndian: UInt64(bitPattern: record.storedAt.milliseconds))
        payload.append(littleEndian: record.epoch)
        payload.append(littleEndian: record.refusal?.code ?? 0)
        payload.append(counted: item)
        payload.append(counted: record.origin.utf8)
        payload.append(counted: record.caseNumber.utf8)
        payload.append(counted: (record.refusal?.field ?? "").utf8)
        payload.append(counted: (record.refusal?.reason ?? "").utf8)
        return payload
    }

    private static func record(in bytes: [UInt8], at start: Int) -> (SpoolRecord, Int)? {
        guard bytes[start] == magic[0], bytes.count - start >= headBytes,
            bytes[start..<start + magic.count].elementsEqual(magic)
        else { return nil }
        var head = ByteReader(bytes[(start + magic.count)..<(start + headBytes)])
        guard let length = head.number(UInt32.self).map(Int.init), length <= maximumPayloadBytes,
            bytes.count - start - headBytes >= length
        else { return nil }
        let payload = bytes[(start + headBytes)..<(start + headBytes + length)]
        guard checksum(payload).elementsEqual(head.rest), let record = record(of: payload) else {
            return nil
        }
        return (record, headBytes + length)
    }

    private static func record(of payload: ArraySlice<UInt8>) -> SpoolRecord? {
        var reader = ByteReader(payload)
        guard let storedAt = reader.number(UInt64.self), let epoch = reader.number(UInt32.self),
            let code = reader.number(UInt32.self), let itemBytes = reader.counted(),
            let item = try? WireSubmitItem(serializedBytes: Array(itemBytes)),
            let origin = reader.text(), let caseNumber = reader.text(),
            let field = reader.text(), let reason = reader.text(), reader.rest.isEmpty
        else { return nil }
        let time = Timestamp(milliseconds: Int64(bitPattern: storedAt))
        var record = SpoolRecord(item, storedAt: time, origin: origin)
        record?.caseNumber = caseNumber
        record?.epoch = epoch
        if code != 0 {
            record?.refusal = SpoolRecord.Refusal(code: code, field: field, reason: reason)
        }
        return record
    }
}

/// Takes numbers and counted bytes from the front of some bytes.
private struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        let size = Number.bitWidth / 8
        guard rest.count >= size else { return nil }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size).reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    mutating func counted() -> ArraySlice<UInt8>? {
        guard let count = number(UInt32.self).map(Int.init), rest.count >= count else {
            return nil
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func text() -> String? {
        counted().flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    fileprivate mutating func append(counted bytes: some Collection<UInt8>) {
        append(littleEndian: UInt32(bytes.count))
        append(contentsOf: bytes)
    }
}
