import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import Logging
import Monotonic
import Testing

@testable import BrokerViews

@Suite("ViewTail")
struct ViewTailTests {
    private let directory: TemporaryDirectory
    private let batches = RandomHistory.batches(seed: 31, steps: 400)
    private let progress = ViewProgress(gatherMilliseconds: 0)

    init() throws { directory = try TemporaryDirectory() }

    @Test("A query waits until the views show what was durable when it came")
    func readYourWrites() throws {
        let source = MemorySource(batches, length: 3)
        let tail = tail(source)
        tail.start()
        defer { tail.stop() }
        for length in [3, 10, 50, batches.count] {
            source.grow(to: length)
            progress.announce(durable: UInt64(length))
            let item = ask(.campaigns(now: .zero), minimum: UInt64(length))
            #expect(item.refused == WireRefusal())
            #expect(item.asOf >= UInt64(length))
        }
        #expect(progress.lag == 0)
    }

    @Test("A source that fails is tried again; the lag is visible meanwhile")
    func retries() throws {
        let source = MemorySource(batches)
        source.fail(times: 3)
        progress.announce(durable: UInt64(batches.count))
        #expect(progress.lag == UInt64(batches.count))
        let tail = tail(source)
        tail.start()
        defer { tail.stop() }
        let item = ask(.campaigns(now: .zero), minimum: UInt64(batches.count))
        #expect(item.refused == WireRefusal())
        #expect(source.failuresLeft == 0)
        #expect(progress.lag == 0)
    }

    @Test("Stopping refuses the queries that wait")
    func stopping() throws {
        let tail = tail(MemorySource(batches, length: 1))
        tail.start()
        tail.stop()
        let item = ask(.campaigns(now: .zero), minimum: 2)
        #expect(item.refused.code == UInt32(RefusalCode.viewsBehind.rawValue))
    }

    @Test("A file that tells another history than the journal is built anew")
    func otherHistory() throws {
        var follower = follower(MemorySource(batches, salt: 1))
        _ = try follower.catchUp()
        let other = RandomHistory.batches(seed: 32, steps: 100)
        var second = self.follower(MemorySource(other, salt: 2))
        _ = try second.catchUp()
        #expect(progress.position == UInt64(other.count))
        let views = TestViews(path: directory.views, seq: progress.position)
        let calls = try views.serials(WireListQuery(), now: .zero)
        #expect(calls == NaiveModel(other).calls.keys.sorted(by: >))
    }

    @Test("A file that a reader finds damaged is built anew while the broker runs")
    func damagedWhileRunning() throws {
        let source = MemorySource(batches)
        var follower = follower(source)
        _ = try follower.catchUp()
        let reader = ViewReader(
            path: directory.views, progress: progress, limits: ProtocolLimits())
        let before = reader.answer(
            .list(WireListQuery(), now: .zero), minimum: 1, deadline: .now(plusMilliseconds: 500))
        #expect(before.list.calls.count == 50)
        progress.reportDamage(generation: 1)
        #expect(progress.isDamaged)
        _ = try follower.catchUp()
        #expect(!progress.isDamaged)
        let after = reader.answer(
            .list(WireListQuery(), now: .zero), minimum: 1, deadline: .now(plusMilliseconds: 500))
        #expect(after == before)
    }

    @Test("A reader reports a file whose pages are garbage")
    func readerReportsDamage() throws {
        try ViewStore.fill(directory.views, with: batches, sizes: [100])
        var bytes = try Data(contentsOf: URL(filePath: directory.views))
        bytes.replaceSubrange(4_096..., with: Data(repeating: 0xff, count: bytes.count - 4_096))
        try bytes.write(to: URL(filePath: directory.views))
        progress.opened(at: UInt64(batches.count))
        let reader = ViewReader(
            path: directory.views, progress: progress, limits: ProtocolLimits())
        let item = reader.answer(
            .list(WireListQuery(), now: .zero), minimum: 1, deadline: .now(plusMilliseconds: 0))
        #expect(item.refused.code == UInt32(RefusalCode.viewsBehind.rawValue))
        #expect(progress.isDamaged)
    }

    private func tail(_ source: any ViewSource) -> ViewTail {
        var settings = ViewTail.Settings()
        settings.byteBudget = 4
        settings.retryMilliseconds = 1
        return ViewTail(
            path: directory.views, source: source, progress: progress,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
    }

    private func follower(_ source: any ViewSource) -> ViewFollower {
        ViewFollower(path: directory.views, source: source, progress: progress, byteBudget: 16)
    }

    private func ask(_ query: ViewQuery, minimum: UInt64) -> WireQueryReplyItem {
        ViewReader(path: directory.views, progress: progress, limits: ProtocolLimits())
            .answer(query, minimum: minimum, deadline: .now(plusMilliseconds: 10_000))
    }
}
