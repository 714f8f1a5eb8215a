import GridModel

/// By which index calls are walked through.
enum ListDriver: Equatable {
    /// All calls, in the order of filing.
    case all
    /// The calls of a category, in the order of filing.
    case category(UInt16)
    /// The calls of a grid, in the order of filing.
    case grid(UInt16)
    /// The calls of a campaign, in the order of filing.
    case campaign(UInt16)
    /// The calls of a rare state, voided or merged, in the order of filing.
    case rare(CallState)
    /// The open calls, in the order of filing.
    case open
    /// The calls of one urgency, in the order of filing.
    case urgency(Urgency)
    /// The parts of a department, in the order of filing; a call may have several.
    case department(UInt16)
    /// The open parts past their resolve clock; a call may have several.
    case overdue
    /// The calls that ended then, in the order of their end.
    case closed(TimeSpan)
    /// The open parts with a limit, in the order of their due time, each call's first one.
    case due
    /// One call by its serial, which is the first argument.
    case one

    /// Whether walking leads along the order of filing.
    var isInFilingOrder: Bool {
        switch self {
        case .overdue, .closed, .due: false
        default: true
        }
    }

    /// The index, prescribed, since SQLite knows nothing of how many calls each value has.
    var index: String {
        switch self {
        case .all, .one: "call NOT INDEXED"
        case .category: "call INDEXED BY call_category"
        case .grid: "call INDEXED BY call_grid"
        case .campaign: "call INDEXED BY call_campaign"
        case .rare: "call INDEXED BY call_rare"
        case .open: "call INDEXED BY call_open"
        case .closed: "call INDEXED BY call_closed"
        case .urgency: "call INDEXED BY call_urgency"
        case .department: "part INDEXED BY part_department"
        case .overdue, .due: "part INDEXED BY part_due"
        }
    }

    /// The index and the calls it leads to.
    var source: String {
        isOfParts
            ? index + " CROSS JOIN call NOT INDEXED ON call.serial = part.number >> 6" : index
    }

    /// What bounds the walk: conditions on the index alone.
    func conditions(serials: Range<Int64>, now: Timestamp) -> SQLConditions {
        var conditions = SQLConditions()
        switch self {
        case .all: break
        case .category(let number): conditions.require("call.category = ?", Int64(number))
        case .grid(let number): conditions.require("call.grid = ?", Int64(number))
        case .campaign(let number): conditions.require("call.campaign = ?", Int64(number))
        case .rare(let state):
            conditions.require("call.state >= 6")
            conditions.require("call.state = ?", Int64(state.rawValue))
        case .open: conditions.require("call.state <= 4")
        case .urgency(let urgency): conditions.require("call.urgency = ?", Int64(urgency.rawValue))
        case .department(let number): conditions.require("part.department = ?", Int64(number))
        case .overdue:
            conditions.require("part.is_open = 1")
            conditions.require("part.resolve_due < ?", now.milliseconds)
        case .closed(let span):
            // The narrower bound stands first: of two, SQLite takes the first for its search.
            if let from = span.from { conditions.require("call.closed_at >= ?", from) }
            if let until = span.until { conditions.require("call.closed_at < ?", until) }
            conditions.require("call.closed_at > 0")
        case .due:
            conditions.require("part.is_open = 1")
            conditions.require("part.resolve_due < ?", .max)
        case .one:
            conditions.require("call.serial = ?")
            return conditions
        }
        conditions.require("\(key) >= ?", serials.lowerBound << keyShift)
        conditions.require("\(key) < ?", serials.upperBound << keyShift)
        return conditions
    }

    /// A part's number is the serial × 64 and its place in the call.
    private var keyShift: Int64 { isOfParts ? 6 : 0 }

    private var key: String { isOfParts ? "part.number" : "call.serial" }

    private var isOfParts: Bool {
        switch self {
        case .department, .overdue, .due: true
        default: false
        }
    }
}

/// Conditions of a statement with the values of their question marks.
struct SQLConditions {
    private(set) var clauses: [String] = []
    private(set) var arguments: [Int64] = []

    /// The conditions, all of which must be met.
    var sql: String { clauses.isEmpty ? "TRUE" : clauses.joined(separator: " AND ") }

    /// Adds a condition.
    mutating func require(_ clause: String, _ values: Int64...) {
        clauses.append(clause)
        arguments += values
    }

    /// Adds conditions, as they are or within a frame around all of them.
    mutating func require(_ other: SQLConditions, in frame: (String) -> String = { $0 }) {
        clauses.append(frame(other.sql))
        arguments += other.arguments
    }
}
