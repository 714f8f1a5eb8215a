import BrokerEngine
import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import BrokerServer

@Suite("BrokerCore: people's work")
struct PeopleCoreTests {
    private let person = RoutingID([1])!
    private let worker = RoutingID([2])!

    @Test("a worker in any language is held to the gate by what its outcome says")
    func gate() throws {
        let bench = try CoreBench(person)
        let claim = try self.claim(of: 1, bench)
        #expect(try outcome(claim, [("fine", "50000")], bench)?.code == 205)
        #expect(try outcome(claim, [("fine", "5万")], bench)?.code == 109)
        let digest = try propose(2, [("fine", "50000"), ("note", "x")], on: 1, bench)
        #expect(try outcome(claim, [("fine", "50000")], bench)?.code == 203)
        let review = command(3, on: 1) {
            $0.review.verdict = .approved
            $0.review.digest = digest
        }
        #expect(try reply(review, bench).hasRefused == false)
        #expect(try outcome(claim, [("fine", "50000")], bench)?.code == 205)
        // The order of measures is nobody's decision.
        #expect(try outcome(claim, [("note", "x"), ("fine", "50000")], bench) == nil)
    }

    @Test("a proposal sent again is the same proposal; other measures under its id are refused")
    func repeated() throws {
        let bench = try CoreBench(person)
        _ = try claim(of: 1, bench)
        _ = try propose(2, [("fine", "50000")], on: 1, bench)
        func again(_ fine: String) throws -> WireCommandReplyItem {
            try reply(
                command(2, on: 1) { $0.propose.measures = Self.measures([("fine", fine)]) }, bench)
        }
        #expect(try again("50000").repeated)
        #expect(try again("50001").refused.code == 200)
    }

    @Test(
        "what cannot be stored and read again line by line is refused",
        arguments: [
            ("", "x", 107, "measures.name"), ("a:b", "x", 107, "measures.name"),
            ("a\nb", "x", 107, "measures.name"), ("a", "x\ny", 107, "measures.value"),
            ("a", String(repeating: "x", count: 513), 106, "measures.value"),
        ] as [(String, String, UInt32, String)])
    func malformed(name: String, value: String, code: UInt32, field: String) throws {
        let bench = try CoreBench(person)
        _ = try claim(of: 1, bench)
        let item = command(2, on: 1) { $0.propose.measures = Self.measures([(name, value)]) }
        let refused = try reply(item, bench).refused
        #expect(refused.code == code && refused.field == field)
        #expect(bench.core.texts.bytes.isEmpty)
    }

    @Test("a command of the whole street names no call, every other one does")
    func ofStreet() throws {
        let bench = try CoreBench(person)
        var pause = command(1, on: 1) { $0.pauseQueue.department = "urban" }
        #expect(try reply(pause, bench).refused.field == "call")
        pause.call = Data()
        let done = try reply(pause, bench)
        #expect(!done.hasRefused && done.revision == 0)
        var accept = command(2, on: 1) { $0.accept = WireAcceptPart() }
        accept.call = Data()
        #expect(try reply(accept, bench).refused.code == 100)
    }

    @Test("every command with a value it cannot have is refused with its field")
    func values() throws {
        let bench = try CoreBench(person)
        _ = try claim(of: 1, bench)
        let cases: [(String, (inout WireCommandItem) -> Void)] = [
            ("until", { $0.suspend = WireSuspendPart() }),
            ("until", { $0.suspend.until = .max }),
            ("verdict", { $0.review.digest = Data(repeating: 1, count: 32) }),
            (
                "verdict",
                {
                    $0.review.verdict = .bypassed
                    $0.review.digest = Data(repeating: 1, count: 32)
                }
            ),
            ("digest", { $0.review.verdict = .approved }),
            ("digest", { $0.bypass.digest = Data(repeating: 1, count: 31) }),
            ("into", { $0.merge.into = Data([1]) }),
            ("command", { _ in }),
        ]
        for (index, (field, change)) in cases.enumerated() {
            let item = command(UInt64(10 + index), on: 1, change)
            #expect(try reply(item, bench).refused.field == field, "\(index)")
        }
    }

    @Test("a worker hears its order at once and with every heartbeat, and shows it in the list")
    func ordered() throws {
        let bench = try CoreBench(person)
        bench.hello(from: worker, role: .worker)
        _ = bench.answers(to: .heartbeat(WireHeartbeat()), from: person)
        let item = WireCommandItem.with {
            $0.id = UniqueID(high: 3, low: 1).data
            $0.directWorker.order = .drain
            $0.directWorker.session = UniqueID(high: 9, low: 2).data
        }
        let answers = bench.answers(to: .command(.with { $0.items = [item] }), from: person)
        #expect(answers.contains { beat($0)?.order == .drain })
        let next = bench.answers(to: .heartbeat(.with { $0.credit = 8 }), from: worker)
        #expect(next.contains { beat($0)?.order == .drain })
        var query = WireQueryItem()
        query.workers = WireWorkersQuery()
        let listed = bench.answers(to: .query(.with { $0.items = [query] }), from: person)
        let workers = listed.flatMap { message -> [WireWorkerView] in
            if case .queryReply(let reply) = message { reply.items[0].workers.workers } else { [] }
        }
        #expect(workers.map(\.order) == [.drain] && workers.map(\.department) == ["urban"])
    }

