import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import Logging
import Testing

@testable import BrokerViews

@Suite("QueryService")
struct QueryServiceTests {
    private let directory: TemporaryDirectory
    private let progress = ViewProgress(gatherMilliseconds: 0)

    init() throws { directory = try TemporaryDirectory() }

    @Test("A query that waits does not hold up the next")
    func waitingQuery() async throws {
        let batches = RandomHistory.batches(seed: 41, steps: 100)
        try ViewStore.fill(directory.views, with: batches, sizes: [10])
        progress.opened(at: UInt64(batches.count))
        var settings = QueryService.Settings()
        settings.patienceMilliseconds = 600_000
        let service = service(settings)
        async let waiting = ask(service, minimum: UInt64(batches.count) + 1)
        let item = await ask(service, minimum: UInt64(batches.count))
        #expect(item.campaigns.campaigns.count == 2)
        service.stop()
        #expect(await waiting.refused.code == UInt32(RefusalCode.viewsBehind.rawValue))
    }

    @Test("More queries than may wait are refused at once")
    func capacity() async throws {
        var settings = QueryService.Settings()
        settings.waitingQueries = 0
        let service = service(settings)
        let item = await ask(service, minimum: 0)
        #expect(item.refused.code == UInt32(RefusalCode.viewsBehind.rawValue))
        service.stop()
    }

    @Test("Views follow a real journal, and an audit finds it intact")
    func journal() async throws {
        let data = DataDirectory(path: directory.path)
        let journal = try SQLiteJournal.open(data) { _ in }
        let batches = RandomHistory.batches(seed: 42, steps: 300)
        for batch in batches { _ = try journal.append(batch) }
        progress.announce(durable: journal.position.seq)
        let tail = ViewTail(
            path: data.views, source: try JournalReader(data), progress: progress,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        tail.start()
        let service = service(QueryService.Settings())
        let item = await ask(service, minimum: journal.position.seq)
        #expect(item.asOf == UInt64(batches.count))
        let audit = await withCheckedContinuation { continuation in
            service.audit { continuation.resume(returning: $0) }
        }
        #expect(audit.audit.intact, "\(audit)")
        #expect(audit.audit.batches == UInt64(batches.count))
        #expect(audit.audit.facts == UInt64(batches.reduce(0) { $0 + $1.facts.count }))
        #expect(audit.audit.chain == Data(journal.position.chain.bytes))
        service.stop()
        tail.stop()
        try journal.close()
    }

    @Test("An export comes piece by piece and ends where it began to; other positions are refused")
    func export() async throws {
        let data = DataDirectory(path: directory.path)
        let journal = try SQLiteJournal.open(data) { _ in }
        let batches = RandomHistory.batches(seed: 43, steps: 200)
        let end = UInt64(batches.count - 1)
        for batch in batches { _ = try journal.append(batch) }
        var settings = QueryService.Settings()
        settings.pieceBytes = 3_000
        let service = service(settings)
        var (bytes, position, positions) = (Data(), Data(), [Data]())
        repeat {
            let item = await piece(service, position, texts: true, durable: end)
            #expect(item.asOf == end && item.export.piece.count <= 3_000, "\(item.refused)")
            bytes.append(item.export.piece)
            position = item.export.next
            positions.append(position)
        } while !position.isEmpty
        #expect(positions.count > 20)
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == Int(end) + 1)
        let middle = positions[3]
        let wrong = [
            // Without the texts it was begun with, beyond what is durable, and what nobody gave.
            await piece(service, middle, texts: false, durable: end),
            await piece(service, middle, texts: true, durable: end - 1),
            await piece(service, middle.dropLast(), texts: true, durable: end),
            await piece(service, Data([1]), texts: true, durable: end),
        ]
        for item in wrong {
            #expect(item.refused.code == UInt32(RefusalCode.valueOutOfRange.rawValue))
            #expect(item.refused.field == "position")
        }
        service.stop()
        try journal.close()
    }

    private func piece(
        _ service: QueryService, _ position: Data, texts: Bool, durable: UInt64
    ) async -> WireQueryReplyItem {
        var query = WireExportQuery()
        query.position = position
        query.texts = texts
        let asked = query
        return await withCheckedContinuation { continuation in
            service.export(asked, durable: durable) { continuation.resume(returning: $0) }
        }
    }

    private func service(_ settings: QueryService.Settings) -> QueryService {
        QueryService(
            directory: DataDirectory(path: directory.path), progress: progress,
            textIndex: TextIndexProgress(), limits: ProtocolLimits(), settings: settings)
    }

    private func ask(_ service: QueryService, minimum: UInt64) async -> WireQueryReplyItem {
        await withCheckedContinuation { continuation in
            service.submit(.campaigns(now: .zero), minimum: minimum) {
                continuation.resume(returning: $0)
            }
        }
    }
}
