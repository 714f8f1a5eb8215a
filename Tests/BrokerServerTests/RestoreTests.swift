import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import Testing
import ZeroMQ

@testable import BrokerServer

/// A journal with calls in it, a backup of it, and places to restore it to.
private final class BackedUp {
    let directory: String
    let position: Position
    /// When the last batch was written.
    let lastAt: Timestamp
    let openCalls: Int
    let nextSerial: UInt64
    let record: Record

    var backup: String { directory + "/one.gridcall-backup" }
    /// A place that is not there yet.
    func place(_ name: String = "restored") -> DataDirectory {
        DataDirectory(path: "\(directory)/\(name)")
    }

    init() throws {
        directory = NSTemporaryDirectory() + "restore-\(UUID().uuidString)"
        let data = DataDirectory(path: directory + "/data")
        let journal = try SQLiteJournal.open(data) { _ in }
        let (terminal, worker) = (RoutingID([1])!, RoutingID([2])!)
        let bench = try CoreBench(terminal)
        func store(_ batch: BrokerCore.PendingBatch?) throws {
            guard let batch else { return }
            _ = try journal.append(
                Batch(
                    seq: batch.seq, epoch: batch.epoch, at: batch.at, facts: batch.facts,
                    texts: batch.texts))
        }
        try store(bench.first)
        for number in 1...5 as ClosedRange<UInt64> {
            bench.receive(.submit(bench.call(number, text: "number \(number)")), from: terminal)
            if number == 2 { bench.hello(from: worker, role: .worker) }
            try store(bench.core.takeBatch())
            bench.core.batchBecameDurable()
            _ = bench.released()
        }
        record = bench.core.engine.record
        position = journal.position
        lastAt = record.now
        openCalls = record.calls.count
        nextSerial = record.nextSerial
        try journal.close()
        _ = try BackupWriter(of: data, to: backup).run(now: lastAt)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Restores at a time by a clock that moves only when somebody waits.
    @discardableResult
    func restore(
        to place: DataDirectory, after milliseconds: Int64 = 10_000, epoch: UInt32? = nil,
        firstSerial: UInt64? = nil
    ) throws -> (report: Restore.Report, endedAt: Timestamp) {
        var now = lastAt.advanced(byMilliseconds: milliseconds)
        let report = try Restore(
            of: backup, to: place, epoch: epoch, firstSerial: firstSerial
        ).run(now: { now }) { now = now.advanced(byMilliseconds: $0) }
        return (report, now)
    }

    /// What a broker that starts there would find.
    func open(_ place: DataDirectory) throws -> (record: Record, position: Position, facts: [Fact])
    {
        var replay = Replay(tailLimit: 10)
        var last: [Fact] = []
        let journal = try SQLiteJournal.open(place) {
            replay.apply($0)
            last = $0.facts
        }
        let position = journal.position
        try journal.close()
        return (replay.record, position, last)
    }

    func files(_ place: DataDirectory) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []).sorted()
    }
}

@Suite struct RestoreTests {
    private let street: BackedUp

    init() throws { street = try BackedUp() }

    @Test("All of the backup is there, in a new epoch, behind a gap, with nothing in hand")
    func whole() throws {
        let (report, endedAt) = try street.restore(to: street.place())
        let seconds = UInt32((street.lastAt.milliseconds + 10_000) / 1_000)
        #expect(report.epoch == seconds && report.backup == street.position)
        #expect(report.firstSerial == street.nextSerial + 10_000 * 1_000)
        #expect(report.openCalls == street.openCalls && report.released == 5)
        // Nobody who restores later can read the same second.
        #expect(endedAt.milliseconds / 1_000 > Int64(report.epoch))

        #expect(street.files(street.place()) == ["head", "journal.sqlite", "lock"])
        let (record, position, facts) = try street.open(street.place())
        #expect(position.seq == street.position.seq + 1 && position.epoch == seconds)
        #expect(record.epoch == seconds && record.nextSerial == report.firstSerial)
        #expect(record.calls == street.record.calls || record.calls.count == street.openCalls)
        #expect(facts.first == .turnBegan(at: street.lastAt.advanced(byMilliseconds: 10_000)))
        #expect(facts[1] == .epochBegan(epoch: seconds, firstSerial: report.firstSerial))
        #expect(record.departments.map(\.inHand) == [0])
        #expect(try JournalVerification.run(street.place()).isIntact)
    }

    @Test("Each restore of one backup begins above all that the one before can have given out")
    func twice() throws {
        let first = try street.restore(to: street.place("first"), after: 5_000)
        let passed = first.endedAt.milliseconds(since: street.lastAt)
        // At once, and after a day.
        for (place, later) in [("second", passed), ("third", passed + 86_400_000)] {
            let again = try street.restore(to: street.place(place), after: later)
            #expect(again.report.epoch > first.report.epoch)
            let room = again.report.firstSerial - first.report.firstSerial
            #expect(room >= UInt64(later - 5_000) * NewEpoch.serialsPerMillisecond)
        }
    }

