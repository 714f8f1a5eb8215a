import BrokerEngine
import GridModel

package import struct Foundation.Data

/// Makes the lines of an export and cuts them into pieces; used by one thread.
///
/// It remembers what numbers stand for and the line it cut last, so that whoever asks for piece
/// after piece has each batch read and written once. Whatever position it is asked for, it gives
/// the same bytes.
package final class JournalExport {
    /// A part of the export.
    package struct Piece: Sendable {
        /// The bytes, to be put behind those of the piece before.
        package var bytes: Data
        /// Where the next piece begins; `nil` if there is none.
        package var next: ExportPosition?
    }

    /// Why there is no such piece.
    package enum Failure: Error {
        /// The position is not one of this journal.
        case unknownPosition
        /// The journal cannot be read.
        case unreadable(any Error)
    }

    /// The version of the format, of docs/audit.md.
    package static let formatVersion = 1

    private let reader: JournalReader
    private let software: String
    private var names = ExportNames()
    private var lastLine: (seq: UInt64, hasTexts: Bool, bytes: [UInt8])?
    private var ends: [UInt64: Position] = [:]

    /// An export of the journal in `directory` by `software`, with its version. Throws if the
    /// journal cannot be opened.
    package init(_ directory: DataDirectory, software: String) throws {
        reader = try JournalReader(directory)
        self.software = software
    }

    /// Where an export up to batch `end` begins.
    package func beginning(end: UInt64, hasTexts: Bool) throws(Failure) -> ExportPosition {
        ExportPosition(end: try position(at: end), hasTexts: hasTexts)
    }

    /// The piece at `position`: `limit` bytes, or what there is.
    package func piece(at position: ExportPosition, limit: Int) throws(Failure) -> Piece {
        let end = try self.position(at: position.end)
        guard end.chain.words.0 == position.chain else { throw .unknownPosition }
        var next = position
        var bytes = Data()
        while bytes.count < limit, next.seq <= end.seq {
            let line = try line(at: next, end: end)
            guard next.offset <= UInt64(line.count) else { throw .unknownPosition }
            let rest = line[Int(next.offset)...].prefix(limit - bytes.count)
            bytes.append(contentsOf: rest)
            next.offset += UInt64(rest.count)
            if next.offset == UInt64(line.count) { (next.seq, next.offset) = (next.seq + 1, 0) }
        }
        return Piece(bytes: bytes, next: next.seq <= end.seq ? next : nil)
    }

    private func position(at seq: UInt64) throws(Failure) -> Position {
        if seq == 0 { return .start }
        if let known = ends[seq] { return known }
        guard let position = try reading({ try reader.position(at: seq) }) else {
            throw .unknownPosition
        }
        if ends.count >= Self.rememberedEnds { ends = [:] }
        ends[seq] = position
        return position
    }

    private static let rememberedEnds = 64

    private func line(
        at position: ExportPosition, end: Position
    ) throws(Failure) -> [UInt8] {
        if let lastLine, lastLine.seq == position.seq, lastLine.hasTexts == position.hasTexts {
            return lastLine.bytes
        }
        // The header differs with the end and is short.
        guard position.seq > 0 else { return try header(end, hasTexts: position.hasTexts) }
        let bytes = try batchLine(position.seq, hasTexts: position.hasTexts)
        lastLine = (position.seq, position.hasTexts, bytes)
        return bytes
    }

    private func header(_ end: Position, hasTexts: Bool) throws(Failure) -> [UInt8] {
        while names.street == nil, names.seq < end.seq { try readNames(upTo: names.seq + 1) }
        var line = JSONLine()
        line.object { header in
            header.number("gridcallExport", Self.formatVersion)
            header.text("software", software)
            header.text("street", names.street?.id)
            header.text("zone", names.street?.zone)
            header.flag("texts", hasTexts)
            header.object("end") {
                $0.number("seq", end.seq)
                $0.number("epoch", end.epoch)
                $0.hexadecimal("chain", end.chain.bytes)
            }
        }
        line.end()
        return line.bytes
    }

    private func batchLine(_ seq: UInt64, hasTexts: Bool) throws(Failure) -> [UInt8] {
        guard let row = try reading({ try reader.storedRow(seq) }) else { throw .unknownPosition }
        let batch = row.batch
        if names.seq < seq - 1 { try readNames(upTo: seq - 1) }
        if names.seq == seq - 1 { names.read(batch) }
        let json = FactJSON(
            names: names, facts: row.facts, texts: hasTexts ? Data(batch.texts) : nil)
        var line = JSONLine()
        line.object { object in
            object.number("seq", batch.seq)
            object.number("epoch", batch.epoch)
            object.number("at", batch.at.milliseconds)
            object.number("count", batch.facts.count)
            object.hexadecimal("chain", row.chain.bytes)
            object.base64("facts", row.facts)
            object.array("steps") { steps in
                for (index, fact) in batch.facts.enumerated() {
                    json.write(fact, seq: seq, index: index, to: &steps)
                }
            }
        }
        line.end()
        return line.bytes
    }

    /// Reads what numbers stand for up to batch `last`: a piece may be asked for first that lies
    /// far behind, by a client that goes on after the broker was started again.
    private func readNames(upTo last: UInt64) throws(Failure) {
        while names.seq < last {
            let batches = try reading { try reader.batches(after: names.seq) }
            guard !batches.isEmpty else { throw .unknownPosition }
            for batch in batches where batch.seq <= last { names.read(batch) }
        }
    }

    private func reading<Value>(_ body: () throws -> Value) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw .unreadable(error)
        }
    }
}
