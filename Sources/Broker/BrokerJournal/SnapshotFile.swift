package import BrokerEngine
import Crypto
import Foundation
package import GridModel

/// What a journal's batches up to one of them say, so that a start need not read them again.
///
/// A file beside the journal, made anew under another name and renamed when it is durable. It is
/// never trusted further than it proves itself: bound to the journal's name and to one link of its
/// chain, closed by a SHA-256 over everything, and read only in the form that this version writes.
/// One that does not fit costs a longer start and nothing else.
package struct SnapshotFile: Sendable {
    /// The last batch it knows.
    package let position: Position
    /// What ended up to there is known to an archive that is complete up to this batch.
    package let archivedUpTo: UInt64
    /// What the batches up to there say.
    package let record: Record

    private static let magic = Array("GCSNAP01".utf8)
    private static let headerBytes = 8 + 4 + 4 + 16 + 4 + 8 + 32 + 8
    private static let digestBytes = 32
    private static let largestPiece = 1 << 30

    private enum Kind: UInt8 {
        case end = 0
        case summary = 1
        case calls = 2
        case assignments = 3
        case freeCalls = 4
        case freeAssignments = 5
        case partDetails = 6
        case callDetails = 7
    }

    // MARK: Writing

    /// Makes the snapshot of `directory` durable in place of the one before it; throws
    /// `JournalError`, and then the one before it is still there.
    package static func write(
        _ record: Record, at position: Position, archivedUpTo: UInt64, journalID: UniqueID,
        in directory: DataDirectory
    ) throws {
        let temporary = "\(directory.snapshot).new.\(getpid())"
        unlink(temporary)
        defer { unlink(temporary) }
        let file = try PosixFile(opening: temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
        try encode(record, at: position, archivedUpTo: archivedUpTo, journalID: journalID) {
            try file.write($0, at: $1)
        }
        try file.synchronize()
        guard rename(temporary, directory.snapshot) == 0 else {
            throw PosixFile.failure("rename \(temporary)")
        }
        try PosixFile.synchronizeDirectory(directory.path)
    }

    /// Gives the bytes of a snapshot to `write`, one piece behind the other, each with its offset.
    package static func encode(
        _ record: Record, at position: Position, archivedUpTo: UInt64, journalID: UniqueID,
        write: @escaping (_ bytes: [UInt8], _ offset: Int) throws -> Void
    ) throws {
        var sink = Sink(append: write)
        try sink.write(header(position, journalID) + bytes(archivedUpTo))
        try record.forEachSnapshotPiece { piece in
            let (kind, payload) = try encode(piece)
            try sink.write([kind.rawValue] + bytes(UInt32(payload.count)))
            try sink.write(payload)
        }
        try sink.write([Kind.end.rawValue])
        try sink.finish()
    }

    /// Passes bytes on and hashes them.
    private struct Sink {
        let append: (_ bytes: [UInt8], _ offset: Int) throws -> Void
        var offset = 0
        var hash = SHA256()

        mutating func write(_ bytes: [UInt8]) throws {
            hash.update(data: bytes)
            try append(bytes, offset)
            offset += bytes.count
        }

        mutating func finish() throws { try append(Array(hash.finalize()), offset) }
    }

    private static func encode(_ piece: RecordSnapshot.Piece) throws -> (Kind, [UInt8]) {
        switch piece {
        case .summary(let summary): (.summary, try json(summary))
        case .calls(let bytes): (.calls, bytes)
        case .assignments(let bytes): (.assignments, bytes)
        case .freeCalls(let places): (.freeCalls, places.flatMap { bytes(UInt32(bitPattern: $0)) })
        case .freeAssignments(let places):
            (.freeAssignments, places.flatMap { bytes(UInt32(bitPattern: $0)) })
        case .partDetails(let entries): (.partDetails, try json(entries))
        case .callDetails(let entries): (.callDetails, try json(entries))
        }
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        [UInt8](try JSONEncoder().encode(value))
    }

    private static func header(_ position: Position, _ journalID: UniqueID) -> [UInt8] {
        magic + form + journalID.bytes + bytes(position.epoch) + bytes(position.seq)
            + position.chain.bytes
    }

    /// The state's form and how many kinds of facts there are: a version that knows fewer must read
    /// the journal itself, and refuse what it does not know.
    private static let form =
        bytes(RecordSnapshot.form) + bytes(UInt32(FactKind.allCases.count))

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
    }

    // MARK: Reading

    /// The snapshot of `directory`, or why it is of no use for `journal`; `nil` if there is none.
    package static func read(
        _ directory: DataDirectory, of journal: JournalLinks, hashSeed: UInt64
    ) -> Result<SnapshotFile, SnapshotUnusable>? {
        guard access(directory.snapshot, F_OK) == 0 else { return nil }
        let file: PosixFile
        let byteCount: Int
        do {
            file = try PosixFile(opening: directory.snapshot, flags: O_RDONLY)
            byteCount = try file.count()
        } catch {
            return .failure(SnapshotUnusable("\(error)"))
        }
        return decode(
            journalID: journal.id, hashSeed: hashSeed, byteCount: byteCount,
            isKnown: { try journal.contains($0) }, read: { try file.read(count: $0, at: $1) })
    }

    /// The snapshot whose `byteCount` bytes `read` gives, fewer than asked for only at the end, or
    /// why it is of no use for the journal with this name; `isKnown` says whether a position
    /// belongs to that.
    package static func decode(
        journalID: UniqueID, hashSeed: UInt64, byteCount: Int,
        isKnown: (Position) throws -> Bool,
        read: @escaping (_ count: Int, _ offset: Int) throws -> [UInt8]
    ) -> Result<SnapshotFile, SnapshotUnusable> {
        do {
            var source = Source(read: read)
            let header = try source.take(headerBytes)
            let position = try position(in: header, journalID)
            guard try isKnown(position) else {
                return .failure(SnapshotUnusable("it is of another journal"))
            }
            let record = try record(from: &source, hashSeed: hashSeed, byteCount)
            return .success(
                SnapshotFile(
                    position: position,
                    archivedUpTo: header[76..<84].reduce(0) { $0 << 8 | UInt64($1) },
                    record: record))
        } catch let unusable as SnapshotUnusable {
            return .failure(unusable)
        } catch let unreadable as RecordSnapshot.Unreadable {
            return .failure(SnapshotUnusable(unreadable.reason))
        } catch {
            return .failure(SnapshotUnusable("\(error)"))
        }
    }

    private static func position(
        in header: [UInt8], _ journalID: UniqueID
    ) throws -> Position {
        guard header.starts(with: magic) else { throw SnapshotUnusable("it is not a snapshot") }
        guard Array(header[8..<16]) == form else {
            throw SnapshotUnusable("another version wrote it")
        }
        guard Array(header[16..<32]) == journalID.bytes, let chain = Digest(bytes: header[44..<76])
        else { throw SnapshotUnusable("it is of another journal") }
        let epoch = header[32..<36].reduce(0) { $0 << 8 | UInt32($1) }
        let seq = header[36..<44].reduce(0) { $0 << 8 | UInt64($1) }
        return Position(epoch: epoch, seq: seq, chain: chain)
    }

    private static func record(
        from source: inout Source, hashSeed: UInt64, _ byteCount: Int
    ) throws -> Record {
        guard let first = try piece(from: &source), case .summary(let summary) = first else {
            throw SnapshotUnusable("it does not begin with a summary")
        }
        var record = Record(summary, hashSeed: hashSeed, byteCount: byteCount)
        while let piece = try piece(from: &source) { try record.add(piece) }
        try source.checkEnd()
        try record.finishSnapshot()
        return record
    }

    /// The next piece; `nil` at the end.
    private static func piece(from source: inout Source) throws -> RecordSnapshot.Piece? {
        guard let kind = Kind(rawValue: try source.take(1)[0]) else {
            throw SnapshotUnusable("it has a piece of an unknown kind")
        }
        if kind == .end { return nil }
        let count = try source.take(4).reduce(0) { $0 << 8 | Int($1) }
        guard count <= largestPiece else { throw SnapshotUnusable("a piece is too long") }
        let payload = try source.take(count)
        switch kind {
        case .end: return nil
        case .summary: return .summary(try decode(payload))
        case .calls: return .calls(payload)
        case .assignments: return .assignments(payload)
        case .freeCalls: return .freeCalls(try places(payload))
        case .freeAssignments: return .freeAssignments(try places(payload))
        case .partDetails: return .partDetails(try decode(payload))
        case .callDetails: return .callDetails(try decode(payload))
        }
    }

    private static func decode<Value: Decodable>(_ bytes: [UInt8]) throws -> Value {
        guard !JSONNesting.isTooDeep(bytes) else {
            throw SnapshotUnusable("a piece is nested too deeply")
        }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw SnapshotUnusable("a piece cannot be read: \(error)")
        }
    }

    private static func places(_ bytes: [UInt8]) throws -> [Slot] {
        guard bytes.count % 4 == 0 else { throw SnapshotUnusable("a piece is cut off") }
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            Slot(bitPattern: bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    /// Reads from the beginning and hashes what it reads.
    private struct Source {
        let read: (_ count: Int, _ offset: Int) throws -> [UInt8]
        private var offset = 0
        private var hash = SHA256()

        init(read: @escaping (_ count: Int, _ offset: Int) throws -> [UInt8]) { self.read = read }

        mutating func take(_ count: Int) throws -> [UInt8] {
            let bytes = try read(count, offset)
            guard bytes.count == count else { throw SnapshotUnusable("it is cut off") }
            offset += count
            hash.update(data: bytes)
            return bytes
        }

        func checkEnd() throws {
            let stored = try read(SnapshotFile.digestBytes + 1, offset)
            guard stored == Array(hash.finalize()) else {
                throw SnapshotUnusable("its hash is another")
            }
        }
    }
}

/// Why a snapshot is not used; the whole journal is read instead.
package struct SnapshotUnusable: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
