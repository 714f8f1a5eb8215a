import BrokerEngine

/// Where an export goes on: what a piece calls `next`.
///
/// It says where the export ends, so that every piece is of the same journal up to the same batch
/// whatever is written meanwhile, and broker and client need not remember anything.
package struct ExportPosition: Hashable, Sendable {
    /// The last batch of the export.
    package var end: UInt64
    /// The first word of the chain at `end`: another journal has another.
    package var chain: UInt64
    /// Whether what people wrote is in it.
    package var hasTexts: Bool
    /// The line, by the number of its batch; 0 is the header.
    package var seq: UInt64 = 0
    /// Bytes of the line that were given.
    package var offset: UInt64 = 0

    private static let version: UInt8 = 1
    private static let count = 34

    /// The beginning of an export that ends at `position`.
    package init(end position: Position, hasTexts: Bool) {
        end = position.seq
        chain = position.chain.words.0
        self.hasTexts = hasTexts
    }

    /// A position from its bytes; `nil` for anything that this version did not make.
    package init?(bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.count, bytes[0] == Self.version, bytes[1] <= 1 else { return nil }
        func word(_ index: Int) -> UInt64 {
            bytes[2 + index * 8..<10 + index * 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        hasTexts = bytes[1] == 1
        (end, chain, seq, offset) = (word(0), word(1), word(2), word(3))
        guard seq <= end else { return nil }
    }

    /// The position as it is sent.
    package var bytes: [UInt8] {
        [Self.version, hasTexts ? 1 : 0]
            + [end, chain, seq, offset].flatMap { word in
                stride(from: UInt64(56), through: 0, by: -8).map {
                    UInt8(truncatingIfNeeded: word >> $0)
                }
            }
    }
}
