import BrokerEngine
import Foundation
import GridCodec
import GridModel
import Testing
import ZeroMQ

@testable import BrokerServer

/// The promise "stored before confirmed": what may leave, and when.
@Suite("BrokerCore")
struct BrokerCoreTests {
    private let terminal = RoutingID([1])!
    private let other = RoutingID([2])!

    @Test("a receipt leaves only when the batch of its filing is durable")
    func receiptWaits() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: terminal)
        #expect(bench.core.takeBatch() != nil)
        #expect(bench.released().isEmpty)
        bench.core.batchBecameDurable()
        let receipt = try #require(bench.released().receipts.first)
        #expect(receipt.items.count == 1)
        #expect(receipt.items[0].filed.caseNumber.hasPrefix("T-"))
        #expect(receipt.tag.seq == bench.core.durableSeq)
    }

    @Test("a repeated submit waits for the batch its first copy is written in")
    func repeatWaits() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: terminal)
        #expect(bench.core.takeBatch() != nil)
        bench.receive(.submit(bench.call(1)), from: terminal)
        #expect(bench.core.takeBatch() == nil)
        #expect(bench.released().isEmpty)
        bench.core.batchBecameDurable()
        let receipts = bench.released().receipts
        #expect(receipts.flatMap(\.items).map(\.filed.repeated) == [false, true])
        #expect(Set(receipts.flatMap(\.items).map(\.filed.caseNumber)).count == 1)
    }

    @Test("a clash of content and a figure from memory wait as well")
    func refusalWaits() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: terminal)
        #expect(bench.core.takeBatch() != nil)
        bench.receive(.submit(bench.call(1, grid: "g2")), from: terminal)
        bench.receive(.query(bench.stats()), from: terminal)
        #expect(bench.released().isEmpty)
        bench.core.batchBecameDurable()
        let frames = bench.released()
        #expect(frames.receipts.flatMap(\.items).last?.refused.code == 200)
        #expect(frames.contains { if case .queryReply = $0 { true } else { false } })
    }

    @Test("figures are of the time of the newest facts, also where the clock was set back")
    func clockSetBack() throws {
        let bench = try CoreBench(terminal)
        let before = try #require(bench.answers(to: .query(bench.stats()), from: terminal).stats)
        bench.wallOffset = 3_600_000
        _ = bench.answers(to: .submit(bench.call(1)), from: terminal)
        bench.wallOffset = 0
        let after = try #require(bench.answers(to: .query(bench.stats()), from: terminal).stats)
        #expect(after.callsFiled == 1)
        #expect(after.at >= before.at + 3_600_000)
    }

    @Test("what a turn decides while a batch is written waits for the next batch")
    func nextBatchWaits() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: terminal)
        let first = try #require(bench.core.takeBatch())
        bench.receive(.submit(bench.call(2)), from: terminal)
        bench.core.batchBecameDurable()
        #expect(bench.released().receipts.flatMap(\.items).count == 1)
        let second = try #require(bench.core.takeBatch())
        #expect(second.seq == first.seq + 1)
        #expect(bench.released().isEmpty)
        bench.core.batchBecameDurable()
        #expect(bench.released().receipts.flatMap(\.items).count == 1)
    }

    @Test("after a fatal finding nothing is written and nothing leaves")
    func fatal() throws {
        let bench = try CoreBench(terminal)
        bench.archive.isBroken = true
        bench.receive(.submit(bench.call(1)), from: terminal)
        #expect(bench.core.fatalReason != nil)
        #expect(bench.core.takeBatch() == nil)
        #expect(bench.released().isEmpty)
    }

    @Test("while the ids of old calls are read, what is open goes on and what is new waits")
    func starting() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: terminal)
        bench.commit()
        #expect(bench.released().receipts.flatMap(\.items).map(\.filed.repeated) == [false])
        bench.archive.isComplete = false
        bench.archive.isBroken = true
        bench.receive(.submit(bench.call(1)), from: terminal)
        bench.receive(.submit(bench.call(2)), from: terminal)
        bench.commit()
        let results = bench.released().receipts.flatMap(\.items)
        #expect(results.map(\.filed.repeated) == [true, false])
        #expect(results.map(\.refused.code) == [0, UInt32(RefusalCode.starting.rawValue)])
        bench.archive.isComplete = true
        bench.archive.isBroken = false
        bench.receive(.submit(bench.call(2)), from: terminal)
        bench.commit()
        #expect(bench.released().receipts.flatMap(\.items).map(\.refused.code) == [0])
    }

    @Test("a valid tag above the journal stops the broker; a forged one does not")
    func behind() throws {
        let bench = try CoreBench(terminal)
        bench.hello(from: other, seen: (seq: 1_000, mac: 9))
        #expect(bench.core.fatalReason == nil)
        bench.hello(from: other, seen: (seq: 1_000, mac: CoreBench.validMac))
        #expect(bench.core.fatalReason != nil)
    }

    @Test("a frame before Hello, of a broker's kind, or unreadable gets an Error at once")
    func errors() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: other)
        bench.receive(.receipt(WireReceipt()), from: terminal)
        bench.receiveRaw([1, 2, 3], from: terminal)
        bench.receiveRaw([], from: terminal)
        #expect(bench.released().errorCodes == [7, 6, 1, 1])
    }

    @Test("while the disk is nearly full no new call is filed, and what is open goes on")
    func diskLow() throws {
        let bench = try CoreBench(terminal)
        bench.hello(from: other, role: .worker)
        bench.receive(.submit(bench.call(1)), from: terminal)
        bench.core.isDiskLow = true
        bench.receive(.submit(bench.call(2)), from: terminal)
        #expect(bench.core.takeBatch() != nil)
        bench.core.batchBecameDurable()
        let frames = bench.released()
        let full = UInt32(RefusalCode.diskFull.rawValue)
        #expect(frames.receipts.flatMap(\.items).map(\.refused.code) == [0, full])
        let work = try #require(frames.assigns.flatMap(\.items).first)
        var outcome = WireOutcome()
        outcome.items = [WireOutcomeItem()]
        outcome.items[0].claim = work.claim
        outcome.items[0].result = .completed
        bench.receive(.outcome(outcome), from: other)
        #expect(bench.core.engine.record.street.closed == 1)
        bench.core.isDiskLow = false
        bench.receive(.submit(bench.call(2)), from: terminal)
        #expect(bench.core.engine.record.street.filed == 2)
    }

    @Test("texts of a refused call are not stored")
    func textsOfRefused() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1, grid: "nowhere", text: "refused")), from: terminal)
        bench.receive(.submit(bench.call(2, text: "kept")), from: terminal)
        let batch = try #require(bench.core.takeBatch())
        let text = String(decoding: batch.texts, as: UTF8.self)
        #expect(text.contains("kept"))
        #expect(!text.contains("refused"))
    }

    @Test("a worker gets the texts as the terminal sent them")
    func assignTexts() throws {
        let bench = try CoreBench(terminal)
        bench.hello(from: other, role: .worker)
        bench.receive(.submit(bench.call(1, text: "路边垃圾")), from: terminal)
        #expect(bench.core.takeBatch() != nil)
        bench.core.batchBecameDurable()
        let item = try #require(bench.released().assigns.flatMap(\.items).first)
        #expect(item.texts.description_p == "路边垃圾")
        #expect(item.category == "litter")
        #expect(item.claim.attempt == 1)
    }

    @Test("texts that are no longer in memory are asked for, and the assignment follows")
    func lateTexts() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1, text: "x")), from: terminal)
        let batch = try #require(bench.core.takeBatch())
        bench.core.batchBecameDurable()
        bench.core.cache = TextCache()
        bench.hello(from: other, role: .worker)
        #expect(bench.core.takeTextRequests() == [batch.seq])
        #expect(bench.core.takeBatch() != nil)
        bench.core.batchBecameDurable()
        #expect(bench.released().assigns.isEmpty)
        bench.core.textsWereRead(seq: batch.seq, batch.texts)
        let item = try #require(bench.released().assigns.flatMap(\.items).first)
        #expect(item.texts.description_p == "x")
    }
}

extension [WireMessage] {
    /// The statistics of the only reply.
    fileprivate var stats: WireStatsView? {
        for case .queryReply(let reply) in self {
            if case .stats(let stats) = reply.items.first?.reply { return stats }
        }
        return nil
    }
}
