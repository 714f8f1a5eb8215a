import BrokerEngine
import BrokerJournal
import Crypto
import GridCodec
import GridModel

import struct Foundation.Data

/// Collects the texts of the batch that is being formed.
///
/// Each lies behind a salt of its own, so that its digest in the fact tells nothing about it once
/// the text is erased.
struct TextWriter {
    private(set) var bytes: [UInt8] = []
    private var salts: SaltSource

    init(salts: SaltSource) { self.salts = salts }

    /// Adds a text and says where it lies; `nil` for an empty one.
    mutating func append(_ text: some Collection<UInt8>) -> TextPlace? {
        guard !text.isEmpty else { return nil }
        let offset = bytes.count
        salts.append(to: &bytes)
        bytes.append(contentsOf: text)
        let digest = bytes.withUnsafeBytes { all in
            Digest(hashing: UnsafeRawBufferPointer(rebasing: all[offset...]))
        }
        return TextPlace(
            offset: UInt32(offset), length: UInt32(bytes.count - offset), digest: digest)
    }

    /// Forgets everything after `count` bytes: no fact speaks of it.
    mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

    /// The texts; the writer is empty afterwards, with room for as many.
    mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        bytes.reserveCapacity(min(taken.count, Self.reservedBytes))
        return taken
    }

    private static let reservedBytes = 1 << 18
}

/// Sixteen unpredictable bytes a time, drawn in bulk: asking the system for each would cost more
/// than hashing the text.
struct SaltSource {
    private static let saltBytes = JournalReader.saltBytes

    private let refill: () -> [UInt8]
    private var pool: [UInt8] = []
    private var next = 0

    /// `refill` gives unpredictable bytes, a multiple of 16; in tests, repeatable ones.
    init(refill: @escaping () -> [UInt8]) { self.refill = refill }

    mutating func append(to bytes: inout [UInt8]) {
        if next + Self.saltBytes > pool.count {
            pool = refill()
            next = 0
        }
        bytes.append(contentsOf: pool[next..<next + Self.saltBytes])
        next += Self.saltBytes
    }
}
