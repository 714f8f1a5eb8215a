import BrokerEngine
import BrokerJournal
import GRDB
import GridModel

import struct Foundation.Data

/// Reads records as `RecordWriter` wrote them.
struct RecordLoader {
    private let selectCall: Statement
    private let selectParts: Statement

    /// The columns of a call that `record(from:)` reads, in its order.
    static let callColumns = [
        "serial", "id_high", "id_low", "year", "catalogue", "category", "condition", "grid",
        "campaign", "urgency", "state", "filed_at", "observed_at", "closed_at",
        "is_recorded_earlier", "is_clock_suspect", "latitude", "longitude", "texts_seq",
        "texts_offset", "texts_length", "revision", "story", "texts", "missed_resolve",
    ].map { "call." + $0 }.joined(separator: ", ")

    /// Prepares the statements, or takes them from the connection's cache.
    init(_ database: Database) throws {
        selectCall = try database.cachedStatement(
            sql: "SELECT \(Self.callColumns) FROM call WHERE serial = ?")
        selectParts = try database.cachedStatement(
            sql: "SELECT * FROM part WHERE number BETWEEN ? AND ? ORDER BY number")
    }

    /// The record of a call; `nil` if there is none.
    func record(_ serial: UInt64) throws -> CallRecord? {
        var reader = StatementReader(selectCall)
        defer { reader.end() }
        reader.bind(Int64(bitPattern: serial))
        return try reader.step() ? try record(from: reader) : nil
    }

    /// The record of a call with its serialized `WireCallTexts`; `nil` if there is none.
    func recordAndTexts(_ serial: UInt64) throws -> (CallRecord, Data)? {
        var reader = StatementReader(selectCall)
        defer { reader.end() }
        reader.bind(Int64(bitPattern: serial))
        guard try reader.step() else { return nil }
        return (try record(from: reader), Data(reader.bytes(23)))
    }

    /// The record whose call is in `row`, with its parts.
    func record(from row: some RecordColumns) throws -> CallRecord {
        let filing = Self.filing(from: row)
        return CallRecord(
            stored: filing, state: CallState(rawValue: row.number(10)) ?? .filed,
            closedAt: row.time(13), revision: row.number(21),
            story: Story(bytes: row.bytes(22)), parts: try parts(of: filing.serial),
            missedResolve: row.flag(24))
    }

    /// Serialized `WireCallTexts` of the call in `row`.
    static func texts(from row: Row) -> Data { row[23] }

    private func parts(of serial: UInt64) throws -> [PartRecord] {
        let first = Int64(bitPattern: serial << 6)
        var reader = StatementReader(selectParts)
        defer { reader.end() }
        reader.bind(first)
        reader.bind(first | 63)
        var parts: [PartRecord] = []
        while try reader.step() { parts.append(Self.part(from: reader)) }
        return parts
    }

    private static func filing(from row: some RecordColumns) -> CallRecord.Filing {
        let hasPlace = !row.isNull(16) && !row.isNull(17)
        return CallRecord.Filing(
            serial: row.bits(0), id: CallID(high: row.bits(1), low: row.bits(2)),
            year: row.number(3), catalogueVersion: row.number(4), category: row.number(5),
            condition: row.number(6), grid: row.number(7),
            campaign: row.isNull(8) ? CallFiled.noCampaign : row.number(8),
            urgency: Urgency(rawValue: row.number(9)) ?? .ordinary, filedAt: row.time(11),
            observedAt: row.time(12), isRecordedEarlier: row.flag(14), isClockSuspect: row.flag(15),
            coordinates: hasPlace
                ? Coordinates(latitude: row.real(16), longitude: row.real(17)) : nil,
            textsSeq: row.bits(18), textsOffset: row.number(19), textsLength: row.number(20))
    }

    private static func part(from row: StatementReader) -> PartRecord {
        PartRecord(
            number: AssignmentNumber(rawValue: row.bits(0)), department: row.number(1),
            role: DepartmentRole(rawValue: row.number(2)) ?? .lead, stage: row.number(3),
            state: AssignmentState(rawValue: row.number(4)) ?? .queued,
            stateBeforeReview: AssignmentState(rawValue: row.number(5)) ?? .accepted,
            isSuspended: row.flag(7), attempts: row.number(8), failures: row.number(9),
            queuedAt: row.time(10), dispatchedAt: row.time(11), acceptedAt: row.time(12),
            completedAt: row.time(13), resolveDue: row.time(14),
            worker: row.isNull(15) ? nil : row.number(15), reason: row.bytes(16), change: .none)
    }
}

/// One row of stored columns, counted from 0.
protocol RecordColumns {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func real(_ column: Int) -> Double
    func bytes(_ column: Int) -> [UInt8]
}

extension StatementReader: RecordColumns {}

extension Row: RecordColumns {
    func isNull(_ column: Int) -> Bool { hasNull(atIndex: column) }
    func integer(_ column: Int) -> Int64 { self[column] }
    func real(_ column: Int) -> Double { self[column] }
    func bytes(_ column: Int) -> [UInt8] { [UInt8](self[column] as Data) }
}

extension RecordColumns {
    /// A number that was written from this type.
    fileprivate func number<Value: FixedWidthInteger>(_ column: Int) -> Value {
        Value(truncatingIfNeeded: integer(column))
    }

    /// An unsigned number, of which SQLite keeps the bits.
    fileprivate func bits(_ column: Int) -> UInt64 { UInt64(bitPattern: integer(column)) }

    fileprivate func flag(_ column: Int) -> Bool { integer(column) != 0 }

    fileprivate func time(_ column: Int) -> Timestamp {
        Timestamp(milliseconds: integer(column))
    }
}
