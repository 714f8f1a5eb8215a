import BrokerEngine
import Foundation
import GRDB
import GridModel

/// Which column of a batch was changed, as far as the others and its neighbours tell.
///
/// A hash says that something is another, not what. But a changed column can be guessed from what
/// else says the same: the facts tell how many they are and when their turn was, the neighbours the
/// epoch, the next batch or the head the link. The guess with which the hash fits is the column.
struct DamagedField {
    /// The row whose hash does not fit, its blobs copied.
    private let row: (seq: UInt64, epoch: UInt32, at: Timestamp, count: UInt32, facts: Data)
    private let chain: Digest

    /// Copies the row.
    init(_ row: StoredBatch) {
        self.row = (row.seq, row.epoch, row.at, row.count, Data(row.facts))
        chain = row.chain
    }

    /// The column's name, or what can be said of it; `previous` is the position before it, `head`
    /// the last one that was confirmed.
    func name(
        after previous: Position, head: HeadFile.Content, _ database: Database
    ) throws -> String {
        let computed = link(after: previous)
        if case .position(let head) = head, head.seq == row.seq, head.chain == computed.chain {
            return "chain"
        }
        let next = try nextRow(database)
        if let next, next.advanced(after: computed) == next.chain { return "chain" }
        let facts = row.facts.withUnsafeBytes { try? FactCodec.decode($0) }
        for epoch in [previous.epoch, next?.epoch].compactMap(\.self)
        where link(after: previous, epoch: epoch).chain == chain { return "epoch" }
        guard let facts else { return "facts" }
        if link(after: previous, count: UInt32(facts.count)).chain == chain { return "count" }
        for case .turnBegan(let at) in facts.reversed()
        where link(after: previous, at: at).chain == chain { return "at" }
        return "facts, at or chain"
    }

    private func link(
        after previous: Position, epoch: UInt32? = nil, at: Timestamp? = nil, count: UInt32? = nil
    ) -> Position {
        row.facts.withUnsafeBytes {
            previous.advanced(
                seq: row.seq, epoch: epoch ?? row.epoch, at: at ?? row.at,
                count: count ?? row.count, facts: $0)
        }
    }

    /// The batch after it, as far as it can be read.
    private struct Next {
        let seq: UInt64
        let epoch: UInt32
        let at: Timestamp
        let count: UInt32
        let facts: Data
        let chain: Digest

        func advanced(after position: Position) -> Digest {
            facts.withUnsafeBytes {
                position.advanced(seq: seq, epoch: epoch, at: at, count: count, facts: $0).chain
            }
        }
    }

    private func nextRow(_ database: Database) throws -> Next? {
        let values = try Row.fetchOne(
            database, sql: "SELECT epoch, at, count, facts, chain FROM batch WHERE seq = ?",
            arguments: [Int64(bitPattern: row.seq + 1)])
        guard let values,
            let epoch = Int64.fromDatabaseValue(values[0]).flatMap(UInt32.init(exactly:)),
            let at = Int64.fromDatabaseValue(values[1]),
            let count = Int64.fromDatabaseValue(values[2]).flatMap(UInt32.init(exactly:)),
            let facts = Data.fromDatabaseValue(values[3]),
            let chain = Data.fromDatabaseValue(values[4]).flatMap({ Digest(bytes: $0) })
        else { return nil }
        return Next(
            seq: row.seq + 1, epoch: epoch, at: Timestamp(milliseconds: at), count: count,
            facts: facts, chain: chain)
    }
}
