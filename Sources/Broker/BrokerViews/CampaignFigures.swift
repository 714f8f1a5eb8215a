import BrokerEngine
import GRDB
import GridModel

/// What a campaign's calls add up to, counted in the transaction that is open.
///
/// Every statement is bounded by the campaign's own calls, by the open parts past their clocks, or
/// by the calls of its categories in a span of time: how many calls there are besides is nothing
/// to it.
struct CampaignFigures {
    let database: Database
    /// The campaign's number.
    let campaign: UInt16
    /// Decides what is overdue.
    let now: Timestamp

    /// Counts of a department, a grid or the whole campaign.
    struct Counts: Equatable {
        var found: UInt64 = 0
        var rectified: UInt64 = 0
        var closed: UInt64 = 0
        var closedOnTime: UInt64 = 0
        var overdue: UInt64 = 0

        /// Two shares together.
        static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                found: left.found + right.found, rectified: left.rectified + right.rectified,
                closed: left.closed + right.closed,
                closedOnTime: left.closedOnTime + right.closedOnTime,
                overdue: left.overdue + right.overdue)
        }
    }

    /// By grid number; a call lies in one grid, so that they add up to the whole campaign.
    func byGrid() throws -> [UInt16: Counts] {
        var counts: [UInt16: Counts] = [:]
        let rows = try Row.fetchCursor(
            database, sql: Self.gridSQL, arguments: [Int64(campaign)])
        while let row = try rows.next() {
            counts[row[0]] = Counts(
                found: Self.count(row, 1), rectified: Self.count(row, 2),
                closed: Self.count(row, 3), closedOnTime: Self.count(row, 4))
        }
        let overdue = try Row.fetchCursor(
            database, sql: Self.overdueSQL, arguments: [now.milliseconds, Int64(campaign)])
        while let row = try overdue.next() {
            counts[row[0], default: Counts()].overdue = Self.count(row, 1)
        }
        return counts
    }

    /// By department number; a call counts for every department that has a part of it.
    func byDepartment() throws -> [UInt16: Counts] {
        var counts: [UInt16: Counts] = [:]
        let rows = try Row.fetchCursor(
            database, sql: Self.departmentSQL, arguments: [now.milliseconds, Int64(campaign)])
        while let row = try rows.next() {
            counts[row[0]] = Counts(
                found: Self.count(row, 1), rectified: Self.count(row, 2),
                closed: Self.count(row, 3), overdue: Self.count(row, 4))
        }
        return counts
    }

    /// Calls of the campaign that were observed in a span, as campaigns match.
    func tied(in span: Range<Timestamp>) throws -> Int {
        try Int.fetchOne(
            database, sql: Self.tiedSQL,
            arguments: [
                Int64(campaign), span.lowerBound.milliseconds, span.upperBound.milliseconds,
            ]) ?? 0
    }

    /// Calls of these categories, tied to any campaign or none, that were observed in a span in
    /// these grids; no grids mean every one.
    func calls(
        categories: [UInt16], grids: [UInt16], in span: Range<Timestamp>
    ) throws -> Int {
        let list = { (numbers: [UInt16]) in
            "[" + numbers.map(String.init).joined(separator: ",") + "]"
        }
        return try Int.fetchOne(
            database, sql: grids.isEmpty ? Self.beforeSQL : Self.beforeInGridsSQL,
            arguments: StatementArguments(
                [
                    list(categories), span.lowerBound.milliseconds, span.upperBound.milliseconds,
                ] as [any DatabaseValueConvertible])
                + (grids.isEmpty ? [] : [list(grids)])) ?? 0
    }

    private static func count(_ row: Row, _ column: Int) -> UInt64 {
        UInt64(clamping: row[column] as Int64)
    }

    // MARK: Statements, which a test explains

    /// States 4 and 5 are checking and closed.
    static let gridSQL = """
        SELECT grid, count(*), sum(state IN (4, 5)), sum(state = 5),
            sum(state = 5 AND missed_resolve = 0)
        FROM call INDEXED BY call_progress
        WHERE campaign IS NOT NULL AND campaign = ? GROUP BY grid
        """
    /// Calls, not parts: a call with two overdue parts counts once.
    static let overdueSQL = """
        SELECT call.grid, count(DISTINCT call.serial)
        FROM part INDEXED BY part_due
            CROSS JOIN call NOT INDEXED ON call.serial = part.number >> 6
        WHERE part.is_open = 1 AND part.resolve_due < ? AND call.campaign = ?
        GROUP BY call.grid
        """
    /// State 7 of a part is completed, 9 withdrawn: what was taken from a department is not its.
    static let departmentSQL = """
        SELECT department, count(*), sum(done), sum(closed), sum(overdue) FROM (
            SELECT part.department AS department, min(part.state = 7) AS done,
                max(call.state = 5) AS closed,
                max(part.is_open = 1 AND part.resolve_due < ?) AS overdue
            FROM call INDEXED BY call_progress CROSS JOIN part NOT INDEXED
                ON part.number BETWEEN call.serial << 6 AND call.serial << 6 | 63
            WHERE call.campaign IS NOT NULL AND call.campaign = ? AND part.state <> 9
            GROUP BY call.serial, part.department)
        GROUP BY department
        """
    static let tiedSQL = """
        SELECT count(*) FROM call INDEXED BY call_progress
        WHERE campaign IS NOT NULL AND campaign = ? AND matched_at >= ? AND matched_at < ?
        """
    static let beforeSQL = """
        SELECT count(*) FROM json_each(?) AS chosen CROSS JOIN call INDEXED BY call_matched
        WHERE call.category = chosen.value AND call.matched_at >= ? AND call.matched_at < ?
        """
    static let beforeInGridsSQL =
        beforeSQL + " AND call.grid IN (SELECT value FROM json_each(?))"
}
