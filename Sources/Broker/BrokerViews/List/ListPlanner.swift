import GRDB
import GridModel

/// The text index is further behind than a search looks through by itself.
struct TextIndexBehind: Error {
    /// The call it must reach.
    let serial: Int64
}

/// Chooses the plan of one request by looking how many calls each index would give.
struct ListPlanner {
    let database: Database
    let request: ListRequest
    let index: TextIndexSnapshot?
    let sizes: ListSizes

    /// The plan; throws `TextIndexBehind` if it needs the text index and that is not far enough.
    func plan() throws -> ListPlan {
        let serials = try filedSerials()
        let small = try smallest(serials)
        if let small, small.size <= sizes.tiny || request.filter.text == nil {
            return small.plan
        }
        guard let text = request.filter.text else { return ordered(serials) }
        guard let sources = searched(serials) else {
            if let small { return small.plan }
            throw TextIndexBehind(serial: serials.upperBound - Int64(sizes.tail))
        }
        if try proposes(fewerThan: small?.size ?? sizes.small, for: text, sources) {
            return ListPlan(sources: sources, isSmall: true)
        }
        if let small { return small.plan }
        guard request.order.key == .filed else { return ordered(serials) }
        let inOrder = request.order.isDescending ? sources.reversed() : sources
        return ListPlan(sources: inOrder, isSmall: false)
    }

    // MARK: Small indexes

    /// A driver with its number of entries.
    private struct Small {
        var driver: ListDriver
        var serials: Range<Int64>
        var size: Int

        var plan: ListPlan {
            ListPlan(sources: [.walk(driver, serials: serials)], isSmall: true)
        }
    }

    /// The smallest of all indexes that have every match; `nil` if none is small.
    private func smallest(_ serials: Range<Int64>) throws -> Small? {
        var best: Small?
        if serials.count <= sizes.small {
            best = Small(driver: .all, serials: serials, size: serials.count)
        }
        for driver in drivers where best.map({ $0.size > sizes.tiny }) ?? true {
            let limit = best?.size ?? sizes.small + 1
            let size = try count(driver, serials, upTo: limit)
            if size < limit { best = Small(driver: driver, serials: serials, size: size) }
        }
        return best
    }

    /// Every index but that of all calls that has all matches.
    private var drivers: [ListDriver] {
        let filter = request.filter
        var drivers: [ListDriver] = []
        if let state = filter.state, state == .voided || state == .merged {
            drivers.append(.rare(state))
        }
        if filter.isOverdue { drivers.append(.overdue) }
        if let campaign = filter.campaign { drivers.append(.campaign(campaign)) }
        if let grid = filter.grid { drivers.append(.grid(grid)) }
        if let category = filter.category { drivers.append(.category(category)) }
        if filter.isOpen || request.order.key == .due { drivers.append(.open) }
        if !filter.closed.isEverything || filter.state == .closed || request.order.key == .closed {
            drivers.append(.closed(filter.closed))
        }
        if let department = filter.department { drivers.append(.department(department)) }
        return drivers
    }

    /// Entries of an index, at most `limit`.
    private func count(
        _ driver: ListDriver, _ serials: Range<Int64>, upTo limit: Int
    ) throws -> Int {
        let conditions = driver.conditions(serials: serials, now: request.now)
        let statement = try database.cachedStatement(
            sql: """
                SELECT count(*) FROM
                (SELECT 1 FROM \(driver.index) WHERE \(conditions.sql) LIMIT ?)
                """)
        let arguments = StatementArguments(conditions.arguments + [Int64(limit)])
        return try Int.fetchOne(statement, arguments: arguments) ?? 0
    }

    // MARK: Texts

    /// The index up to where it reaches, and the calls behind it one by one; `nil` if those are
    /// too many.
    private func searched(_ serials: Range<Int64>) -> [ListPlan.Source]? {
        let reached = min(max(index?.reached ?? 0, serials.lowerBound - 1), serials.upperBound - 1)
        let tail = reached + 1..<serials.upperBound
        guard tail.count <= sizes.tail else { return nil }
        return [
            .proposals(serials: serials.lowerBound..<tail.lowerBound), .walk(.all, serials: tail),
        ]
    }

    private func proposes(
        fewerThan limit: Int, for text: TextQuery, _ sources: [ListPlan.Source]
    ) throws -> Bool {
        var count = 0
        for case .proposals(let serials) in sources where !serials.isEmpty {
            let proposals = try index?.serials(for: text, in: serials, isDescending: true)
            while count < limit, try proposals?.next() != nil { count += 1 }
        }
        return count < limit
    }

    // MARK: Many matches

    private func ordered(_ serials: Range<Int64>) -> ListPlan {
        let drivers: [ListDriver] =
            switch request.order.key {
            case .filed: [self.drivers.first(where: \.isInFilingOrder) ?? .all]
            case .closed: [.closed(request.filter.closed)]
            case .due: [.due]
            case .urgency:
                request.order.isDescending
                    ? Urgency.allCases.reversed().map { .urgency($0) }
                    : Urgency.allCases.map { .urgency($0) }
            }
        return ListPlan(
            sources: drivers.map { .walk($0, serials: serials) }, isSmall: false)
    }

    // MARK: Times of filing

    /// Serials of the calls that were filed when the request says: they rise with that time.
    private func filedSerials() throws -> Range<Int64> {
        let bounds = try Row.fetchOne(
            database,
            sql: "SELECT (SELECT min(serial) FROM call), (SELECT max(serial) FROM call)")
        guard let bounds, let first = bounds[0] as Int64?, let last = bounds[1] as Int64? else {
            return 0..<0
        }
        let all = first..<min(last + 1, ListStatement.serialLimit)
        let filed = request.filter.filed
        let lower = try filed.from.map { try firstSerial(filedFrom: $0, all) } ?? all.lowerBound
        let upper = try filed.until.map { try firstSerial(filedFrom: $0, all) } ?? all.upperBound
        return lower..<max(lower, upper)
    }

    /// The first of `serials` filed at `time` or later; their end if there is none.
    private func firstSerial(filedFrom time: Int64, _ serials: Range<Int64>) throws -> Int64 {
        let next = try database.cachedStatement(
            sql: "SELECT filed_at FROM call WHERE serial >= ? ORDER BY serial LIMIT 1")
        var range = serials
        while !range.isEmpty {
            let middle = range.lowerBound + Int64(range.count / 2)
            let filedAt = try Int64.fetchOne(next, arguments: [middle])
            if let filedAt, filedAt < time {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }
}
