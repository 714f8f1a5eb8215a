import ConsoleKit
import GridCodec
import GridModel
import Testing

/// Pieces of pages on their way to browsers.
@Suite struct LiveTests {
    private let topic = LiveTopic(.now, .english, street: nil)

    @Test("a board tells what changed since it was seen, once however often it changed")
    func coalescing() {
        var board = FragmentBoard()
        let isNew = board.publish([Fragment("a", "1"), Fragment("b", "1")])
        #expect(isNew)
        let seen = board.revision
        #expect(board.changes(since: 0).map(\.id) == ["a", "b"])
        for number in 2...9 { board.publish([Fragment("a", "\(number)"), Fragment("b", "1")]) }
        #expect(board.changes(since: seen) == [Fragment("a", "9")])
        let isNewAgain = board.publish([Fragment("a", "9")])
        #expect(!isNewAgain)
        #expect(board.changes(since: board.revision).isEmpty)
    }

    @Test("an event is an object of ids and HTML, each line of it marked")
    func eventText() {
        let text = String(
            decoding: EventText.fragments([Fragment("a", "<b>\("\n\"")</b>")]), as: UTF8.self)
        #expect(text.hasPrefix("event: fragments\ndata: {\n"))
        #expect(text.hasSuffix("\n\n"))
        let lines = text.split(separator: "\n").dropFirst()
        #expect(lines.allSatisfy { $0.hasPrefix("data: ") })
        #expect(text.contains("\"a\": \"<b>\\n&quot;</b>\""))
    }

    @Test("a slow page gets the newest state, and nothing is kept for it")
    func slowPage() async throws {
        let hub = LiveHub()
        let slow = try #require(hub.subscribe(topic, client: "a"))
        for number in 1...1_000 { hub.publish([Fragment("n", "\(number)")], to: topic) }
        var signals = slow.signals.makeAsyncIterator()
        await signals.next()
        let text = String(decoding: hub.take(slow), as: UTF8.self)
        #expect(text.contains("\"n\": \"1000\""))
        #expect(hub.take(slow) == EventText.pulse)
        // One signal stood for a thousand: the next one only comes with news.
        hub.publish([Fragment("n", "1001")], to: topic)
        await signals.next()
        #expect(String(decoding: hub.take(slow), as: UTF8.self).contains("1001"))
    }

    @Test("topics are rendered only for pages that are there, and forgotten after the last")
    func topics() throws {
        let hub = LiveHub()
        #expect(hub.topics.isEmpty)
        let one = try #require(hub.subscribe(topic, client: "a"))
        let two = try #require(hub.subscribe(topic, client: "b"))
        #expect(hub.topics == [topic] && hub.listenerCount == 2)
        hub.end(one)
        hub.end(one)
        #expect(hub.listenerCount == 1)
        hub.end(two)
        #expect(hub.topics.isEmpty && hub.listenerCount == 0)
    }

    @Test("one client may not take all places, and after the end nobody gets one")
    func places() throws {
        let hub = LiveHub()
        for _ in 0..<LiveHub.maximumOfClient {
            _ = try #require(hub.subscribe(topic, client: "a"))
        }
        #expect(hub.subscribe(topic, client: "a") == nil)
        #expect(hub.subscribe(topic, client: "b") != nil)
        hub.stop()
        #expect(hub.subscribe(topic, client: "c") == nil)
    }

    @Test("every piece has an element with its id on the page it belongs to")
    func elements() throws {
        let broker = Samples.broker(Samples.stats([Samples.department("urban", stuck: 1)]))
        let other = Samples.broker(Samples.stats([Samples.department("urban")]), street: "b")
        for brokers in [[broker], [broker, other]] {
            let context = try Samples.context(brokers)
            let now = NowPage(context)
            let campaigns = CampaignsPage(context)
            let health = HealthPage(context, console: ConsoleFigures())
            for (page, fragments) in [
                (now.page, now.fragments), (campaigns.page, campaigns.fragments),
                (health.page, health.fragments),
            ] {
                for fragment in fragments {
                    #expect(page.html.contains("id=\"\(fragment.id)\""), "\(fragment.id)")
                    #expect(page.html.contains(fragment.content.html), "\(fragment.id)")
                }
            }
        }
    }

    @Test(
        "Few pages are told and ask at once, many in steps",
        arguments: [
            (0, 250, 700), (1, 250, 700), (14, 250, 700), (15, 250, 750), (50, 250, 2_500),
            (51, 255, 2_550), (100, 500, 5_000), (200, 1_000, 10_000), (2_000, 2_000, 10_000),
        ])
    func pace(pages: Int, events: Int64, lists: Int) {
        #expect(LivePace.events(pages: pages) == events)
        #expect(LivePace.lists(pages: pages) == lists)
    }

    @Test("Pages are counted by what they show")
    func kinds() throws {
        let hub = LiveHub()
        let list = LiveTopic(.lists, .english, street: nil)
        let first = try #require(hub.subscribe(list, client: "a"))
        _ = try #require(hub.subscribe(LiveTopic(.lists, .chinese, street: "s"), client: "b"))
        _ = try #require(hub.subscribe(LiveTopic(.now, .english, street: nil), client: "a"))
        #expect(hub.listenerCount(of: .lists) == 2 && hub.listenerCount(of: .now) == 1)
        hub.end(first)
        #expect(hub.listenerCount(of: .lists) == 1)
    }
}
