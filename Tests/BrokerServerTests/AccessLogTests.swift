import Access
import BrokerEngine
import GridCodec
import GridModel
import Testing
import ZeroMQ

@testable import BrokerServer

/// Refusals are facts: who tried what, and why not.
@Suite("Access log")
struct AccessLogTests {
    private static let reporter = String(repeating: "a", count: 40)
    private let terminal = RoutingID([2])!

    private func bench() throws -> CoreBench {
        let keys = try AuthorizedKeys(
            text: "\(Self.reporter) role=terminal name=reporter-7 grids=g1\n")
        let bench = try CoreBench(RoutingID([1])!, keys: keys)
        bench.hello(from: terminal, role: .terminal, user: Self.reporter)
        _ = bench.core.takeBatch()
        bench.core.batchBecameDurable()
        _ = bench.released()
        return bench
    }

    private func refusals(_ bench: CoreBench) -> [AccessRefusal] {
        let batch = bench.core.takeBatch()
        if batch != nil { bench.core.batchBecameDurable() }
        return (batch?.facts ?? []).compactMap {
            if case .accessRefused(let refusal) = $0 { refusal } else { nil }
        }
    }

    @Test("a hundred refusals in a minute are one fact, the next tells how many were not listed")
    func once() throws {
        let bench = try bench()
        for _ in 0..<100 {
            bench.receive(.query(bench.stats()), from: terminal, user: Self.reporter)
        }
        let first = try #require(refusals(bench).first)
        #expect(first.action == .stats && first.code == .forbidden && first.unlisted == 0)
        #expect(bench.core.engine.record.actors[Int(first.actor)] == "reporter-7")
        #expect(bench.core.counters.accessRefused == 100)
        bench.advance(milliseconds: 60_000)
        bench.hello(from: terminal, role: .terminal, user: Self.reporter)
        bench.receive(.query(bench.stats()), from: terminal, user: Self.reporter)
        #expect(refusals(bench).map(\.unlisted) == [99])
    }

    @Test("each action is listed, under the holder's name and for the log that people read")
    func actions() throws {
        let bench = try bench()
        bench.receive(.query(bench.stats()), from: terminal, user: Self.reporter)
        bench.receive(.submit(bench.call(1, grid: "g2")), from: terminal, user: Self.reporter)
        bench.receive(.outcome(WireOutcome()), from: terminal, user: Self.reporter)
        bench.hello(from: RoutingID([3])!, role: .operator, user: Self.reporter)
        bench.core.connectionRefused()
        let actions: [AccessRefusal.Action] = [.stats, .submit, .outcome, .connect, .connect]
        #expect(refusals(bench).map(\.action) == actions)
        let told = bench.core.takeRefusals()
        #expect(told.map(\.action) == actions)
        let names = Array(repeating: "terminal reporter-7", count: 4) + ["stranger"]
        #expect(told.map(\.who) == names)
        #expect(bench.core.takeRefusals().isEmpty)
    }

    @Test("what comes under a key that is gone is dropped without an answer, and counted")
    func gone() throws {
        let bench = try bench()
        bench.core.replaceKeys(try AuthorizedKeys(text: ""))
        bench.receive(.submit(bench.call(1)), from: terminal, user: Self.reporter)
        #expect(bench.released().isEmpty)
        #expect(bench.core.engine.record.street.filed == 0)
        #expect(bench.core.counters.framesRefused == 1)
        #expect(bench.core.keyAccounts.isEmpty)
    }
}
