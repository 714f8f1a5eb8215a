import BrokerEngine

/// One slot of the head file: a position, and a checksum that tells whether it can be believed.
package enum HeadSlot {
    /// Bytes of a slot.
    package static let byteCount = 84

    private static let magic = Array("GCHEAD01".utf8)

    /// Magic, epoch, seq, chain, then the SHA-256 of these; integers are big-endian.
    package static func bytes(of position: Position) -> [UInt8] {
        var bytes = magic
        bytes.reserveCapacity(byteCount)
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: position.epoch >> UInt32(shift)))
        }
        for word in [
            position.seq, position.chain.words.0, position.chain.words.1, position.chain.words.2,
            position.chain.words.3,
        ] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: Digest(hashing: bytes).bytes)
        return bytes
    }

    /// The position in a slot's bytes; `nil` if they are damaged.
    package static func position(in bytes: [UInt8]) -> Position? {
        guard bytes.count == byteCount, bytes.starts(with: magic),
            Digest(bytes: bytes[52...]) == Digest(hashing: Array(bytes[..<52])),
            let chain = Digest(bytes: bytes[20..<52])
        else { return nil }
        let epoch = bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
        let seq = bytes[12..<20].reduce(0) { $0 << 8 | UInt64($1) }
        return Position(epoch: epoch, seq: seq, chain: chain)
    }
}
