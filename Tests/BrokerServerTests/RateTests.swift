import Access
import BrokerEngine
import GridCodec
import GridModel
import Testing
import ZeroMQ

@testable import BrokerServer

/// What one key or session may ask for, and what waits for one that does not read.
@Suite("Rate")
struct RateTests {
    private let flooder = RoutingID([1])!
    private let sibling = RoutingID([3])!
    private let other = RoutingID([2])!

    /// Room for three queries of statistics, and a debt for the fourth.
    private static var smallRate: ProtocolLimits {
        var limits = ProtocolLimits()
        limits.workPerSecond = 4 * WorkPrice.memoryQuery / WorkAllowance.savedSeconds
        return limits
    }

    @Test("a session that floods is cut off, told once and counted; the others are served")
    func session() throws {
        let bench = try CoreBench(flooder, limits: Self.smallRate)
        bench.hello(from: other)
        _ = bench.released()
        bench.stepNanoseconds = 0
        for _ in 0..<10 { bench.receive(.query(bench.stats()), from: flooder) }
        let flooded = bench.released()
        #expect(flooded.queryReplies.count == 4)
        #expect(flooded.errorCodes == [UInt32(RefusalCode.rateExceeded.rawValue)])
        bench.receive(.query(bench.stats()), from: other)
        let stats = try #require(bench.released().queryReplies.first?.stats)
        #expect(stats.framesOverRate == 6 && stats.framesRefused == 6)
        bench.advance(milliseconds: 1_000)
        bench.receive(.query(bench.stats()), from: flooder)
        #expect(bench.released().queryReplies.count == 1)
    }

    @Test("whatever a peer floods with costs it: bad frames, Heartbeats, Hellos, refused items")
    func kinds() throws {
        var limits = ProtocolLimits()
        limits.workPerSecond = 10_000
        let floods: [(CoreBench, RoutingID) -> Void] = [
            { $0.receiveRaw([1, 2, 3], from: $1) },
            { $0.receive(.heartbeat(WireHeartbeat()), from: $1) },
            { $0.hello(from: $1) },
            { $0.receive(.submit($0.call(1, grid: "nowhere")), from: $1) },
            { $0.receive(.submit($0.call(1)), from: $1) },
            { bench, route in
                [UInt8]("x".utf8).withUnsafeBytes {
                    bench.core.receiveMalformed($0, frames: 2, from: route)
                }
            },
        ]
        for flood in floods {
            let bench = try CoreBench(flooder, limits: limits)
            bench.stepNanoseconds = 0
            for _ in 0..<2_000 { flood(bench, flooder) }
            #expect(bench.core.counters.framesOverRate > 0)
        }
    }

    @Test(
        "an honest import is far from the limit, in frames of one call or many",
        arguments: [(1, 100_000), (100, 400_000)])
    func honest(calls: Int, callsPerSecond: Int) throws {
        let bench = try CoreBench(flooder)
        var submit = WireSubmit()
        for number in 1...UInt64(calls) {
            submit.items += bench.call(number, text: String(repeating: "x", count: 150)).items
        }
        bench.receive(.submit(submit), from: flooder)
        #expect(bench.core.engine.record.street.filed == calls)
        #expect(bench.core.work > 0)
        #expect(bench.core.work * callsPerSecond / calls < ProtocolLimits().workPerSecond)
    }

    @Test("sessions of one key share its allowance, another key has its own")
    func key() throws {
        let (mine, yours) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
        let keys = try AuthorizedKeys(
            text: "\(mine) role=operator name=mine\n\(yours) role=operator name=yours\n")
        let bench = try CoreBench(RoutingID([9])!, limits: Self.smallRate, keys: keys)
        bench.hello(from: flooder, user: mine)
        bench.hello(from: sibling, user: mine)
        bench.hello(from: other, user: yours)
        bench.advance(milliseconds: 3_000)
        bench.stepNanoseconds = 0
        _ = bench.core.takeBatch()
        bench.core.batchBecameDurable()
        _ = bench.released()
        for _ in 0..<4 { bench.receive(.query(bench.stats()), from: flooder, user: mine) }
        #expect(bench.released().queryReplies.count == 4)
        bench.receive(.query(bench.stats()), from: sibling, user: mine)
        bench.receive(.query(bench.stats()), from: other, user: yours)
        let released = bench.released()
        #expect(released.errorCodes == [UInt32(RefusalCode.rateExceeded.rawValue)])
        #expect(released.queryReplies.count == 1)
    }

    @Test("a worker that never lists what it has pays for all that is sent again to it")
    func sentAgain() throws {
        let bench = try CoreBench(flooder)
        bench.hello(from: other, role: .worker)
        for number in 1...8 as ClosedRange<UInt64> {
            bench.receive(
                .submit(bench.call(number, text: String(repeating: "x", count: 8_000))),
                from: flooder)
        }
        _ = bench.core.takeBatch()
        bench.core.batchBecameDurable()
        #expect(bench.released().assigns.flatMap(\.items).count == 8)
        var heartbeat = WireHeartbeat()
        heartbeat.credit = 8
        let works = (0..<2).map { _ -> Int in
            bench.receive(.heartbeat(heartbeat), from: other)
            return bench.core.work
        }
        #expect(bench.released().assigns.flatMap(\.items).count == 8)
        #expect(works[1] > works[0] + 8 * 8_000 / WorkPrice.replyBytesPerUnit)
    }

