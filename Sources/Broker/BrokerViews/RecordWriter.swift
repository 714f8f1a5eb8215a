import BrokerEngine
import BrokerJournal
import GRDB
import GridModel

import struct Foundation.Data

/// Writes changed records in the transaction that is open.
struct RecordWriter {
    private let insertCall: Statement
    private let updateCall: Statement
    private let insertPart: Statement
    private let updatePart: Statement

    /// Prepares the four statements, or takes them from the connection's cache.
    init(_ database: Database) throws {
        let callMarks = String(repeating: "?, ", count: 26) + "?"
        insertCall = try database.cachedStatement(
            sql: "INSERT INTO call VALUES (\(callMarks))")
        updateCall = try database.cachedStatement(
            sql: """
                UPDATE call SET state = ?, closed_at = ?, revision = ?, story = ?,
                    missed_resolve = ?
                WHERE serial = ?
                """)
        let partMarks = String(repeating: "?, ", count: 16) + "?"
        insertPart = try database.cachedStatement(
            sql: "INSERT INTO part VALUES (\(partMarks))")
        updatePart = try database.cachedStatement(
            sql: """
                UPDATE part SET department = ?, role = ?, stage = ?, state = ?,
                    state_before_review = ?, is_open = ?, is_suspended = ?, attempts = ?,
                    failures = ?, queued_at = ?, dispatched_at = ?, accepted_at = ?,
                    completed_at = ?, resolve_due = ?, worker = ?, reason = ?
                WHERE number = ?
                """)
    }

    /// Writes what of a record changed.
    func write(_ record: CallRecord) throws {
        switch record.change {
        case .none: break
        case .inserted: try insert(record)
        case .updated: try update(record)
        }
        for part in record.parts {
            switch part.change {
            case .none: break
            case .inserted:
                var row = StatementWriter(insertPart)
                row.add(part.number.rawValue)
                addColumns(of: part, of: record, to: &row)
                try row.execute()
            case .updated:
                var row = StatementWriter(updatePart)
                addColumns(of: part, of: record, to: &row)
                row.add(part.number.rawValue)
                try row.execute()
            }
        }
    }

    private func insert(_ record: CallRecord) throws {
        let filing = record.filing
        var row = StatementWriter(insertCall)
        row.add(filing.serial)
        row.add(filing.id.high)
        row.add(filing.id.low)
        row.add(filing.year)
        row.add(filing.catalogueVersion)
        row.add(filing.category)
        row.add(filing.condition)
        row.add(filing.grid)
        row.add(filing.campaign == CallFiled.noCampaign ? nil : filing.campaign)
        row.add(filing.urgency.rawValue)
        row.add(record.state.rawValue)
        row.add(filing.filedAt.milliseconds)
        row.add(filing.observedAt.milliseconds)
        row.add(record.closedAt.milliseconds)
        row.add(filing.isRecordedEarlier ? 1 : 0)
        row.add(filing.isClockSuspect ? 1 : 0)
        row.add(filing.coordinates?.latitude)
        row.add(filing.coordinates?.longitude)
        row.add(filing.textsSeq)
        row.add(filing.textsOffset)
        row.add(filing.textsLength)
        row.add(record.revision)
        row.add(bytes: record.story.bytes)
        row.add(bytes: record.texts ?? Data())
        row.add(record.story.steps(filedAt: filing.filedAt).first?.actor ?? 0)
        row.add(filing.matchedAt.milliseconds)
        row.add(record.missedResolve ? 1 : 0)
        try row.execute()
    }

    private func update(_ record: CallRecord) throws {
        var row = StatementWriter(updateCall)
        row.add(record.state.rawValue)
        row.add(record.closedAt.milliseconds)
        row.add(record.revision)
        row.add(bytes: record.story.bytes)
        row.add(record.missedResolve ? 1 : 0)
        row.add(record.filing.serial)
        try row.execute()
    }

    private func addColumns(
        of part: PartRecord, of record: CallRecord, to row: inout StatementWriter
    ) {
        row.add(part.department)
        row.add(part.role.rawValue)
        row.add(part.stage)
        row.add(part.state.rawValue)
        row.add(part.stateBeforeReview.rawValue)
        row.add(part.state.isOpen && record.state.isOpen ? 1 : 0)
        row.add(part.isSuspended ? 1 : 0)
        row.add(part.attempts)
        row.add(part.failures)
        row.add(part.queuedAt.milliseconds)
        row.add(part.dispatchedAt.milliseconds)
        row.add(part.acceptedAt.milliseconds)
        row.add(part.completedAt.milliseconds)
        row.add(part.resolveDue.milliseconds)
        row.add(part.worker)
        row.add(bytes: part.reason)
    }
}
