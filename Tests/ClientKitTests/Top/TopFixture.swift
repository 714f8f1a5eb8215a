import ClientKit
import GridCodec
import GridModel
import GridSession

/// A `TopModel` with figures of a street of any size, on a clock the test moves.
struct TopFixture {
    var model: TopModel
    var now: Int64 = 10_000
    var stats = WireStatsView()

    init(
        language: Language = .english, columns: Int = 80, rows: Int = 24, departments: Int = 4,
        campaigns: Int = 3, interval: Int64 = 2_000
    ) {
        model = TopModel(
            endpoint: "tcp://127.0.0.1:5570", language: language, interval: interval, now: 10_000)
        model.resize(columns: columns, rows: rows)
        stats.at = 1_795_425_508_250
        stats.departments = (0..<departments).map(Self.department)
        stats.campaigns = (0..<campaigns).map(Self.campaign)
    }

    /// A street whose figures are on the screen.
    static func shown(
        language: Language = .english, columns: Int = 80, rows: Int = 24, departments: Int = 4,
        campaigns: Int = 3
    ) -> TopFixture {
        var fixture = TopFixture(
            language: language, columns: columns, rows: rows, departments: departments,
            campaigns: campaigns)
        fixture.connect()
        fixture.answer()
        return fixture
    }

    static func department(_ number: Int) -> WireDepartmentView {
        var view = WireDepartmentView()
        view.id = "d\(number)"
        view.chinese = ["城市管理", "市场监管", "安全环保", "司法所"][number % 4]
        view.english =
            [
                "Urban management", "Market supervision", "Safety and environment",
                "Judicial office",
            ][number % 4]
        view.queued = UInt64(number * 10)
        view.inHand = UInt64(7 - number % 7)
        view.oldestQueuedSeconds = Double(number) * 61
        view.received = UInt64(100 + number)
        view.completed = UInt64(90 + number)
        view.workers = 1
        view.dispatch.count = 3
        view.dispatch.p50 = 0.001
        view.dispatch.p90 = 0.02
        view.dispatch.p99 = 0.5
        return view
    }

    static func campaign(_ number: Int) -> WireCampaignView {
        var view = WireCampaignView()
        view.id = "c\(number)"
        view.chinese = "专项行动\(number)"
        view.english = "Campaign no. \(number)"
        view.target = 100
        view.found = UInt64(20 + 10 * number)
        view.closed = UInt64(10 * number)
        view.lead = "d1"
        view.from = 1_795_000_000_000
        view.until = 1_795_968_000_000
        return view
    }

    mutating func connect() {
        var welcome = WireWelcome()
        welcome.street = "gulou"
        welcome.streetName = "鼓楼街道"
        welcome.zone = "Asia/Shanghai"
        model.apply(.connected(welcome), now: now)
    }

    mutating func disconnect() {
        model.apply(.disconnected(.connectionLost, retryInMilliseconds: 100), now: now)
    }

    /// Asks if it is time and answers with the figures; whether it was time.
    @discardableResult
    mutating func answer() -> Bool {
        guard let question = model.takeQuestion(now: now) else { return false }
        var reply = WireQueryReplyItem()
        reply.correlation = question.correlation
        reply.stats = stats
        model.apply(.queryReplies([reply]), now: now)
        return true
    }

    mutating func press(_ keys: TerminalKey...) { keys.forEach { model.handle($0) } }

    mutating func type(_ text: String) {
        for character in text { model.handle(.character(character)) }
    }

    var lines: [String] { model.screen(now: now).map(\.text) }
    var text: String { lines.joined(separator: "\n") }

    /// The first words of the rows of the table whose titles begin with `title`.
    func names(under title: String) -> [String] {
        guard let start = lines.firstIndex(where: { $0.hasPrefix(title) }) else { return [] }
        return lines[(start + 1)...].prefix { !$0.isEmpty && !$0.hasPrefix("q quit") }
            .map { String($0.prefix(12)) }
    }
}
