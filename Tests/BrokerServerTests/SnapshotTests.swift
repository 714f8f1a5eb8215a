import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import Logging
import Testing
import ZeroMQ

@testable import BrokerServer

/// A start from a snapshot finds what a start from the first batch finds, or does without it.
@Suite("Snapshots")
struct SnapshotTests {
    private let terminal = RoutingID([1])!
    private let directory: DataDirectory
    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() {
        directory = DataDirectory(path: "/dev/shm/snapshot-\(UUID().uuidString)")
    }

    @Test("a start applies only what came after it, and finds the same")
    func start() throws {
        defer { remove() }
        let batches = try street(calls: 60)
        try write(batches[..<40], archivedUpTo: 40)
        guard case .made(let position, let openCalls) = try SnapshotMaking.run(directory) else {
            Issue.record("no snapshot was made")
            return
        }
        #expect(position.seq == 40 && openCalls == 39)
        #expect(try SnapshotMaking.run(directory) == .upToDate(position))
        try write(batches[40...], archivedUpTo: 40)

        let short = try recover()
        #expect(short.facts == batches[40...].map(\.facts.count).reduce(0, +))
        unlink(directory.snapshot)
        let long = try recover()
        #expect(long.facts == batches.map(\.facts.count).reduce(0, +))
        #expect(short.record == long.record && short.position == long.position)
    }

    @Test("it is made beside the broker that works here, and goes on from the one before it")
    func beside() throws {
        defer { remove() }
        let batches = try street(calls: 20)
        let journal = try SQLiteJournal.open(directory) { _ in }
        let archive = try Archive(directory, journalID: journal.id, lastSeq: 0)
        for batch in batches {
            _ = try journal.append(batch)
            try archive.append([], upTo: batch.seq)
            guard case .made(let position, _) = try SnapshotMaking.run(directory) else {
                Issue.record("no snapshot of batch \(batch.seq) was made")
                return
            }
            #expect(position == journal.position)
        }
        try journal.close()
        #expect(try recover().facts == 0)
    }