    @Test("a report is named by its id, and the refusal of one without an id names them all")
    func reports() throws {
        let bench = try CoreBench(person)
        _ = try claim(of: 1, bench)
        func file(_ report: String, _ id: UInt64) throws -> WireCommandReplyItem {
            try reply(command(id, on: 1) { $0.report.report = report }, bench)
        }
        for (report, id, code) in [("", 10, 108), ("daily", 11, 109)] as [(String, UInt64, UInt32)]
        {
            let refused = try file(report, id).refused
            #expect(refused.code == code && refused.field == "report")
            #expect(refused.reason.contains("weekly, monthly"))
        }
        #expect(try !file("weekly", 12).hasRefused)
        #expect(try file("weekly", 12).repeated)
        #expect(try file("monthly", 12).refused.code == 200)
        #expect(try !file("monthly", 13).hasRefused)
    }

    @Test("similar calls are named with their case numbers, and nothing people wrote")
    func similar() throws {
        let bench = try CoreBench(person)
        _ = try claim(of: 1, bench)
        var query = WireQueryItem()
        query.similar.category = "raze"
        query.similar.grid = "g1"
        let replies = bench.answers(to: .query(.with { $0.items = [query] }), from: person)
        let calls = replies.flatMap { message -> [WireSimilarCall] in
            if case .queryReply(let reply) = message { reply.items[0].similar.calls } else { [] }
        }
        #expect(calls.count == 1 && calls[0].caseNumber.hasPrefix("T-") && calls[0].grid == "g1")
    }

    @Test("a reporter's duplicate is filed and suggested; a call that is not there is forgotten")
    func duplicates() throws {
        let bench = try CoreBench(person)
        _ = bench.answers(to: .submit(bench.call(1)), from: person)
        for (number, other) in [(2, 1), (3, 99), (4, 4)] as [(UInt64, UInt64)] {
            var submit = bench.call(number)
            submit.items[0].sameAs = UniqueID(high: 1, low: other).data
            let receipt = bench.answers(to: .submit(submit), from: person).receipts
            #expect(receipt.first?.items.first?.filed.caseNumber.isEmpty == false)
        }
        #expect(bench.core.engine.suggestedDuplicates() == [2])
        var malformed = bench.call(5)
        malformed.items[0].sameAs = Data([1, 2])
        let refused = bench.answers(to: .submit(malformed), from: person).receipts
        let refusal = try #require(refused.first?.items.first?.refused)
        #expect(refusal.code == 100 && refusal.field == "same_as")
        var query = WireQueryItem()
        query.duplicates.limit = 5
        _ = bench.answers(to: .query(.with { $0.items = [query] }), from: person)
        #expect(bench.core.takeQueries().map(\.serials) == [[2]])
        query.duplicates.limit = 100_000
        let answers = bench.answers(to: .query(.with { $0.items = [query] }), from: person)
        let codes = answers.flatMap { message -> [UInt32] in
            if case .queryReply(let reply) = message { reply.items.map(\.refused.code) } else { [] }
        }
        #expect(codes == [109])
    }

    /// Files a call of `raze`, hands it to a worker and lets it accept.
    private func claim(of number: UInt64, _ bench: CoreBench) throws -> WireClaim {
        var submit = bench.call(number)
        submit.items[0].category = "raze"
        _ = bench.answers(to: .submit(submit), from: person)
        bench.hello(from: worker, role: .worker)
        let answers = bench.answers(to: .heartbeat(WireHeartbeat()), from: person)
        let claim = try #require(answers.assigns.first?.items.first?.claim)
        let accept = WireProgressItem.with {
            $0.claim = claim
            $0.step = .accept
        }
        _ = bench.answers(to: .progress(.with { $0.items = [accept] }), from: worker)
        return claim
    }

    private func outcome(
        _ claim: WireClaim, _ measures: [(String, String)], _ bench: CoreBench
    ) throws -> WireRefusal? {
        let item = WireOutcomeItem.with {
            $0.claim = claim
            $0.result = .completed
            $0.measures = Self.measures(measures)
        }
        let answers = bench.answers(to: .outcome(.with { $0.items = [item] }), from: worker)
        let receipts = answers.flatMap { message -> [WireOutcomeReceiptItem] in
            if case .outcomeReceipt(let receipt) = message { receipt.items } else { [] }
        }
        let receipt = try #require(receipts.first)
        return receipt.hasRefused ? receipt.refused : nil
    }

    /// Proposes, and gives the digest of the proposal as the journal has it.
    private func propose(
        _ id: UInt64, _ measures: [(String, String)], on call: UInt64, _ bench: CoreBench
    ) throws -> Data {
        let item = command(id, on: call) { $0.propose.measures = Self.measures(measures) }
        #expect(try reply(item, bench).hasRefused == false)
        let record = bench.core.engine.record
        let slot = try #require(record.assignment(AssignmentNumber(serial: 1, ordinal: 0)))
        return Data(try #require(record.detail(of: slot)?.proposal?.digest.bytes))
    }

    private func command(
        _ id: UInt64, on call: UInt64, _ change: (inout WireCommandItem) -> Void
    ) -> WireCommandItem {
        var item = WireCommandItem()
        item.id = UniqueID(high: 3, low: id).data
        item.call = UniqueID(high: 1, low: call).data
        item.reason = "because"
        change(&item)
        return item
    }

    private func reply(
        _ item: WireCommandItem, _ bench: CoreBench
    ) throws -> WireCommandReplyItem {
        let answers = bench.answers(to: .command(.with { $0.items = [item] }), from: person)
        let replies = answers.flatMap { message -> [WireCommandReplyItem] in
            if case .commandReply(let reply) = message { reply.items } else { [] }
        }
        return try #require(replies.first)
    }

    private func beat(_ message: WireMessage) -> WireHeartbeat? {
        if case .heartbeat(let beat) = message { beat } else { nil }
    }

    private static func measures(_ measures: [(String, String)]) -> [WireMeasure] {
        measures.map { name, value in
            .with {
                $0.name = name
                $0.value = value
            }
        }
    }
}
