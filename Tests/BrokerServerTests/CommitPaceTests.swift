import GridCodec
import Testing
import ZeroMQ

@testable import BrokerServer

/// When a batch is written, and in which order its answers leave.
@Suite("CommitPace")
struct CommitPaceTests {
    private static let patience = CommitPace.patienceNanoseconds
    private let terminal = RoutingID([1])!
    private let worker = RoutingID([2])!

    @Test("What a peer waits for is written at once")
    func awaited() {
        var pace = CommitPace()
        #expect(pace.nanosecondsToWait(mayWait: false, now: 7) == 0)
    }

    @Test("What nobody waits for is written a moment after it was decided")
    func patient() {
        var pace = CommitPace()
        #expect(pace.nanosecondsToWait(mayWait: true, now: 1_000) == Self.patience)
        #expect(pace.nanosecondsToWait(mayWait: true, now: 1_400) == Self.patience - 400)
        #expect(pace.nanosecondsToWait(mayWait: true, now: 1_000 + Self.patience) == 0)
        // The next batch has its own time.
        #expect(pace.nanosecondsToWait(mayWait: true, now: 9_000_000) == Self.patience)
    }

    @Test("The time begins anew when something awaited took it along")
    func takenAlong() {
        var pace = CommitPace()
        _ = pace.nanosecondsToWait(mayWait: true, now: 1_000)
        #expect(pace.nanosecondsToWait(mayWait: false, now: 2_000) == 0)
        #expect(pace.nanosecondsToWait(mayWait: true, now: 3_000) == Self.patience)
    }

    @Test("The end of a piece of work may wait, a call may not")
    func whatMayWait() throws {
        let bench = try CoreBench(terminal)
        #expect(!bench.core.mayWait)
        let work = try hand(1, of: bench)
        bench.receive(.outcome(Self.completed(work)), from: worker)
        #expect(bench.core.mayWait)
        bench.receive(.submit(bench.call(2)), from: terminal)
        #expect(!bench.core.mayWait)
        bench.commit()
        _ = bench.released()
        #expect(!bench.core.mayWait)
    }

    @Test("The end of a piece of work may not wait where it brings the next")
    func nextWork() throws {
        let bench = try CoreBench(terminal)
        // One more than the worker takes at once.
        let work = try hand(9, of: bench)
        bench.receive(.outcome(Self.completed(work)), from: worker)
        #expect(!bench.core.mayWait)
    }

    @Test("Nothing waits while a batch is being written")
    func whileWriting() throws {
        let bench = try CoreBench(terminal)
        let work = try hand(1, of: bench)
        bench.receive(.submit(bench.call(2)), from: terminal)
        #expect(bench.core.takeBatch() != nil)
        bench.receive(.outcome(Self.completed(work)), from: worker)
        #expect(!bench.core.mayWait)
        bench.core.batchBecameDurable()
        #expect(bench.core.mayWait)
    }

    @Test("Those who filed calls are answered before workers, whoever was first")
    func people() throws {
        let bench = try CoreBench(terminal)
        let work = try hand(1, of: bench)
        bench.receive(.outcome(Self.completed(work)), from: worker)
        bench.receive(.submit(bench.call(2)), from: terminal)
        bench.commit()
        let kinds = bench.released().map(Self.name)
        #expect(kinds == ["receipt", "outcomeReceipt", "assign"])
    }

    /// Files so many calls for a worker, and gives the first it is handed.
    private func hand(_ calls: UInt64, of bench: CoreBench) throws -> WireAssignItem {
        bench.hello(from: worker, role: .worker)
        for call in 1...calls { bench.receive(.submit(bench.call(call)), from: terminal) }
        bench.commit()
        return try #require(bench.released().assigns.flatMap(\.items).first)
    }

    private static func completed(_ work: WireAssignItem) -> WireOutcome {
        var outcome = WireOutcome()
        outcome.items = [WireOutcomeItem()]
        outcome.items[0].claim = work.claim
        outcome.items[0].result = .completed
        return outcome
    }

    private static func name(_ message: WireMessage) -> String {
        switch message {
        case .receipt: "receipt"
        case .outcomeReceipt: "outcomeReceipt"
        case .assign: "assign"
        default: "another"
        }
    }
}
