import ConsoleKit
import Foundation
import GridCodec
import GridModel
import GridSession
import Testing

/// What the console knows of a broker.
@Suite struct BrokerStateTests {
    private func connected() -> BrokerState {
        var state = BrokerState(endpoint: "ipc://x", now: 0)
        state.apply(.connected(Samples.welcome()), now: 0)
        return state
    }

    @Test("a broker is asked what is due, and never twice while an answer is on its way")
    func polls() {
        var state = connected()
        var asked = [state.takeQuestions(now: 0), state.takeQuestions(now: 10_000)]
        #expect(Set(asked[0]) == [.stats, .workers, .catalogue] && asked[1].isEmpty)
        state.answered(.stats, .stats(Samples.stats([])), askedAt: 0, now: 10_000)
        asked = [state.takeQuestions(now: 10_001)]
        #expect(asked == [[.stats]])
        state.answered(.stats, .stats(Samples.stats([])), askedAt: 10_001, now: 10_002)
        asked = [state.takeQuestions(now: 10_400), state.takeQuestions(now: 10_501)]
        #expect(asked == [[], [.stats]])
    }

    @Test("nothing is asked before the welcome and while the connection is lost")
    func silence() {
        var state = BrokerState(endpoint: "ipc://x", now: 0)
        var asked = state.takeQuestions(now: 0)
        #expect(asked.isEmpty)
        state = connected()
        state.apply(.disconnected(.silence, retryInMilliseconds: 1), now: 50)
        asked = state.takeQuestions(now: 100)
        #expect(asked.isEmpty)
        #expect(state.connection == .lost(since: 50))
        // Attempts that fail do not begin the wait anew.
        state.apply(.disconnected(.connectionLost, retryInMilliseconds: 1), now: 900)
        #expect(state.connection == .lost(since: 50))
        state.apply(.connected(Samples.welcome()), now: 1_000)
        #expect(state.connection == .connected(since: 1_000) && state.reconnects == 1)
    }

    @Test("lists are stale as soon as the journal grew or a clock ran out")
    func generations() {
        var state = connected()
        var stats = Samples.stats([Samples.department("urban")])
        var seen: [UInt64] = []
        for change: (inout WireStatsView) -> Void in [
            { _ in }, { _ in }, { $0.journalBatches += 1 }, { $0.at += 1 },
            { $0.departments[0].overdue += 1 },
        ] {
            change(&stats)
            state.answered(.stats, .stats(stats), askedAt: 0, now: 1)
            seen.append(state.generation)
        }
        #expect(seen == [1, 1, 2, 2, 3])
    }

    @Test("stuck parts are looked for where there are any, page by page")
    func stuck() {
        var state = connected()
        _ = state.takeQuestions(now: 0)
        state.answered(
            .stats,
            .stats(
                Samples.stats([Samples.department("urban"), Samples.department("market", stuck: 1)])
            ),
            askedAt: 0, now: 1)
        var asked = state.takeQuestions(now: 2_000)
        #expect(asked.contains(.stuck))
        guard case .tasks(let first) = state.query(of: .stuck) else {
            Issue.record("no question")
            return
        }
        #expect(first.department == "market" && first.page.isEmpty)
        var page = WireListReply()
        page.nextPage = .init([1])
        state.answered(.stuck, .list(page), askedAt: 2_000, now: 2_001)
        asked = state.takeQuestions(now: 2_002)
        #expect(asked.contains(.stuck))
        guard case .tasks(let second) = state.query(of: .stuck) else { return }
        #expect(second.page == .init([1]))
        var part = WirePartView()
        part.state = "stuck"
        var call = WireCallView()
        call.caseNumber = "GL-2026-000001-7"
        call.parts = [part]
        page = WireListReply()
        page.calls = [call]
        state.answered(.stuck, .list(page), askedAt: 2_002, now: 2_003)
        #expect(state.stuck.parts.map(\.call.caseNumber) == ["GL-2026-000001-7"])
        state.answered(
            .stats, .stats(Samples.stats([Samples.department("market")])), askedAt: 0, now: 2_004)
        #expect(state.stuck.parts.isEmpty)
    }

    @Test("what the key may not see is asked for once, and is no failure of the broker")
    func forbidden() {
        var state = connected()
        _ = state.takeQuestions(now: 0)
        var refusal = WireRefusal()
        refusal.code = UInt32(RefusalCode.forbidden.rawValue)
        state.answered(.workers, .refused(refusal), askedAt: 0, now: 1)
        #expect(state.forbidden == [.workers] && state.refusal == nil)
        let asked = state.takeQuestions(now: 60_000)
        #expect(!asked.contains(.workers))
        state.answered(.stats, .refused(refusal), askedAt: 0, now: 60_001)
        #expect(state.refusal != nil)
    }

    @Test("an hour of latencies is kept, a point each ten seconds")
    func history() {
        var history = LatencyHistory()
        let stats = Samples.stats([Samples.department("urban")])
        for second in stride(from: Int64(0), through: 7_200, by: 1) {
            history.add(stats, at: second * 1_000)
        }
        let points = history["urban"]
        #expect(points.count == 361)
        #expect(points.last?.at == 7_200_000 && points.first?.at == 3_600_000)
        history.add(Samples.stats([]), at: 7_210_000)
        #expect(history["urban"].isEmpty)
    }

    @Test("streets are named by their ids, and apart where two brokers give the same")
    func keys() {
        let stats = Samples.stats([])
        let snapshot = Samples.snapshot([
            Samples.broker(stats), Samples.broker(stats), BrokerState(endpoint: "x", now: 0),
        ])
        #expect(snapshot.streets.map(\.key) == ["gulou", "broker-2", "broker-3"])
        #expect(snapshot.isFresh(within: 0))
        #expect(!Samples.snapshot([Samples.broker(stats)], now: 12_001).isFresh(within: 10_000))
    }

    @Test("a page says since when a broker cannot be reached, in both languages")
    func notices() throws {
        var broker = Samples.broker(Samples.stats([]))
        broker.apply(.disconnected(.silence, retryInMilliseconds: 1), now: 2_000)
        let english = try Notices(Samples.context([broker], now: 62_000)).content.html
        #expect(english.contains("The broker cannot be reached since <time>2027-01-15 15:59:00"))
        let chinese = try Notices(Samples.context([broker], language: .chinese)).content.html
        #expect(chinese.contains("服务端无法连接"))
        #expect(try Notices(Samples.context([Samples.broker(Samples.stats([]))])).content == .none)
    }
}
