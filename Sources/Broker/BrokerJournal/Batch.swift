package import BrokerEngine
package import GridModel

/// The facts of one turn, written in one transaction and made durable by one fsync.
package struct Batch: Hashable, Sendable {
    /// Counts batches from 1 without a gap.
    package var seq: UInt64
    /// The epoch it was written in; a restore starts a new one.
    package var epoch: UInt32
    /// The time of the turn.
    package var at: Timestamp
    /// Never empty.
    package var facts: [Fact]
    /// What people wrote, each text behind its salt; the facts say where each lies. Empty if
    /// there is none, or if all of it was erased.
    package var texts: [UInt8]

    /// A batch from its parts.
    package init(seq: UInt64, epoch: UInt32, at: Timestamp, facts: [Fact], texts: [UInt8] = []) {
        self.seq = seq
        self.epoch = epoch
        self.at = at
        self.facts = facts
        self.texts = texts
    }
}

/// How far a journal goes: its last batch and the hash over everything up to it.
package struct Position: Hashable, Comparable, Sendable {
    /// The epoch of the last batch; 0 if there is none.
    package var epoch: UInt32
    /// The number of the last batch; 0 if there is none.
    package var seq: UInt64
    /// The chain at the last batch; 32 zero bytes if there is none.
    package var chain: Digest

    /// A position from its parts.
    package init(epoch: UInt32, seq: UInt64, chain: Digest) {
        self.epoch = epoch
        self.seq = seq
        self.chain = chain
    }

    /// Before the first batch.
    package static let start = Position(
        epoch: 0, seq: 0, chain: Digest(words: (0, 0, 0, 0)))

    /// Orders by epoch, then by number; the chain does not count.
    package static func < (left: Position, right: Position) -> Bool {
        (left.epoch, left.seq) < (right.epoch, right.seq)
    }

    /// The position after one more batch, whose encoded facts are `facts`.
    ///
    /// `chain = SHA-256(previous chain ‖ seq ‖ epoch ‖ at ‖ count ‖ facts)` with big-endian
    /// integers of 8, 4, 8 and 4 bytes.
    package func advanced(
        seq: UInt64, epoch: UInt32, at: Timestamp, count: UInt32, facts: UnsafeRawBufferPointer
    ) -> Position {
        let words = chain.words
        let header: InlineArray<7, UInt64> = [
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian,
            seq.bigEndian,
            (UInt64(epoch) << 32 | UInt64(bitPattern: at.milliseconds) >> 32).bigEndian,
            (UInt64(bitPattern: at.milliseconds) << 32 | UInt64(count)).bigEndian,
        ]
        let chain = header.span.withUnsafeBytes { Digest(hashing: $0, facts) }
        return Position(epoch: epoch, seq: seq, chain: chain)
    }
}

extension Position: CustomStringConvertible {
    package var description: String { "batch \(seq) of epoch \(epoch)" }
}
