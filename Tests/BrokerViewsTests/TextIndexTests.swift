import BrokerEngine
import BrokerJournal
import Foundation
import GRDB
import GridCodec
import GridModel
import Logging
import Monotonic
import SwiftProtobuf
import Testing

@testable import BrokerViews

@Suite("TextIndex")
struct TextIndexTests {
    private let directory: TemporaryDirectory
    private let batches = RandomHistory.batches(seed: 61, steps: 900)
    private let views = ViewProgress(gatherMilliseconds: 0)
    private let progress = TextIndexProgress()

    init() throws {
        directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: [50])
        views.opened(at: UInt64(batches.count))
    }

    @Test(
        "The index proposes every call that has the text, whatever is asked",
        arguments: ["烧烤", "烤", "夜市烧烤扰民", "bbq", "barb", "b", "12", "店外经营", "烧烤店 露天"])
    func proposals(question: String) throws {
        var follower = follower()
        while try follower.step() {}
        let query = try TextQuery(question, limits: ProtocolLimits())
        let proposed = try reader().read { index in
            let index = try #require(index)
            let falling = try Self.all(index.serials(for: query, in: 0..<1_000, isDescending: true))
            let rising = try Self.all(index.serials(for: query, in: 0..<1_000, isDescending: false))
            #expect(rising == falling.reversed() && rising == rising.sorted())
            return Set(rising)
        }
        let model = NaiveModel(batches)
        for (serial, call) in model.calls {
            let text = FoldedText((call.texts.description_p + "\n" + call.texts.address).utf8)
            if query.matches(text) { #expect(proposed.contains(Int64(serial)), "\(text)") }
        }
        #expect(!proposed.isEmpty && proposed.count < model.calls.count)
    }

    @Test("An index that stopped goes on where it was; one of another history is made anew")
    func goesOn() throws {
        var first = follower(calls: 20)
        #expect(try first.step())
        #expect(try position() == 20)
        var second = follower()
        while try second.step() {}
        #expect(try position() == Int64(batches.filedCalls))
        let other = RandomHistory.batches(seed: 62, steps: 700)
        try ViewStore.remove(directory.views)
        try ViewStore.fill(directory.views, with: other, sizes: [50])
        var third = follower()
        while try third.step() {}
        #expect(try position() == Int64(other.filedCalls))
        #expect(try found("烧烤") == expected(other, "烧烤"))
    }

    @Test("An index that is ahead of views being built anew is not asked, and kept")
    func viewsBehind() throws {
        var first = follower()
        while try first.step() {}
        try ViewStore.remove(directory.views)
        try ViewStore.fill(directory.views, with: Array(batches.prefix(10)), sizes: [50])
        views.announce(durable: UInt64(batches.count))
        views.opened(at: 10)
        #expect(try !first.step())
        #expect(progress.usableGeneration == nil)
        try ViewStore.remove(directory.views)
        try ViewStore.fill(directory.views, with: batches, sizes: [50])
        views.opened(at: UInt64(batches.count))
        #expect(try !first.step())
        #expect(progress.usableGeneration != nil)
    }

    @Test(
        "A damaged index is made anew, and searches wait for it", arguments: ["garbage", "newer"])
    func damaged(kind: String) throws {
        var first = follower()
        while try first.step() {}
        if kind == "garbage" {
            try Data(repeating: 7, count: 9_000).write(to: URL(filePath: directory.search))
        } else {
            let queue = try DatabaseQueue(path: directory.search)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
            try queue.close()
        }
        var second = follower()
        while try second.step() {}
        #expect(try found("烧烤") == expected(batches, "烧烤"))
    }

    @Test("A reader that finds the index damaged reports it, and answers without it")
    func readerReportsDamage() throws {
        var follower = follower()
        while try follower.step() {}
        let generation = progress.usableGeneration
        progress.reportDamage(generation: generation ?? 0)
        #expect(progress.usableGeneration == nil)
        #expect(try found("烧烤") == expected(batches, "烧烤"))
        while try follower.step() {}
        #expect(progress.usableGeneration == generation.map { $0 + 1 })
    }

    @Test("A search refuses with viewsBehind while the index is too far behind")
    func tooFarBehind() throws {
        var query = WireListQuery()
        query.text = "烧烤"
        let views = testViews(ListSizes(small: 10, tiny: 0, tail: 5))
        let refusal = views.ask(.list(query, now: batches.end)).refused
        #expect(refusal.code == UInt32(RefusalCode.viewsBehind.rawValue))
        #expect(refusal.field == "text")
        var follower = follower()
        while try follower.step() {}
        #expect(try views.serials(query, now: batches.end) == expected(batches, "烧烤"))
    }

    @Test("A search finds what was filed before it, at once, and the thread catches up")
    func thread() throws {
        let indexer = TextIndexer(
            indexPath: directory.search, viewsPath: directory.views, views: views,
            progress: progress, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(try found("烧烤") == expected(batches, "烧烤"))
        indexer.start()
        #expect(
            progress.wait(
                for: Int64(batches.filedCalls), until: .now(plusMilliseconds: 20_000)))
        #expect(try found("烧烤") == expected(batches, "烧烤"))
        views.stop()
        indexer.stop()
    }

    @Test("A call that is removed leaves no piece of its text in the files")
    func removal() throws {
        let path = directory.path + "/removal.sqlite"
        let index = try TextIndex(path: path)
        let entries = try (1...300).map {
            try entry(Int64($0), $0 == 77 ? "secretly" : "烧烤 bbq")
        }
        try index.add(entries)
        try index.add([try entry(301, "烧烤")])
        #expect(try bytes(path).contains(Data("secretly".utf8)))
        try index.remove([entries[76]])
        #expect(try !bytes(path).contains(Data("secretly".utf8)))
        let query = try TextQuery("烧烤", limits: ProtocolLimits())
        let reading = try DatabaseQueue(path: path)
        let count = try reading.read { database in
            let index = try TextIndexSnapshot(database)
            return try Self.all(index.serials(for: query, in: 0..<999, isDescending: true)).count
        }
        #expect(count == 300)
        try index.close()
    }

    private func entry(_ serial: Int64, _ text: String) throws -> TextIndex.Entry {
        var texts = WireCallTexts()
        texts.description_p = text
        return TextIndex.Entry(
            position: TextIndex.Position(serial: serial, idHigh: 1, idLow: serial),
            texts: try texts.serializedBytes())
    }

    private func bytes(_ path: String) throws -> Data {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes += (try? Data(contentsOf: URL(filePath: path + "-wal"))) ?? Data()
        return bytes
    }

    private static func all(_ proposals: TextProposals) throws -> [Int64] {
        var serials: [Int64] = []
        while let serial = try proposals.next() { serials.append(serial) }
        return serials
    }

    private func follower(calls: Int = 100) -> TextIndexFollower {
        TextIndexFollower(
            indexPath: directory.search, viewsPath: directory.views, views: views,
            progress: progress, batch: TextIndexFollower.Batch(calls: calls, bytes: 4_000))
    }

    private func reader() -> TextIndexReader {
        TextIndexReader(path: directory.search, progress: progress)
    }

    private func position() throws -> Int64? {
        try reader().read { $0?.reached }
    }

    private func testViews(_ sizes: ListSizes = ListSizes()) -> TestViews {
        TestViews(
            path: directory.views, seq: UInt64(batches.count), textIndex: reader(), sizes: sizes)
    }

    private func found(_ text: String) throws -> [UInt64] {
        var query = WireListQuery()
        query.text = text
        return try testViews().serials(query, now: batches.end)
    }

    private func expected(_ batches: [Batch], _ text: String) -> [UInt64] {
        var query = WireListQuery()
        query.text = text
        return ListModel(model: NaiveModel(batches), now: batches.end).serials(query)
    }
}
