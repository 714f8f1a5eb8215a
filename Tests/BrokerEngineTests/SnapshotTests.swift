import BrokerEngine
import GridModel
import Testing

@Suite("Record: snapshots")
struct SnapshotTests {
    @Test(
        "a record read from its pieces equals it, and goes on alike", arguments: UInt64(31)...36)
    func roundTrip(seed: UInt64) throws {
        var street = RandomStreet(seed: seed)
        for count in 1...160 {
            street.turn()
            if count % 40 == 0 {
                #expect(try Self.copy(of: street.fixture.record) == street.fixture.record)
            }
        }
        var copy = try Self.copy(of: street.fixture.record)
        let before = street.fixture.journal.count
        for _ in 0..<40 { street.turn() }
        for fact in street.fixture.journal[before...] { _ = copy.apply(fact) }
        #expect(copy.calls == street.fixture.record.calls)
        #expect(copy.assignments == street.fixture.record.assignments)
        #expect(copy.nextSerial == street.fixture.record.nextSerial)
        #expect(street.fixture.record.calls.count > 0)
    }

    @Test("workers that were told to rest are in it")
    func quietWorkers() throws {
        var record = Record()
        for worker: ActorID in [1, 2, 3] {
            let order = WorkerOrder.quiet
            _ = record.apply(.workerDirected(worker: worker, order: order, actor: 0, stands: true))
        }
        _ = record.apply(.workerDirected(worker: 2, order: .work, actor: 0, stands: true))
        #expect(record.quietWorkers == [1, 3])
        #expect(try Self.copy(of: record).quietWorkers == [1, 3])
    }

    /// A record made of the pieces of another.
    private static func copy(of record: Record) throws -> Record {
        var pieces: [RecordSnapshot.Piece] = []
        record.forEachSnapshotPiece { pieces.append($0) }
        guard case .summary(let summary) = pieces.removeFirst() else {
            throw SnapshotMistake()
        }
        var copy = Record(summary, hashSeed: 7, byteCount: 0)
        for piece in pieces { try copy.add(piece) }
        try copy.finishSnapshot()
        return copy
    }
}

/// A snapshot that cannot be.
private struct SnapshotMistake: Error {}
