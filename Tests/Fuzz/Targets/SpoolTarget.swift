import BrokerEngine
import BrokerJournal
import ClientKit
import GridCodec
import GridModel

extension FuzzTarget {
    /// A terminal's spool: an even first byte is followed by a file, an odd one by the content of
    /// a record whose length and checksum are right.
    static let spool = FuzzTarget(
        "spool", maximumBytes: 1_024, dictionary: "wire",
        seeds: { SpoolRules.seeds },
        check: { bytes in
            guard let mode = bytes.first else { return }
            let rest = [UInt8](bytes.dropFirst())
            try SpoolRules.check(mode & 1 == 0 ? rest : SpoolRules.sealed(rest))
        })
}

/// What holds for the bytes of every spool.
enum SpoolRules {
    static var seeds: [[UInt8]] {
        let records = WireSamples.calls.items.enumerated().compactMap { number, item in
            var record = SpoolRecord(
                item, storedAt: .init(milliseconds: 1_767_600_000_000), origin: "calls.csv:17")
            if number == 1 { record = record?.confirmed("T-2026-000001-5", epoch: 1) }
            if number == 2 {
                record = record?.refused(.init(code: 100, field: "grid", reason: "no such grid"))
            }
            return record
        }
        return records.map { [1] + SpoolFormat.bytes(of: [$0]).dropFirst(16) }
            + [[0] + SpoolFormat.bytes(of: records)]
    }

    /// Records that can be read are written again as the same, and every byte is accounted for.
    static func check(_ file: [UInt8]) throws {
        let contents = SpoolFormat.contents(of: file)
        try require(contents.damagedBytes <= file.count, "more damage than file")
        let written = SpoolFormat.bytes(of: contents.records)
        let again = SpoolFormat.contents(of: written)
        try require(again.damagedBytes == 0, "what is written is damaged")
        try require(
            SpoolFormat.bytes(of: again.records) == written, "a record is written as another")
        try require(
            again.records.map(\.id) == contents.records.map(\.id), "other calls after writing")
        // A record behind damage is found, and the damage costs nothing else.
        let behind = SpoolFormat.contents(of: [0x47, 0x43, 0x53] + written)
        try require(
            behind.damagedBytes == 3 && behind.records.count == contents.records.count,
            "damage costs a record")
    }

    /// A record with this content.
    static func sealed(_ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count)
        return Array("GCS1".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
            + Digest(hashing: payload).bytes.prefix(8) + payload
    }
}
