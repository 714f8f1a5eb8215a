import BrokerEngine
import GRDB
import GridModel

/// What a campaign's calls add up to, counted in the transaction that is open.
///
/// How far its calls came stands written, by grid and by department. Every other statement is
/// bounded by the open parts past their clocks, or by an index entry for each call of a span of
/// time: how many calls there are besides is nothing to it.
struct CampaignFigures {
    let database: Database
    /// The campaign's number.
    let campaign: UInt16
    /// Decides what is overdue.
    let now: Timestamp

    /// By grid number; they add up to the whole campaign.
    func byGrid() throws -> [UInt16: CampaignCounts] {
        try counts(of: .grid, overdue: Self.overdueByGridSQL)
    }

    /// By department number.
    func byDepartment() throws -> [UInt16: CampaignCounts] {
        try counts(of: .department, overdue: Self.overdueByDepartmentSQL)
    }

    private func counts(
        of holder: CampaignShare.Holder, overdue sql: String
    ) throws -> [UInt16: CampaignCounts] {
        var counts: [UInt16: CampaignCounts] = [:]
        let rows = try Row.fetchCursor(
            database, sql: Self.sharesSQL, arguments: [campaign, holder.rawValue])
        while let row = try rows.next() {
            let share = CampaignCounts(
                found: row[1], rectified: row[2], closed: row[3], closedOnTime: row[4])
            if share != .zero { counts[row[0]] = share }
        }
        let overdue = try Row.fetchCursor(
            database, sql: sql, arguments: [now.milliseconds, campaign])
        while let row = try overdue.next() { counts[row[0], default: .zero].overdue = row[1] }
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

    // MARK: Statements, which a test explains

    static let sharesSQL = """
        SELECT number, found, rectified, closed, closed_on_time FROM campaign_share
        WHERE campaign = ? AND holder = ?
        """
    /// Calls, not parts: a call with two overdue parts counts once.
    static let overdueByGridSQL = """
        SELECT call.grid, count(DISTINCT call.serial) \(overdueSQL) GROUP BY call.grid
        """
    static let overdueByDepartmentSQL = """
        SELECT part.department, count(DISTINCT call.serial) \(overdueSQL)
        GROUP BY part.department
        """
    private static let overdueSQL = """
        FROM part INDEXED BY part_due
            CROSS JOIN call NOT INDEXED ON call.serial = part.number >> 6
        WHERE part.is_open = 1 AND part.resolve_due < ? AND call.campaign = ?
        """
    static let tiedSQL = """
        SELECT count(*) FROM call INDEXED BY call_tied
        WHERE campaign IS NOT NULL AND campaign = ? AND matched_at >= ? AND matched_at < ?
        """
    static let beforeSQL = """
        SELECT count(*) FROM json_each(?) AS chosen CROSS JOIN call INDEXED BY call_matched
        WHERE call.category = chosen.value AND call.matched_at >= ? AND call.matched_at < ?
        """
    static let beforeInGridsSQL =
        beforeSQL + " AND call.grid IN (SELECT value FROM json_each(?))"
}
