import BrokerEngine
import BrokerJournal
import Foundation
import GridModel

extension FuzzTarget {
    /// The facts of a batch as the journal keeps them, and the chain over them.
    static let journal = FuzzTarget(
        "journal", maximumBytes: 1_024, dictionary: "journal",
        seeds: { FactSeeds.all },
        check: { bytes in
            try JournalRules.checkFacts(bytes)
            try JournalRules.checkChain([UInt8](bytes))
        })
}

/// What holds for the bytes of every batch.
enum JournalRules {
    /// Facts that can be read are written again as facts that mean the same; all else is damage or
    /// of a newer version.
    static func checkFacts(_ bytes: UnsafeRawBufferPointer) throws {
        let facts: [Fact]
        do {
            facts = try FactCodec.decode(bytes)
        } catch is FactCodecError {
            return
        } catch is DecodingError {
            return
        }
        let encoded = try FactCodec.encode(facts)
        let again = try FactCodec.decode(encoded)
        try require(
            try FactCodec.encode(again) == encoded, "facts change when they are written again")
        try require(again.count == facts.count, "another number of facts")
        // A coordinate that is no number equals nothing, itself included.
        try require(
            again == facts || again.description == facts.description,
            "other facts after they were written again")
    }

    /// One bit changed anywhere gives another link.
    static func checkChain(_ facts: [UInt8]) throws {
        let seed = facts.reduce(UInt64(1)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let link = link(facts, number: 1, time: Timestamp(milliseconds: Int64(seed >> 8)))
        try require(
            link == Self.link(facts, number: 1, time: Timestamp(milliseconds: Int64(seed >> 8))),
            "the same batch has another link")
        if !facts.isEmpty {
            var changed = facts
            changed[Int(seed % UInt64(facts.count))] ^= 1 << (seed >> 32 & 7)
            try require(
                Self.link(changed, number: 1, time: Timestamp(milliseconds: Int64(seed >> 8)))
                    != link, "a changed fact has the same link")
        }
        let number = UInt64(1) ^ (1 << (seed & 31))
        try require(
            Self.link(facts, number: number, time: Timestamp(milliseconds: Int64(seed >> 8)))
                != link, "another number has the same link")
        let time = Int64(bitPattern: UInt64(bitPattern: Int64(seed >> 8)) ^ 1 << (seed >> 40 & 63))
        try require(
            Self.link(facts, number: 1, time: Timestamp(milliseconds: time)) != link,
            "another time has the same link")
    }

    private static func link(_ facts: [UInt8], number: UInt64, time: Timestamp) -> Digest {
        facts.withUnsafeBytes { bytes in
            Position.start.advanced(
                seq: number, epoch: 1, at: time, count: UInt32(clamping: bytes.count),
                facts: bytes
            ).chain
        }
    }
}
