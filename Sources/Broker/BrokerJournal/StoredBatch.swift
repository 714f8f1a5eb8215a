import BrokerEngine
import Foundation
import GRDB
import GridModel

/// One row of the journal, its blobs lent for the time of a closure.
struct StoredBatch {
    let seq: UInt64
    let epoch: UInt32
    let at: Timestamp
    let count: UInt32
    let facts: UnsafeRawBufferPointer
    let texts: UnsafeRawBufferPointer
    let chain: Digest

    private static let columns = "seq, epoch, at, count, facts, texts, chain"

    /// Lends the rows after number `seq` in order while `body` returns true.
    static func forEach(
        _ database: Database, after seq: UInt64, _ body: (StoredBatch) throws -> Bool
    ) throws {
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM batch WHERE seq > ? ORDER BY seq")
        let rows = try Row.fetchCursor(statement, arguments: [Int64(bitPattern: seq)])
        var previous = seq
        while let row = try rows.next() {
            guard try lend(row, after: previous, body) else { return }
            previous += 1
        }
    }

    /// The position that batch `seq`, or the last one, claims to be; `nil` if there is no such row.
    static func position(_ database: Database, at seq: UInt64?) throws -> Position? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT seq, epoch, chain FROM batch
                WHERE seq = ifnull(?, (SELECT max(seq) FROM batch))
                """,
            arguments: [seq.map { Int64(bitPattern: $0) }])
        guard let row else { return nil }
        let found = integer(row, 0).map(UInt64.init(bitPattern:))
        guard let found, let epoch = integer(row, 1).flatMap(UInt32.init(exactly:)),
            let chain = Digest(bytes: blob(row, 2))
        else { throw JournalError.damaged(seq: found ?? 0, reason: "its row is malformed") }
        return Position(epoch: epoch, seq: found, chain: chain)
    }

    /// The batch, its facts decoded.
    func decoded() throws -> Batch {
        do {
            let decoded = try FactCodec.decode(facts)
            guard decoded.count == Int(count) else {
                throw JournalError.damaged(
                    seq: seq, reason: "it holds \(decoded.count) facts, not \(count)")
            }
            return Batch(
                seq: seq, epoch: epoch, at: at, facts: decoded, texts: [UInt8](texts))
        } catch FactCodecError.unknown {
            throw JournalError.unknownFact(seq: seq)
        } catch FactCodecError.malformed {
            throw JournalError.damaged(seq: seq, reason: "its facts cannot be read")
        } catch let error as DecodingError {
            throw JournalError.damaged(seq: seq, reason: "its catalogue cannot be read: \(error)")
        }
    }

    /// The position after this row; throws unless its chain is the one that follows `previous`.
    func verified(after previous: Position) throws -> Position {
        guard seq == previous.seq + 1 else {
            throw JournalError.damaged(seq: previous.seq + 1, reason: "it is missing")
        }
        let next = previous.advanced(seq: seq, epoch: epoch, at: at, count: count, facts: facts)
        guard next.chain == chain, epoch >= previous.epoch else {
            throw JournalError.damaged(
                seq: seq, reason: "its hash is not the one that follows batch \(previous.seq)")
        }
        return next
    }

    private static func lend(
        _ row: Row, after previous: UInt64, _ body: (StoredBatch) throws -> Bool
    ) throws -> Bool {
        guard let seq = integer(row, 0).map(UInt64.init(bitPattern:)),
            let epoch = integer(row, 1).flatMap(UInt32.init(exactly:)),
            let at = integer(row, 2), let count = integer(row, 3).flatMap(UInt32.init(exactly:)),
            let chain = Digest(bytes: blob(row, 6))
        else {
            throw JournalError.damaged(seq: previous + 1, reason: "its row is malformed")
        }
        return try row.withUnsafeData(atIndex: 4) { facts in
            try row.withUnsafeData(atIndex: 5) { texts in
                try (facts ?? Data()).withUnsafeBytes { facts in
                    try (texts ?? Data()).withUnsafeBytes { texts in
                        try body(
                            StoredBatch(
                                seq: seq, epoch: epoch, at: Timestamp(milliseconds: at),
                                count: count, facts: facts, texts: texts, chain: chain))
                    }
                }
            }
        }
    }

    private static func integer(_ row: Row, _ index: Int) -> Int64? {
        let value: DatabaseValue = row[index]
        return Int64.fromDatabaseValue(value)
    }

    private static func blob(_ row: Row, _ index: Int) -> [UInt8] {
        let value: DatabaseValue = row[index]
        return Data.fromDatabaseValue(value).map { [UInt8]($0) } ?? []
    }
}
