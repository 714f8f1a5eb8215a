package import BrokerEngine
import Foundation
import GRDB
import GridModel

/// Reads a journal that a broker has open, on a connection of its own.
///
/// Every method is one short read transaction: as long as a reader lingers, SQLite cannot begin
/// its WAL anew and the file grows. Thread-safe; calls on one reader follow each other, so a
/// thread that must not wait for another has its own.
package final class JournalReader: Sendable {
    private let queue: DatabaseQueue

    /// Bytes of salt before every text.
    package static let saltBytes = 16

    /// A reader of the journal that this or another process has open in `directory`.
    package init(_ directory: DataDirectory) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "journal reader"
        configuration.busyMode = .timeout(5)
        queue = try DatabaseQueue(path: directory.journal, configuration: configuration)
    }

    /// Looks at a journal that a broker may have open or not, and changes nothing.
    package static func look<Value>(
        into directory: DataDirectory, _ body: (JournalReader) throws -> Value
    ) throws -> Value {
        guard let lock = try? DirectoryLock(directory) else {
            return try body(JournalReader(directory))
        }
        let checkout = try JournalCheckout(directory)
        defer { withExtendedLifetime((lock, checkout)) {} }
        return try body(JournalReader(checkout.queue))
    }

    /// Lends the connection for one read transaction.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }

    private init(_ queue: DatabaseQueue) { self.queue = queue }

    /// The last position, as the journal claims it.
    package func position() throws -> Position {
        try queue.read { try StoredBatch.position($0, at: nil) } ?? .start
    }

    /// The position of batch `seq`, as the journal claims it; `nil` if there is no such batch.
    package func position(at seq: UInt64) throws -> Position? {
        try queue.read { try StoredBatch.position($0, at: seq) }
    }

    /// The batches after number `seq`, until their blobs exceed `limit` bytes; at least one if
    /// there is one.
    ///
    /// The chain is not verified: the broker did so when it opened the journal, `verify` does it
    /// at will. Throws `JournalError`.
    package func batches(after seq: UInt64, limit: Int = 1 << 20) throws -> [Batch] {
        var rows: [(StoredBatch, Data, Data)] = []
        try queue.read { database in
            var bytes = 0
            try StoredBatch.forEach(database, after: seq) { row in
                rows.append((row, Data(row.facts), Data(row.texts)))
                bytes += row.facts.count + row.texts.count
                return bytes < limit
            }
        }
        return try rows.map { row, facts, texts in
            try facts.withUnsafeBytes { facts in
                try texts.withUnsafeBytes { texts in
                    try row.with(facts: facts, texts: texts).decoded()
                }
            }
        }
    }

    /// Batch `seq` as it is stored, and decoded; `nil` if there is no such batch.
    ///
    /// The chain is not verified. Throws `JournalError`.
    func storedRow(_ seq: UInt64) throws -> (facts: Data, chain: Digest, batch: Batch)? {
        guard seq > 0 else { return nil }
        return try queue.read { database in
            var found: (Data, Digest, Batch)?
            try StoredBatch.forEach(database, after: seq - 1) { row in
                if row.seq == seq { found = (Data(row.facts), row.chain, try row.decoded()) }
                return false
            }
            return found
        }
    }

    /// Lends what tells whether a position belongs to the journal.
    package func withLinks<Value>(_ body: (JournalLinks) throws -> Value) throws -> Value {
        try queue.read { database in
            let meta = try JournalSchema.meta(database, path: "the journal")
            return try body(JournalLinks(id: meta.id, database: database))
        }
    }

    /// Gives the batches after `position`, each verified to follow the one before it, while `body`
    /// returns true; returns the position after the last that it took.
    package func replay(
        after position: Position, _ body: (Batch) throws -> Bool
    ) throws -> Position {
        var position = position
        while true {
            let start = position.seq
            var bytes = 0
            var isOver = false
            try queue.read { database in
                try StoredBatch.forEach(database, after: start) { row in
                    let next = try row.verified(after: position)
                    guard try body(try row.decoded()) else {
                        isOver = true
                        return false
                    }
                    position = next
                    bytes += row.facts.count + row.texts.count
                    return bytes < 1 << 20
                }
            }
            if isOver || position.seq == start { return position }
        }
    }

    /// All texts of a batch, salts included; empty if it has none or they were erased.
    package func texts(seq: UInt64) throws -> [UInt8] {
        try queue.read { database in
            let select = try database.cachedStatement(sql: "SELECT texts FROM batch WHERE seq = ?")
            let value = try DatabaseValue.fetchOne(
                select, arguments: [Int64(bitPattern: seq)])
            return value.flatMap { Data.fromDatabaseValue($0) }.map { [UInt8]($0) } ?? []
        }
    }

    /// The texts of batch `seq` that are what its facts tell of, and how many are not: those are
    /// left out as if they had been erased, so that nobody gets a text that nobody wrote.
    ///
    /// Throws `JournalError` if the batch cannot be read.
    package func soundTexts(seq: UInt64) throws -> (texts: [UInt8], damaged: Int) {
        guard let batch = try storedRow(seq)?.batch else { return ([], 0) }
        return StoredTexts.sound(batch.texts, of: batch.facts)
    }

    /// The UTF-8 of the text at `offset` of batch `seq`, whose salt and text take `length` bytes;
    /// `nil` if it was erased.
    ///
    /// Not compared with its digest, which lies in the fact; see the other `text`. Throws
    /// `JournalError.damaged` if the batch ends before the text does.
    package func text(seq: UInt64, offset: Int, length: Int) throws -> [UInt8]? {
        try saltedText(seq, offset, length).map { Array($0.dropFirst(Self.saltBytes)) }
    }

    /// The UTF-8 of the text at `place` of batch `seq`; `nil` if it was erased.
    ///
    /// Throws `JournalError.damaged` if it is not the text that the fact tells of.
    package func text(seq: UInt64, place: TextPlace) throws -> [UInt8]? {
        let salted = try saltedText(seq, Int(place.offset), Int(place.length))
        guard let salted else { return nil }
        guard Digest(hashing: salted) == place.digest else {
            throw JournalError.damaged(
                seq: seq, reason: "its text at \(place.offset) has another hash")
        }
        return Array(salted.dropFirst(Self.saltBytes))
    }

    private func saltedText(_ seq: UInt64, _ offset: Int, _ length: Int) throws -> [UInt8]? {
        let texts = try texts(seq: seq)
        switch StoredText(in: texts, offset: offset, length: length) {
        case .erased: return nil
        case .outside:
            throw JournalError.damaged(seq: seq, reason: "its texts end before \(offset)")
        case .present(let range): return Array(texts[range])
        }
    }
}

/// What lies where a fact says a text is.
enum StoredText {
    /// Salt and text.
    case present(Range<Int>)
    /// Nothing but zeros, or no texts at all: a person's data was erased.
    case erased
    /// The texts end before it does.
    case outside

    /// Looks at `length` bytes from `offset`.
    init(in texts: some RandomAccessCollection<UInt8>, offset: Int, length: Int) {
        guard !texts.isEmpty else {
            self = .erased
            return
        }
        guard length >= JournalReader.saltBytes, offset + length <= texts.count else {
            self = .outside
            return
        }
        let isErased = texts.dropFirst(offset).prefix(length).allSatisfy { $0 == 0 }
        self = isErased ? .erased : .present(offset..<offset + length)
    }
}

extension StoredBatch {
    /// The same row with its blobs elsewhere.
    func with(facts: UnsafeRawBufferPointer, texts: UnsafeRawBufferPointer) -> StoredBatch {
        StoredBatch(
            seq: seq, epoch: epoch, at: at, count: count, facts: facts, texts: texts, chain: chain)
    }
}