    @Test("A backup of a restored broker is restored in its turn, and an older one after it")
    func chain() throws {
        let first = try street.restore(to: street.place("first"), after: 5_000).report
        let newer = street.directory + "/two.gridcall-backup"
        _ = try BackupWriter(of: street.place("first"), to: newer).run(now: street.lastAt)
        var now = street.lastAt.advanced(byMilliseconds: 9_000)
        let second = try Restore(of: newer, to: street.place("second")).run(now: { now }) {
            now = now.advanced(byMilliseconds: $0)
        }
        #expect(second.epoch > first.epoch && second.firstSerial > first.firstSerial)
        let third = try street.restore(to: street.place("third"), after: 12_000).report
        #expect(third.epoch > second.epoch && third.firstSerial > second.firstSerial)
        #expect(third.backup == street.position)
    }

    @Test("A directory that holds anything is refused and left as it is")
    func occupied() throws {
        for name in ["journal.sqlite", "head", "archive.sqlite", "journal.sqlite-wal", "notes"] {
            let place = street.place(name)
            try FileManager.default.createDirectory(
                atPath: place.path, withIntermediateDirectories: true)
            try Data([1]).write(to: URL(filePath: place.path + "/" + name))
            #expect(throws: BackupError.occupied(directory: place.path, found: name)) {
                try street.restore(to: place)
            }
            #expect(street.files(place) == [name])
        }
    }

    @Test("What a restore that was stopped at any step left is no hindrance, nor can it be served")
    func stopped() throws {
        try street.restore(to: street.place("whole"))
        let (whole, files) = (street.place("whole").path, FileManager.default)
        // In the middle of the copy; complete but in its place; with the head in its place.
        for (step, head) in [(0, nil), (1, "restoring/head"), (2, "head")] as [(Int, String?)] {
            let place = street.place("stopped-\(step)")
            try files.createDirectory(
                atPath: place.path + "/restoring", withIntermediateDirectories: true)
            try Data([1, 2, 3]).write(to: URL(filePath: place.path + "/restoring/journal.sqlite"))
            if let head {
                try files.copyItem(atPath: whole + "/head", toPath: "\(place.path)/\(head)")
            }
            if step == 2 {
                #expect(throws: JournalError.self) { try SQLiteJournal.open(place) { _ in } }
            }
            let report = try street.restore(to: place, after: 20_000).report
            #expect(try street.open(place).record.epoch == report.epoch)
            #expect(street.files(place) == ["head", "journal.sqlite", "lock"])
        }
        // The journal in its place, the rest not yet removed: it can be served.
        try files.createDirectory(
            atPath: whole + "/restoring", withIntermediateDirectories: false)
        #expect(try street.open(street.place("whole")).record.calls.count == street.openCalls)
    }

    @Test("A damaged backup writes nothing", arguments: [20, 200, 5_000, 9_000, 12_500])
    func damaged(offset: Int) throws {
        var bytes = try Data(contentsOf: URL(filePath: street.backup))
        bytes[offset] ^= 0x10
        try bytes.write(to: URL(filePath: street.backup))
        #expect(throws: BackupError.self) { try street.restore(to: street.place()) }
        #expect(!FileManager.default.fileExists(atPath: street.place().path))
    }

    @Test("A clock before the backup's last batch gives neither epoch nor gap")
    func clock() throws {
        #expect(throws: BackupError.self) {
            try street.restore(to: street.place("before"), after: -1)
        }
        #expect(throws: BackupError.self) {
            try street.restore(to: street.place("before"), after: -1, epoch: 7)
        }
        #expect(!FileManager.default.fileExists(atPath: street.place("before").path + "/head"))
        let exact = try street.restore(to: street.place("same"), after: 0).report
        #expect(exact.firstSerial == street.nextSerial)
        let said = try street.restore(
            to: street.place("said"), after: -500_000, epoch: 7, firstSerial: 1_000)
        #expect(said.report.epoch == 7 && said.report.firstSerial == 1_000)
        #expect(said.endedAt == street.lastAt.advanced(byMilliseconds: -500_000))
        // Engine time never goes back.
        #expect(try street.open(street.place("said")).record.now == street.lastAt)
    }

    @Test("An epoch and a serial that are said must be above the backup's, at the limit and beyond")
    func said() throws {
        #expect(throws: BackupError.epochTooLow(asked: 1, backup: 1)) {
            try street.restore(to: street.place(), epoch: 1)
        }
        #expect(try street.restore(to: street.place("2"), epoch: 2).report.epoch == 2)
        for serial in [0, street.nextSerial - 1, NewEpoch.highestSerial + 1] {
            #expect(throws: BackupError.self, "\(serial)") {
                try street.restore(to: street.place(), firstSerial: serial)
            }
        }
        for (name, serial) in [("low", street.nextSerial), ("high", NewEpoch.highestSerial)] {
            let report = try street.restore(to: street.place(name), firstSerial: serial).report
            #expect(try street.open(street.place(name)).record.nextSerial == serial)
            #expect(report.firstSerial == serial)
        }
    }

    @Test("Two restores to one directory at a time are one")
    func locked() throws {
        let place = street.place()
        try place.create()
        let lock = try DirectoryLock(place)
        #expect(throws: JournalError.self) { try street.restore(to: place) }
        withExtendedLifetime(lock) {}
    }
}
