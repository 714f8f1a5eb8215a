import BrokerEngine
import GRDB
import GridCodec
import GridModel

/// The SQL of one list query: what it is driven by, and what it keeps.
///
/// Every way goes through an index that is in the order of filing, and stops after one page:
/// - overdue: the open parts past their resolve clock;
/// - open: the index of open calls;
/// - one department: its parts, newest first, which lead to their calls;
/// - else: the calls of a category, grid, campaign or rare state, or all.
struct ListStatement {
    private(set) var sql: String
    private(set) var arguments: StatementArguments = []

    /// The statement for `query`; throws a `Refusal` for a name nobody declared.
    init(_ query: WireListQuery, now: Timestamp, names: ViewNames) throws {
        let filter = try ListFilter(query, names: names)
        let isOpen = query.openOnly || filter.state?.isOpen == true
        var conditions: [String] = []
        var arguments: StatementArguments = []
        func add(_ condition: String, _ values: StatementArguments = []) {
            conditions.append(condition)
            arguments += values
        }
        var from = "call"
        var order = "call.serial"
        if query.overdueOnly {
            let ofDepartment = filter.department == nil ? "" : " AND department = ?"
            add(
                """
                call.serial IN (SELECT number >> 6 FROM part
                WHERE is_open = 1 AND resolve_due < ?\(ofDepartment))
                """, [now.milliseconds])
            if let department = filter.department { arguments += [department] }
        } else if let department = filter.department, isOpen {
            add(Self.hasPart, [department])
        } else if let department = filter.department {
            from = "part CROSS JOIN call ON call.serial = part.number >> 6"
            order = "part.number"
            add("part.department = ?", [department])
            if query.beforeSerial > 0 {
                add("part.number < ?", [Self.signed(query.beforeSerial) << 6])
            }
        }
        if isOpen { add("call.state <= 4") }
        if let state = filter.state {
            add("call.state = ?", [state.rawValue])
            if !isOpen, state != .closed { add("call.state >= 6") }
        }
        if let category = filter.category { add("call.category = ?", [category]) }
        if let grid = filter.grid { add("call.grid = ?", [grid]) }
        if let campaign = filter.campaign { add("call.campaign = ?", [campaign]) }
        if query.beforeSerial > 0 {
            add("call.serial < ?", [Self.signed(query.beforeSerial)])
        }
        sql = "SELECT \(RecordLoader.callColumns) FROM \(from)"
        if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
        sql += " ORDER BY \(order) DESC"
        self.arguments = arguments
    }

    private static let hasPart = """
        EXISTS (SELECT 1 FROM part WHERE part.number BETWEEN call.serial << 6
        AND call.serial << 6 | 63 AND part.department = ?)
        """

    /// Serials above what a part's number can carry lie behind every call.
    private static func signed(_ serial: UInt64) -> Int64 { Int64(min(serial, 1 << 56)) }
}

/// The filters of a list query in numbers.
struct ListFilter {
    private(set) var department: UInt16?
    private(set) var category: UInt16?
    private(set) var grid: UInt16?
    private(set) var campaign: UInt16?
    private(set) var state: CallState?

    /// The filters of `query`; throws a `Refusal` for a name nobody declared.
    init(_ query: WireListQuery, names: ViewNames) throws {
        department = try Self.number(
            query.department, in: names.departments, .unknownDepartment, "department")
        category = try Self.number(
            query.category, in: names.categories, .unknownCategory, "category")
        grid = try Self.number(query.grid, in: names.grids, .unknownGrid, "grid")
        campaign = try Self.number(
            query.campaign, in: names.campaigns, .unknownCampaign, "campaign")
        guard !query.state.isEmpty else { return }
        state = CallState.allCases.first { "\($0)" == query.state }
        guard state != nil else {
            let words = CallState.allCases.map { "\($0)" }.joined(separator: ", ")
            throw Refusal(
                .valueOutOfRange, field: "state", reason: "a call's state is one of: \(words)")
        }
    }

    private static func number(
        _ id: String, in table: SymbolTable, _ code: RefusalCode, _ field: String
    ) throws -> UInt16? {
        guard !id.isEmpty else { return nil }
        guard let number = table.number(of: id) else {
            throw Refusal(code, field: field, reason: "no catalogue declares this \(field)")
        }
        return number
    }
}
