import GridCodec
import GridModel

/// One kind of list query that is measured.
struct SearchQuery {
    let name: String
    let query: WireListQuery

    /// Every filter, every order, and the combinations that an index alone does not answer.
    static func all(end: Timestamp) -> [SearchQuery] {
        let day: Int64 = 86_400_000
        let end = end.milliseconds
        return filters(end, day) + orders(end, day) + texts(end, day)
    }

    private init(_ name: String, _ change: (inout WireListQuery) -> Void) {
        self.name = name
        var query = WireListQuery()
        change(&query)
        self.query = query
    }

    private static func filters(_ end: Int64, _ day: Int64) -> [SearchQuery] {
        [
            SearchQuery("the newest") { _ in },
            SearchQuery("one category") { $0.category = "category-3" },
            SearchQuery("one grid") { $0.grid = "grid-7" },
            SearchQuery("one campaign") { $0.campaign = "campaign-5" },
            SearchQuery("one department") { $0.department = "market" },
            SearchQuery("category and grid") {
                $0.category = "category-3"
                $0.grid = "grid-7"
            },
            SearchQuery("a department and a category it seldom has") {
                $0.department = "judicial"
                $0.category = "category-1"
            },
            SearchQuery("open") { $0.openOnly = true },
            SearchQuery("overdue, one department") {
                $0.overdueOnly = true
                $0.department = "safety"
            },
            SearchQuery("voided, one grid") {
                $0.state = "voided"
                $0.grid = "grid-7"
            },
            SearchQuery("filed on one day half a year ago") {
                $0.filedFrom = end - 180 * day
                $0.filedUntil = end - 179 * day
            },
            SearchQuery("filed in one quarter, one department, closed") {
                $0.filedFrom = end - 180 * day
                $0.filedUntil = end - 90 * day
                $0.department = "urban"
                $0.state = "closed"
            },
        ]
    }

    private static func orders(_ end: Int64, _ day: Int64) -> [SearchQuery] {
        [
            SearchQuery("by due time") { $0.order = .byDue },
            SearchQuery("by due time, one department and category") {
                $0.order = .byDue
                $0.department = "urban"
                $0.category = "category-1"
            },
            SearchQuery("by urgency, open") {
                $0.order = .byUrgency
                $0.openOnly = true
            },
            SearchQuery("by time of closing, newest first, one department") {
                $0.order = .byClosed
                $0.descending = true
                $0.department = "market"
            },
            SearchQuery("closed in one week, by time of closing") {
                $0.order = .byClosed
                $0.closedFrom = end - 100 * day
                $0.closedUntil = end - 93 * day
            },
        ]
    }

    private static func texts(_ end: Int64, _ day: Int64) -> [SearchQuery] {
        [
            SearchQuery("text 烧烤") { $0.text = "烧烤" },
            SearchQuery("text 烤, one character") { $0.text = "烤" },
            SearchQuery("text 露天烧烤油烟扰民") { $0.text = "露天烧烤油烟扰民" },
            SearchQuery("text 貔貅, in few calls") { $0.text = "貔貅" },
            SearchQuery("text 龙舟, in none") { $0.text = "龙舟" },
            SearchQuery("text 号, in every call") { $0.text = "号" },
            SearchQuery("text illegal") { $0.text = "illegal" },
            SearchQuery("text man, a beginning") { $0.text = "man" },
            SearchQuery("text 烧烤 拍照 12") { $0.text = "烧烤 拍照 12" },
            SearchQuery("text 烧烤, one grid, open") {
                $0.text = "烧烤"
                $0.grid = "grid-7"
                $0.openOnly = true
            },
            SearchQuery("text 烧烤, voided, one month") {
                $0.text = "烧烤"
                $0.state = "voided"
                $0.filedFrom = end - 60 * day
                $0.filedUntil = end - 30 * day
            },
            SearchQuery("text 烧烤, by due time, one department") {
                $0.text = "烧烤"
                $0.order = .byDue
                $0.department = "market"
            },
            SearchQuery("text 烧烤, by urgency") {
                $0.text = "烧烤"
                $0.order = .byUrgency
            },
        ]
    }
}
