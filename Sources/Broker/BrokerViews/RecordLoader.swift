import BrokerEngine
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
        let row = try Row.fetchOne(selectCall, arguments: [Int64(bitPattern: serial)])
        return try row.map(record(from:))
    }

    /// The record of a call with its serialized `WireCallTexts`; `nil` if there is none.
    func recordAndTexts(_ serial: UInt64) throws -> (CallRecord, Data)? {
        let row = try Row.fetchOne(selectCall, arguments: [Int64(bitPattern: serial)])
        return try row.map { (try record(from: $0), Self.texts(from: $0)) }
    }

    /// The record whose call is in `row`, with its parts.
    func record(from row: Row) throws -> CallRecord {
        let filing = Self.filing(from: row)
        return CallRecord(
            stored: filing, state: CallState(rawValue: row[10]) ?? .filed,
            closedAt: Timestamp(milliseconds: row[13]), revision: row[21],
            story: Story(bytes: [UInt8](row[22] as Data)), parts: try parts(of: filing.serial),
            missedResolve: row[24])
    }

    /// Serialized `WireCallTexts` of the call in `row`.
    static func texts(from row: Row) -> Data { row[23] }

    private func parts(of serial: UInt64) throws -> [PartRecord] {
        let first = Int64(bitPattern: serial << 6)
        return try Row.fetchAll(selectParts, arguments: [first, first | 63])
            .map(Self.part(from:))
    }

    private static func filing(from row: Row) -> CallRecord.Filing {
        let latitude: Double? = row[16]
        let longitude: Double? = row[17]
        return CallRecord.Filing(
            serial: bits(row[0]), id: CallID(high: bits(row[1]), low: bits(row[2])),
            year: row[3], catalogueVersion: row[4], category: row[5], condition: row[6],
            grid: row[7], campaign: row[8] ?? CallFiled.noCampaign,
            urgency: Urgency(rawValue: row[9]) ?? .ordinary,
            filedAt: Timestamp(milliseconds: row[11]),
            observedAt: Timestamp(milliseconds: row[12]), isRecordedEarlier: row[14],
            isClockSuspect: row[15],
            coordinates: latitude.flatMap { latitude in
                longitude.map { Coordinates(latitude: latitude, longitude: $0) }
            },
            textsSeq: bits(row[18]), textsOffset: row[19], textsLength: row[20])
    }

    private static func part(from row: Row) -> PartRecord {
        PartRecord(
            number: AssignmentNumber(rawValue: bits(row[0])), department: row[1],
            role: DepartmentRole(rawValue: row[2]) ?? .lead, stage: row[3],
            state: AssignmentState(rawValue: row[4]) ?? .queued,
            stateBeforeReview: AssignmentState(rawValue: row[5]) ?? .accepted,
            isSuspended: row[7], attempts: row[8], failures: row[9],
            queuedAt: Timestamp(milliseconds: row[10]),
            dispatchedAt: Timestamp(milliseconds: row[11]),
            acceptedAt: Timestamp(milliseconds: row[12]),
            completedAt: Timestamp(milliseconds: row[13]),
            resolveDue: Timestamp(milliseconds: row[14]), worker: row[15],
            reason: [UInt8](row[16] as Data), change: .none)
    }

    private static func bits(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }
}
