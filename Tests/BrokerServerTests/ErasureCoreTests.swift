import Access
import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import BrokerServer

@Suite("BrokerCore: erasure of what people wrote")
struct ErasureCoreTests {
    private static let chief = String(repeating: "a", count: 40)
    private static let deputy = String(repeating: "b", count: 40)
    private let terminal = RoutingID([1])!
    private let other = RoutingID([2])!

    @Test("a confirmed erasure waits for its texts, names them, and is answered once they are gone")
    func confirmed() throws {
        let bench = try bench()
        let filed = try file(bench)
        #expect(try reply(request(2), Self.chief, bench).hasRefused == false)
        say(confirm(3), Self.deputy, bench)
        say(confirm(3), Self.deputy, bench)
        let searches = bench.core.takeErasureSearches()
        #expect(searches.count == 1 && bench.core.takeErasureSearches().isEmpty)
        #expect(replies(bench).isEmpty)
        let search = try #require(searches.first)
        #expect(search.serial == 1 && search.durableSeq == bench.core.durableSeq)
        bench.core.textsWereFound(search, [filed])
        let batch = try #require(bench.core.takeBatch())
        let entry = try #require(batch.erasures.first)
        #expect(entry.texts == [filed] && entry.serial == 1)
        #expect(entry.actor == "deputy" && entry.requestedBy == "chief")
        #expect(replies(bench).isEmpty)
        bench.core.batchBecameDurable()
        #expect(replies(bench).map(\.hasRefused) == [false])
        // The search of a second confirmation ends when nothing is asked for any more.
        bench.core.textsWereFound(search, [filed])
        #expect(bench.core.takeBatch() == nil)
        #expect(replies(bench).map(\.repeated) == [true])
    }

    @Test("the same call sent again gets the same receipt, and nothing of it is stored")
    func repeated() throws {
        let bench = try bench()
        bench.receive(call, from: terminal, user: Self.chief)
        let batch = try #require(bench.commit())
        let filed = try #require(Self.texts(in: batch))
        var first = try #require(bench.released().receipts.flatMap(\.items).first).filed
        first.repeated = true
        bench.core.repeatErasures([entry(filed)])
        #expect(bench.commit()?.erasures == [entry(filed)])
        _ = bench.released()
        bench.receive(call, from: terminal, user: Self.chief)
        #expect(bench.core.takeBatch() == nil && bench.core.texts.bytes.isEmpty)
        let receipt = try #require(bench.released().receipts.flatMap(\.items).first)
        #expect(receipt.filed == first)
    }

    @Test("a call that was erased and that this journal lacks is filed without texts")
    func lacking() throws {
        let bench = try bench()
        bench.core.erasedCalls = [UniqueID(high: 1, low: 1)]
        bench.receive(call, from: terminal, user: Self.chief)
        let batch = try #require(bench.commit())
        #expect(batch.texts.isEmpty)
        #expect(batch.facts.contains { if case .callFiled = $0 { true } else { false } })
    }

    @Test("texts that were being read when they were erased are read again, and not handed over")
    func stale() throws {
        let bench = try bench()
        bench.receive(call, from: terminal, user: Self.chief)
        let batch = try #require(bench.commit())
        let filed = try #require(Self.texts(in: batch))
        bench.core.cache = TextCache()
        bench.hello(from: other, role: .worker, user: String(repeating: "c", count: 40))
        #expect(bench.core.takeTextRequests() == [batch.seq])
        bench.commit()
        _ = bench.released()
        bench.core.repeatErasures([entry(filed)])
        bench.commit()
        bench.core.textsWereRead(seq: batch.seq, batch.texts)
        #expect(bench.released().assigns.isEmpty)
        #expect(bench.core.takeTextRequests() == [batch.seq])
        bench.core.textsWereRead(
            seq: batch.seq, [UInt8](repeating: 0, count: batch.texts.count))
        let item = try #require(bench.released().assigns.flatMap(\.items).first)
        #expect(item.texts.description_p.isEmpty)
    }