    @Test("one that is cut, changed or another journal's is not used, and the start is the same")
    func damaged() throws {
        defer { remove() }
        let batches = try street(calls: 12)
        try write(batches[...], archivedUpTo: UInt64(batches.count))
        _ = try SnapshotMaking.run(directory)
        let whole = try Data(contentsOf: URL(filePath: directory.snapshot))
        let (record, facts) = (try recover().record, batches.map(\.facts.count).reduce(0, +))
        for offset in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
            var flipped = whole
            flipped[offset] ^= UInt8(1) << UInt8(offset % 8)
            for bytes in [flipped, whole[..<offset]] {
                try bytes.write(to: URL(filePath: directory.snapshot))
                let found = try recover()
                #expect(found.record == record && found.facts == facts, "at \(offset)")
            }
        }
        try (whole + [0]).write(to: URL(filePath: directory.snapshot))
        #expect(try recover().facts == facts)
        try whole.write(to: URL(filePath: directory.snapshot))
        #expect(try recover().facts == 0)
    }

    @Test("one of another history of this journal is not used, though it has as many batches")
    func otherHistory() throws {
        defer { remove() }
        let (one, two) = (try street(calls: 12), try street(calls: 9, voiding: 3))
        try #require(one.count == two.count)
        try write([], archivedUpTo: 0)
        let empty = directory.path + "-empty"
        try FileManager.default.copyItem(atPath: directory.path, toPath: empty)
        try write(one[...], archivedUpTo: UInt64(one.count))
        _ = try SnapshotMaking.run(directory)
        let snapshot = try Data(contentsOf: URL(filePath: directory.snapshot))
        // As where a copy of the journal was brought back and went on in another way.
        remove()
        try FileManager.default.moveItem(atPath: empty, toPath: directory.path)
        try write(two[...], archivedUpTo: UInt64(two.count))
        try snapshot.write(to: URL(filePath: directory.snapshot))

        let found = try recover()
        #expect(found.facts == two.map(\.facts.count).reduce(0, +))
        #expect(found.record.calls.count == 6)
    }

    @Test("an index of old ids that was lost is made anew, though no batch is read")
    func lostIndex() throws {
        defer { remove() }
        let batches = try street(calls: 8, voiding: 3)
        try write(batches[...], archivedUpTo: UInt64(batches.count))
        _ = try SnapshotMaking.run(directory)
        for suffix in ["", "-wal", "-shm"] { unlink(directory.archive + suffix) }

        let recovery = try Recovery.run(directory, log: log)
        #expect(recovery.factsReplayed == 0 && recovery.record.calls.count == 5)
        for number: UInt64 in 1...3 {
            #expect(try recovery.archive.call(id: UniqueID(high: 1, low: number)) != nil)
        }
        try recovery.archive.close()
        try recovery.journal.close()
    }

    @Test("one that goes on from another needs an index of old ids that is as complete")
    func indexBehind() throws {
        defer { remove() }
        let batches = try street(calls: 8, voiding: 3, filingLater: 2)
        let last = batches.count - 2
        try write(batches[..<last], archivedUpTo: UInt64(last))
        _ = try SnapshotMaking.run(directory)
        // The index is not synced: a loss of power takes it back.
        for suffix in ["", "-wal", "-shm"] { unlink(directory.archive + suffix) }
        try write(batches[last...], archivedUpTo: 0)
        guard case .made = try SnapshotMaking.run(directory) else {
            Issue.record("no snapshot was made")
            return
        }

        let recovery = try Recovery.run(directory, log: log)
        #expect(recovery.record.calls.count == 7)
        for number: UInt64 in 1...3 {
            #expect(try recovery.archive.call(id: UniqueID(high: 1, low: number)) != nil)
        }
        try recovery.archive.close()
        try recovery.journal.close()
    }

    @Test("without an index of old ids none is made")
    func noArchive() throws {
        defer { remove() }
        let journal = try SQLiteJournal.open(directory) { _ in }
        for batch in try street(calls: 2) { _ = try journal.append(batch) }
        #expect(try SnapshotMaking.run(directory) == .noArchive)
        try journal.close()
    }

    /// The batches of a street with so many calls, the first `voided` of which were voided before
    /// the last came.
    private func street(
        calls: UInt64, voiding voided: UInt64 = 0, filingLater later: UInt64 = 0
    ) throws -> [Batch] {
        let bench = try CoreBench(terminal)
        for number in 1...calls {
            bench.receive(.submit(bench.call(number)), from: terminal)
            bench.commit()
        }
        for number in 0..<voided {
            var item = WireCommandItem()
            item.id = UniqueID(high: 2, low: number + 1).data
            item.call = UniqueID(high: 1, low: number + 1).data
            item.voidCall = WireVoidCall()
            item.reason = "a test of the line"
            var command = WireCommand()
            command.items = [item]
            bench.receive(.command(command), from: terminal)
            bench.commit()
        }
        for number in 0..<later {
            bench.receive(.submit(bench.call(calls + 1 + number)), from: terminal)
            bench.commit()
        }
        return bench.batches
    }

    private func write(_ batches: ArraySlice<Batch>, archivedUpTo seq: UInt64) throws {
        let journal = try SQLiteJournal.open(directory) { _ in }
        for batch in batches { _ = try journal.append(batch) }
        let archive = try Archive(
            directory, journalID: journal.id, lastSeq: journal.position.seq)
        try archive.append([], upTo: seq)
        try archive.close()
        try journal.close()
    }

    private func recover() throws -> (record: Record, facts: Int, position: Position) {
        let recovery = try Recovery.run(directory, log: log)
        let position = recovery.journal.position
        try recovery.archive.close()
        try recovery.journal.close()
        return (recovery.record, recovery.factsReplayed, position)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: directory.path) }
}