    @Test("a turn ends when it has worked enough")
    func turn() throws {
        let bench = try CoreBench(flooder)
        bench.receive(.query(bench.stats()), from: flooder)
        #expect(!bench.core.isTurnFull)
        var many = WireQuery()
        for _ in 0..<10 { many.items += bench.stats().items }
        bench.receive(.query(many), from: flooder)
        #expect(bench.core.isTurnFull)
        bench.receive(.query(bench.stats()), from: flooder)
        #expect(!bench.core.isTurnFull)
    }

    @Test("calls that wait for their receipts: one below the window, at it, and one above")
    func window() throws {
        var limits = ProtocolLimits()
        limits.window = 3
        let bench = try CoreBench(flooder, limits: limits)
        func codes(_ numbers: ClosedRange<UInt64>) -> [UInt32] {
            for number in numbers { bench.receive(.submit(bench.call(number)), from: flooder) }
            if bench.core.takeBatch() != nil { bench.core.batchBecameDurable() }
            return bench.released().receipts.flatMap(\.items).map(\.refused.code)
        }
        #expect(codes(1...2) == [0, 0])
        #expect(codes(3...5) == [0, 0, 0])
        #expect(codes(6...9) == [0, 0, 0, UInt32(RefusalCode.windowExceeded.rawValue)])
        #expect(codes(9...9) == [0])
    }

    @Test("queries that wait for the views: one below the limit, at it, and one above")
    func waiting() throws {
        var limits = ProtocolLimits()
        limits.waitingQueries = 3
        let bench = try CoreBench(flooder, limits: limits)
        func ask(_ correlation: UInt64) -> (asked: Int, refused: [UInt32]) {
            let query = bench.query(correlation, .list(WireListQuery()))
            bench.receive(.query(query), from: flooder)
            let asked = bench.core.takeQueries().count
            return (asked, bench.released().queryReplies.map(\.refused.code))
        }
        let tooMany = UInt32(RefusalCode.windowExceeded.rawValue)
        for number in 1...3 as ClosedRange<UInt64> { #expect(ask(number) == (1, [])) }
        #expect(ask(4) == (0, [tooMany]))
        // Asked again, as after five seconds without an answer: it is being answered already.
        #expect(ask(2) == (0, []))
        var answer = WireQueryReplyItem()
        answer.correlation = 2
        bench.core.answer(answer, session: UniqueID(high: 9, low: 1))
        #expect(bench.released().queryReplies.count == 1)
        #expect(ask(2) == (1, []))
        #expect(ask(5) == (0, [tooMany]))
    }

    @Test("a piece of an export counts as four queries that wait, and gives them back")
    func waitingExports() throws {
        var limits = ProtocolLimits()
        limits.waitingQueries = 8
        let bench = try CoreBench(flooder, limits: limits)
        func ask(_ correlation: UInt64, _ what: WireQueryItem.OneOf_Query) -> Int {
            bench.receive(.query(bench.query(correlation, what)), from: flooder)
            return bench.core.takeQueries().count
        }
        #expect(ask(1, .export(WireExportQuery())) == 1)
        #expect(ask(2, .export(WireExportQuery())) == 1)
        #expect(ask(3, .list(WireListQuery())) == 0)
        var answer = WireQueryReplyItem()
        answer.correlation = 1
        bench.core.answer(answer, session: UniqueID(high: 9, low: 1))
        for number in 4...7 as ClosedRange<UInt64> {
            #expect(ask(number, .list(WireListQuery())) == 1)
        }
        #expect(ask(8, .list(WireListQuery())) == 0)
    }

    @Test("who does not read is refused queries, then loses frames, then is served again")
    func unread() throws {
        var limits = ProtocolLimits()
        limits.unsentBytes = 20_000
        let bench = try CoreBench(flooder, limits: limits)
        let unsent = try #require(bench.core.connections.first)
        func ask() -> [UInt32] {
            bench.receive(.query(bench.stats()), from: flooder)
            return bench.released().queryReplies.map(\.refused.code)
        }
        unsent.add(9_000)
        #expect(ask() == [0])
        unsent.add(2_000)
        #expect(ask() == [UInt32(RefusalCode.tooMuchUnread.rawValue)])
        unsent.add(9_000)
        #expect(ask() == [])
        #expect(bench.core.counters.framesUnsent == 1)
        for bytes in [9_000, 2_000, 9_000] { unsent.remove(bytes) }
        #expect(ask() == [0])
    }

    @Test("a Hello on the same connection does not forget what waits there")
    func helloAgain() throws {
        let bench = try CoreBench(flooder)
        let unsent = try #require(bench.core.connections.first)
        bench.hello(from: flooder)
        #expect(bench.core.connections.first === unsent)
    }
}
