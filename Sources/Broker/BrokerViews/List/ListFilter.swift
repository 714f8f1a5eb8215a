import BrokerEngine
import GridCodec
import GridModel

/// The filters of a list query in numbers; a call must pass all of them.
struct ListFilter {
    private(set) var department: UInt16?
    private(set) var category: UInt16?
    private(set) var grid: UInt16?
    private(set) var campaign: UInt16?
    private(set) var state: CallState?
    /// Neither closed, voided nor merged, by the state asked for or by itself.
    private(set) var isOpen: Bool
    /// With an open part, of that department if one is given, past its resolve clock.
    private(set) var isOverdue: Bool
    private(set) var filed: TimeSpan
    private(set) var closed: TimeSpan
    private(set) var text: TextQuery?

    /// The filters of `query`; throws a `Refusal` for a value that makes no sense.
    init(_ query: WireListQuery, names: ViewNames, limits: ProtocolLimits) throws {
        department = try Self.number(
            query.department, in: names.departments, .unknownDepartment, "department")
        category = try Self.number(
            query.category, in: names.categories, .unknownCategory, "category")
        grid = try Self.number(query.grid, in: names.grids, .unknownGrid, "grid")
        campaign = try Self.number(
            query.campaign, in: names.campaigns, .unknownCampaign, "campaign")
        state = try Self.state(query.state)
        isOpen = query.openOnly || query.overdueOnly || state?.isOpen == true
        isOverdue = query.overdueOnly
        filed = try TimeSpan(query.filedFrom, query.filedUntil, field: "filed_until")
        closed = try TimeSpan(query.closedFrom, query.closedUntil, field: "closed_until")
        text = query.text.isEmpty ? nil : try TextQuery(query.text, limits: limits)
    }

    private static func state(_ word: String) throws -> CallState? {
        guard !word.isEmpty else { return nil }
        if let state = CallState.allCases.first(where: { "\($0)" == word }) { return state }
        let words = CallState.allCases.map { "\($0)" }.joined(separator: ", ")
        throw Refusal(
            .valueOutOfRange, field: "state", reason: "a call's state is one of: \(words)")
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

/// From one time to another, in milliseconds since 1970-01-01T00:00:00Z.
struct TimeSpan: Equatable {
    /// Included; `nil` for any.
    let from: Int64?
    /// Not included; `nil` for any.
    let until: Int64?

    /// Whether it holds every time.
    var isEverything: Bool { from == nil && until == nil }

    /// A span from its ends.
    init(from: Int64?, until: Int64?) {
        self.from = from
        self.until = until
    }

    /// A span as messages have it, 0 for "not given"; throws a `Refusal` of `field` if it ends
    /// before it begins.
    init(_ from: Int64, _ until: Int64, field: String) throws(Refusal) {
        self.from = from == 0 ? nil : from
        self.until = until == 0 ? nil : until
        if let from = self.from, let until = self.until, until <= from {
            throw Refusal(
                .valueOutOfRange, field: field, reason: "the end of a time must be after its start")
        }
    }
}
