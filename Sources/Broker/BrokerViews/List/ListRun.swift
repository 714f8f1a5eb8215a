import Foundation
import GRDB
import GridModel
import Monotonic

/// One request, answered in the transaction that is open.
struct ListRun {
    private let database: Database
    private let request: ListRequest
    private let index: TextIndexSnapshot?
    private let plan: ListPlan
    private let sizes: ListSizes

    /// What a page holds, before its calls are read.
    struct Page {
        /// At most one call more than asked for, which says that there is another page.
        var places: [ListPosition]
        /// If it was asked for: how many calls match, and whether these are only the ones counted.
        var total: (count: Int, isMinimum: Bool)?
    }

    /// A run of `request`; throws `TextIndexBehind` as the planner does.
    init(
        _ request: ListRequest, in database: Database, index: TextIndexSnapshot?,
        sizes: ListSizes
    ) throws {
        self.database = database
        self.request = request
        self.index = index
        self.sizes = sizes
        plan = try ListPlanner(
            database: database, request: request, index: index, sizes: sizes
        ).plan()
    }

    /// The page that was asked for.
    func page() throws -> Page {
        plan.isSmall ? try smallPage() : try orderedPage()
    }

    // MARK: Few calls: all of them, sorted here

    private func smallPage() throws -> Page {
        var places: [ListPosition] = []
        try forEachMatch(after: nil) { place in
            places.append(place)
            return true
        }
        // A call is met once for each of its parts that are walked through.
        places.sort { $0.precedes($1) }
        places.removeRepeats()
        if request.order.isDescending { places.reverse() }
        let total = request.isCounted ? (places.count, false) : nil
        if let position = request.position {
            let start = places.firstIndex { follows($0, position) } ?? places.endIndex
            places.removeSubrange(..<start)
        }
        return Page(places: Array(places.prefix(request.limit + 1)), total: total)
    }

    private func follows(_ place: ListPosition, _ other: ListPosition) -> Bool {
        request.order.isDescending ? place.precedes(other) : other.precedes(place)
    }

    // MARK: Many calls: in their order, until the page is full

    private func orderedPage() throws -> Page {
        var page = Page(places: [])
        try forEachMatch(after: request.position) { place in
            if page.places.last != place { page.places.append(place) }
            return page.places.count <= request.limit
        }
        if request.isCounted { page.total = try count() }
        return page
    }

    private func count() throws -> (count: Int, isMinimum: Bool) {
        var count = 0
        var last: ListPosition?
        var isMinimum = false
        let deadline = MonotonicTime.now(plusMilliseconds: sizes.countingMilliseconds)
        try forEachMatch(after: nil) { place in
            if place != last, count == sizes.counted || MonotonicTime.now > deadline {
                isMinimum = true
                return false
            }
            if place != last { count += 1 }
            last = place
            return true
        }
        return (count, isMinimum)
    }

    // MARK: Walking

    /// Calls `body` with the place of each match until it returns false.
    private func forEachMatch(
        after position: ListPosition?, _ body: (ListPosition) throws -> Bool
    ) throws {
        for source in sources(after: position) {
            let goesOn =
                switch source {
                case .walk(let driver, let serials):
                    try walk(driver, serials, after: position, body)
                case .proposals(let serials): try check(serials, body)
                }
            guard goesOn else { return }
        }
    }

    /// What is left of the sources behind a position.
    private func sources(after position: ListPosition?) -> [ListPlan.Source] {
        guard let position else { return plan.sources }
        let isDescending = request.order.isDescending
        switch request.order.key {
        case .closed, .due: return plan.sources
        case .filed:
            return plan.sources.map { $0.following(position.serial, isDescending: isDescending) }
        case .urgency:
            return plan.sources.compactMap { source in
                guard case .walk(.urgency(let urgency), _) = source else { return nil }
                let key = Int64(urgency.rawValue)
                if key == position.key {
                    return source.following(position.serial, isDescending: isDescending)
                }
                return (key > position.key) == isDescending ? nil : source
            }
        }
    }

    private func walk(
        _ driver: ListDriver, _ serials: Range<Int64>, after position: ListPosition?,
        _ body: (ListPosition) throws -> Bool
    ) throws -> Bool {
        guard !serials.isEmpty else { return true }
        let walk = ListStatement(driver, request, serials: serials, after: position)
        let statement = try database.cachedStatement(
            sql: plan.isSmall ? walk.unsorted : walk.sorted)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(walk.arguments))
        var matcher = TextMatcher(request.filter.text)
        while let row = try rows.next() {
            guard try matcher.matches(row) else { continue }
            guard try body(ListPosition(key: row[1], serial: row[0])) else { return false }
        }
        return true
    }

    /// Looks at each call the index proposes: whether it passes the filters, and has the text.
    private func check(
        _ serials: Range<Int64>, _ body: (ListPosition) throws -> Bool
    ) throws -> Bool {
        guard let index, let text = request.filter.text, !serials.isEmpty else { return true }
        let check = ListStatement(.one, request, serials: serials)
        let statement = try database.cachedStatement(sql: check.unsorted)
        let proposals = try index.serials(
            for: text, in: serials, isDescending: request.order.isDescending)
        var matcher = TextMatcher(text)
        while let serial = try proposals.next() {
            let arguments = StatementArguments([serial] + check.arguments)
            let rows = try Row.fetchCursor(statement, arguments: arguments)
            guard let row = try rows.next(), try matcher.matches(row) else { continue }
            guard try body(ListPosition(key: row[1], serial: row[0])) else { return false }
        }
        return true
    }
}

/// Compares the texts of one call after the other with a question.
private struct TextMatcher {
    private let query: TextQuery?
    private var folded = FoldedText()

    /// Lets everything pass if there is no question.
    init(_ query: TextQuery?) { self.query = query }

    /// Whether the texts, the third column of `row`, have what is asked for.
    mutating func matches(_ row: Row) throws -> Bool {
        guard let query else { return true }
        folded.removeAll()
        try row.withUnsafeData(atIndex: 2) { texts in
            texts?.withUnsafeBytes { SearchedText.append($0, to: &folded) }
        }
        return query.matches(folded)
    }
}

extension [ListPosition] {
    /// Keeps the first of equal neighbours.
    fileprivate mutating func removeRepeats() {
        var kept = 0
        for place in self where kept == 0 || self[kept - 1] != place {
            self[kept] = place
            kept += 1
        }
        removeSubrange(kept...)
    }
}
