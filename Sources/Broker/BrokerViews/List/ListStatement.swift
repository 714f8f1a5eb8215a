import GridModel

/// The SQL of one walk through an index: what drives it, and what it keeps.
///
/// Columns: serial, key of the order, serialized texts.
struct ListStatement {
    private let driver: ListDriver
    private let request: ListRequest
    private var conditions: SQLConditions

    /// Serials lie below: a part's number is serial × 64.
    static let serialLimit: Int64 = 1 << 56

    /// A walk along `driver` through calls with `serials` that pass the filters of `request`;
    /// behind `position`, where the serials alone do not say where to begin.
    init(
        _ driver: ListDriver, _ request: ListRequest, serials: Range<Int64>,
        after position: ListPosition? = nil
    ) {
        self.driver = driver
        self.request = request
        conditions = SQLConditions()
        // Before the driver's own bounds, which are wider: of two, SQLite takes the first.
        if let position { requireBehind(position) }
        conditions.require(driver.conditions(serials: serials, now: request.now))
        requireFilters(request.filter)
        requireParts(request.filter)
        if request.order.key == .closed { conditions.require("call.closed_at > 0") }
        if request.order.key == .due { requireDue() }
    }

    /// The values of the statement's question marks.
    var arguments: [Int64] { conditions.arguments }

    /// The rows in whatever order the index has them.
    var unsorted: String {
        "SELECT call.serial, \(key), call.texts FROM \(driver.source) WHERE \(conditions.sql)"
    }

    /// The rows in the order of the request; `driver` must be one that has it.
    var sorted: String {
        let direction = request.order.isDescending ? "DESC" : "ASC"
        let columns =
            switch driver {
            case .department: ["part.number"]
            case .due: ["part.resolve_due", "part.number"]
            case .closed: ["call.closed_at", "call.serial"]
            default: ["call.serial"]
            }
        return unsorted + " ORDER BY "
            + columns.map { "\($0) \(direction)" }.joined(separator: ", ")
    }

    private var key: String {
        switch request.order.key {
        case .filed: "0"
        case .closed: "call.closed_at"
        case .urgency: "call.urgency"
        case .due where driver == .due: "part.resolve_due"
        case .due:
            "(SELECT min(part.resolve_due) FROM part WHERE \(Self.ofCall) AND part.is_open = 1)"
        }
    }

    private mutating func requireBehind(_ position: ListPosition) {
        let comparison = request.order.isDescending ? "<" : ">"
        switch driver {
        case .due:
            let part = position.serial << 6 | (request.order.isDescending ? 0 : 63)
            conditions.require(
                "(part.resolve_due, part.number) \(comparison) (?, ?)", position.key, part)
        case .closed:
            conditions.require(
                "(call.closed_at, call.serial) \(comparison) (?, ?)", position.key,
                position.serial)
        default: break
        }
    }

    private mutating func requireFilters(_ filter: ListFilter) {
        if filter.isOpen { conditions.require("call.state <= 4") }
        if let state = filter.state { conditions.require("call.state = ?", Int64(state.rawValue)) }
        if let category = filter.category {
            conditions.require("call.category = ?", Int64(category))
        }
        if let grid = filter.grid { conditions.require("call.grid = ?", Int64(grid)) }
        if let campaign = filter.campaign {
            conditions.require("call.campaign = ?", Int64(campaign))
        }
        guard !filter.closed.isEverything else { return }
        conditions.require("call.closed_at > 0")
        if let from = filter.closed.from { conditions.require("call.closed_at >= ?", from) }
        if let until = filter.closed.until { conditions.require("call.closed_at < ?", until) }
    }

    /// One and the same part must be the department's and overdue. Where parts are walked
    /// through, it is that very one.
    private mutating func requireParts(_ filter: ListFilter) {
        var part = SQLConditions()
        if let department = filter.department {
            part.require("part.department = ?", Int64(department))
        }
        if filter.isOverdue {
            part.require("part.is_open = 1")
            part.require("part.resolve_due < ?", request.now.milliseconds)
        }
        guard !part.clauses.isEmpty else { return }
        switch driver {
        case .department, .overdue: conditions.require(part)
        default: conditions.require(part, in: Self.hasPart)
        }
    }

    /// The nearest due time of all open parts, whosever they are; the first part of equal ones.
    private mutating func requireDue() {
        guard driver == .due else {
            var part = SQLConditions()
            part.require("part.is_open = 1")
            part.require("part.resolve_due < ?", .max)
            return conditions.require(part, in: Self.hasPart)
        }
        conditions.require(
            """
            NOT EXISTS (SELECT 1 FROM part AS other
            WHERE other.number BETWEEN part.number >> 6 << 6 AND part.number | 63
            AND other.is_open = 1 AND (other.resolve_due < part.resolve_due
            OR other.resolve_due = part.resolve_due AND other.number < part.number))
            """)
    }

    private static let ofCall = "part.number BETWEEN call.serial << 6 AND call.serial << 6 | 63"

    /// Within the inner query `part` is its own.
    private static func hasPart(_ condition: String) -> String {
        "EXISTS (SELECT 1 FROM part WHERE \(ofCall) AND \(condition))"
    }
}
