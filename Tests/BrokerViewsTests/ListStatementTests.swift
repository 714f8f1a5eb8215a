import BrokerEngine
import Foundation
import GRDB
import GridCodec
import GridModel
import Testing

@testable import BrokerViews

@Suite("ListStatement")
struct ListStatementTests {
    private static let span = TimeSpan(from: 7, until: 9)
    private static let drivers: [ListDriver] = [
        .all, .category(1), .grid(1), .campaign(1), .filed(by: 1), .rare(.voided), .open,
        .urgency(.urgent), .department(1), .overdue, .closed(Self.span), .due, .one,
    ]

    @Test(
        "Every walk is a search or an ordered scan of one index, without sorting",
        arguments: drivers)
    func plan(driver: ListDriver) throws {
        let directory = try TemporaryDirectory()
        try ViewStore(path: directory.views).close()
        let database = try DatabaseQueue(path: directory.views)
        for query in try queries(driver) {
            let request = try request(query)
            for position in [nil, ListPosition(key: 9, serial: 9)] {
                let statement = ListStatement(driver, request, serials: 5..<90, after: position)
                let sorts = driver != .overdue && driver != .one
                let steps = try explain(
                    sorts ? statement.sorted : statement.unsorted, database,
                    Array(repeating: 1, count: driver == .one ? 1 : 0) + statement.arguments)
                for step in steps {
                    #expect(!step.contains("TEMP B-TREE"), "\(driver): \(steps)")
                    #expect(
                        step.hasPrefix("SEARCH") || step.contains("USING INDEX")
                            || step.contains("SUBQUERY"), "\(driver): \(steps)")
                }
                #expect(steps.first?.contains(Self.index(driver)) == true, "\(driver): \(steps)")
            }
        }
    }

    /// No filter but the driver's own, and all filters, in the orders that the driver can have.
    private func queries(_ driver: ListDriver) throws -> [WireListQuery] {
        var bare = WireListQuery()
        switch driver {
        case .due: bare.order = .byDue
        case .closed: bare.order = .byClosed
        case .urgency: bare.order = .byUrgency
        case .rare: bare.state = "voided"
        default: break
        }
        var full = bare
        full.department = "market"
        full.category = "litter"
        full.grid = "g-2"
        full.campaign = "autumn"
        full.text = "烧烤"
        full.closedFrom = 7
        full.closedUntil = 9
        if driver != .closed(Self.span), driver != .rare(.voided) { full.overdueOnly = true }
        return [bare, full].flatMap { query in
            [false, true].map { isDescending in
                var query = query
                query.descending = isDescending
                return query
            }
        }
    }

    private func request(_ query: WireListQuery) throws -> ListRequest {
        var names = ViewNames()
        names.adopt(CatalogueNames(HistoryWriter.catalogue))
        return try ListRequest(
            query, now: Timestamp(milliseconds: 50), names: names, limits: ProtocolLimits())
    }

    private func explain(
        _ sql: String, _ database: DatabaseQueue, _ arguments: [Int64]
    ) throws -> [String] {
        try database.read {
            try Row.fetchAll(
                $0, sql: "EXPLAIN QUERY PLAN " + sql, arguments: StatementArguments(arguments)
            ).map { $0["detail"] }
        }
    }

    private static func index(_ driver: ListDriver) -> String {
        switch driver {
        case .all, .one: "INTEGER PRIMARY KEY"
        case .category: "call_category"
        case .grid: "call_grid"
        case .campaign: "call_campaign"
        case .filed: "call_filed_by"
        case .rare: "call_rare"
        case .open: "call_open"
        case .urgency: "call_urgency"
        case .department: "part_department"
        case .overdue, .due: "part_due"
        case .closed: "call_closed"
        }
    }
}
