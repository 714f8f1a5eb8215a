import ClientKit
import ConsoleKit
import GridCodec
import GridModel
import GridSession

/// Brokers' words for tests, and the pages made of them.
enum Samples {
    /// A time at which everything happens, in milliseconds since 1970.
    static let wall: Int64 = 1_800_000_000_000

    /// A text that would act if it were not escaped.
    static let hostile = "<script>alert('x')</script>\"' onload=\"&lt; =1+1\u{202E}\u{0}"

    static func welcome(street: String = "gulou") -> WireWelcome {
        var welcome = WireWelcome()
        welcome.version = 1
        welcome.street = street
        welcome.streetName = "鼓楼街道"
        welcome.zone = "Asia/Shanghai"
        welcome.serverTime = wall
        return welcome
    }

    static func department(
        _ id: String, queued: UInt64 = 0, overdue: UInt64 = 0, stuck: UInt64 = 0
    ) -> WireDepartmentView {
        var view = WireDepartmentView()
        view.id = id
        view.chinese = "城市管理"
        view.english = "Urban management"
        view.queued = queued
        view.overdue = overdue
        view.stuck = stuck
        view.inHand = 2
        view.workers = 1
        view.received = 40
        view.completed = 30
        view.dispatch.count = 10
        view.dispatch.p50 = 0.0004
        view.dispatch.p90 = 0.0008
        view.dispatch.p99 = 0.002
        return view
    }

    static func stats(_ departments: [WireDepartmentView]) -> WireStatsView {
        var stats = WireStatsView()
        stats.departments = departments
        stats.callsFiled = 100
        stats.callsClosed = 60
        stats.callsOpen = 40
        stats.journalBatches = 7
        return stats
    }

    /// A broker that was welcomed at 1,000 and answered at 2,000.
    static func broker(
        _ stats: WireStatsView, street: String = "gulou",
        endpoint: String = "tcp://127.0.0.1:5570"
    ) -> BrokerState {
        var state = BrokerState(endpoint: endpoint, now: 0)
        state.apply(.connected(welcome(street: street)), now: 1_000)
        state.answered(.stats, .stats(stats), askedAt: 1_990, now: 2_000)
        return state
    }

    static func snapshot(_ brokers: [BrokerState], now: Int64 = 2_000) -> Snapshot {
        Snapshot(brokers, now: now, wall: wall)
    }

    static func context(
        _ brokers: [BrokerState], language: Language = .english, fields: String = "",
        now: Int64 = 2_000
    ) throws -> PageContext {
        try PageContext(
            Preferences(language: language), snapshot(brokers, now: now), path: "/",
            fields: FormFields(fields))
    }

    /// A request with some header fields.
    static func request(
        _ path: String, _ headers: [String: String] = [:], peer: String = "127.0.0.1"
    ) -> ConsoleRequest {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        return ConsoleRequest(
            path: parts[0], query: parts.count > 1 ? parts[1] : "",
            headers: headers.mapValues { [$0] }, peer: peer)
    }
}