    @Test("what is handed out while the erasure is written leaves after it, and without the texts")
    func handedOutMeanwhile() throws {
        let bench = try bench()
        let filed = try file(bench)
        bench.core.repeatErasures([entry(filed)])
        let erasing = try #require(bench.core.takeBatch())
        #expect(erasing.erasures == [entry(filed)])
        bench.hello(from: other, role: .worker, user: String(repeating: "c", count: 40))
        #expect(bench.core.takeTextRequests().isEmpty)
        bench.core.batchBecameDurable()
        #expect(bench.core.takeTextRequests() == [filed.seq])
        bench.core.textsWereRead(seq: filed.seq, [UInt8](repeating: 0, count: 64))
        bench.commit()
        let item = try #require(bench.released().assigns.flatMap(\.items).first)
        #expect(item.texts.description_p.isEmpty)
    }

    @Test("while old ids are still read, an erasure of a call that memory lacks is put off")
    func starting() throws {
        let bench = try bench()
        bench.archive.isComplete = false
        #expect(try reply(request(2), Self.chief, bench).refused.code == 411)
        #expect(try reply(confirm(3), Self.deputy, bench).refused.code == 411)
        #expect(bench.core.takeErasureSearches().isEmpty)
    }

    // MARK: Steps

    private func bench() throws -> CoreBench {
        let keys = try AuthorizedKeys(
            text: """
                \(Self.chief) role=operator name=chief
                \(Self.deputy) role=operator name=deputy
                \(String(repeating: "c", count: 40)) role=worker name=van departments=urban

                """)
        let bench = try CoreBench(RoutingID([9])!, keys: keys)
        bench.hello(from: terminal, user: Self.chief)
        bench.hello(from: RoutingID([3])!, user: Self.deputy)
        bench.commit()
        _ = bench.released()
        return bench
    }

    private var call: WireMessage {
        var submit = WireSubmit()
        submit.items = [
            .with {
                $0.id = UniqueID(high: 1, low: 1).data
                $0.category = "litter"
                $0.grid = "g1"
                $0.texts.description_p = "x"
            }
        ]
        return .submit(submit)
    }

    private func file(_ bench: CoreBench) throws -> ErasedText {
        bench.receive(call, from: terminal, user: Self.chief)
        let batch = try #require(bench.commit())
        _ = bench.released()
        return try #require(Self.texts(in: batch))
    }

    private static func texts(in batch: BrokerCore.PendingBatch) -> ErasedText? {
        for case .callFiled(let filed) in batch.facts {
            return filed.texts.map { ErasedText(seq: batch.seq, place: $0) }
        }
        return nil
    }

    private func entry(_ text: ErasedText) -> ErasureList.Entry {
        ErasureList.Entry(
            call: UniqueID(high: 1, low: 1), serial: 1, actor: "deputy", requestedBy: "chief",
            texts: [text])
    }

    private func request(_ id: UInt64) -> WireCommandItem {
        command(id) {
            $0.requestErasure = WireRequestErasure()
            $0.reason = "asked for"
        }
    }

    private func confirm(_ id: UInt64) -> WireCommandItem {
        command(id) { $0.confirmErasure = WireConfirmErasure() }
    }

    private func command(
        _ id: UInt64, _ change: (inout WireCommandItem) -> Void
    ) -> WireCommandItem {
        var item = WireCommandItem.with {
            $0.id = UniqueID(high: 3, low: id).data
            $0.call = UniqueID(high: 1, low: 1).data
        }
        change(&item)
        return item
    }

    private func say(_ item: WireCommandItem, _ user: String, _ bench: CoreBench) {
        let route = user == Self.chief ? terminal : RoutingID([3])!
        bench.receive(.command(.with { $0.items = [item] }), from: route, user: user)
    }

    private func reply(
        _ item: WireCommandItem, _ user: String, _ bench: CoreBench
    ) throws -> WireCommandReplyItem {
        say(item, user, bench)
        bench.commit()
        return try #require(replies(bench).first)
    }

    private func replies(_ bench: CoreBench) -> [WireCommandReplyItem] {
        bench.released().flatMap { message -> [WireCommandReplyItem] in
            if case .commandReply(let reply) = message { reply.items } else { [] }
        }
    }
}
