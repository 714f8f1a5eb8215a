import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct BackupTests {
    private let directory = TemporaryDirectory()
    private let now = SampleBatch.time.advanced(byMilliseconds: 3_600_000)
    private var path: String { directory.path + "/one.gridcall-backup" }

    private func backUp(
        to path: String? = nil, replaces: Bool = false, acceptsDamagedTexts: Bool = false
    ) throws -> BackupWriter.Report {
        try BackupWriter(
            of: directory.data, to: path ?? self.path, replaces: replaces,
            acceptsDamagedTexts: acceptsDamagedTexts
        ).run(now: now)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
    }

    /// The batches of a backup, as a journal that was made from it gives them.
    private func batches(of path: String) throws -> [Batch] {
        let other = TemporaryDirectory()
        // Not kept, since it locks the directory.
        try StagedJournal(BackupFile(path: path), in: other.data).publish()
        return try reopened(other)
    }

    @Test("Beside an open journal: all that was durable, whatever is appended meanwhile")
    func live() throws {
        let journal = try SQLiteJournal.open(directory)
        // More than one step of copying.
        try journal.appendSamples(through: 40, textBytes: 300_000)
        let writer = Thread { try? journal.appendSamples(through: 400) }
        writer.start()
        let report = try backUp()
        while !writer.isFinished { usleep(1_000) }
        #expect(report.end.seq >= 40 && report.verification.batches == report.end.seq)
        let expected = (1...40).map { SampleBatch.make($0, textBytes: 300_000) }
        #expect(try batches(of: path).prefix(40) == expected[...])
        #expect(try batches(of: path).count == Int(report.end.seq))
        #expect(journal.position.seq == 400)
        try journal.close()
    }

    @Test("A journal that was closed, and one whose broker was killed", arguments: [true, false])
    func still(isClosed: Bool) throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 5)
        let position = journal.position
        if isClosed { try journal.close() }
        let crashed = try directory.copy()
        let before = try crashed.files()
        let report = try BackupWriter(of: crashed.data, to: path).run(now: now)
        #expect(report.end == position && report.path == path)
        #expect(try crashed.files() == before)
        let backup = try BackupFile(path: path)
        #expect(backup.end == position && backup.madeAt == now)
        #expect(backup.meta.id == journal.id && backup.meta.digestKey == journal.digestKey)
        #expect(try batches(of: path) == (1...5).map { SampleBatch.make($0) })
        let bytes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(bytes[.size] as? Int64 == report.bytes && bytes[.posixPermissions] as? Int == 0o600)
        #expect(try names == ["data", "one.gridcall-backup"].filter { isClosed || $0 != "" })
    }

    @Test("An empty journal has an empty backup")
    func empty() throws {
        try SQLiteJournal.open(directory).close()
        #expect(try backUp().end == .start)
        #expect(try batches(of: path).isEmpty)
    }

    @Test("A file of the name is kept unless it may be replaced")
    func existing() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 1)
        _ = try backUp()
        let first = try Data(contentsOf: URL(filePath: path))
        try journal.appendSamples(through: 2)
        #expect(throws: BackupError.exists(path: path)) { try backUp() }
        #expect(try Data(contentsOf: URL(filePath: path)) == first)
        #expect(try backUp(replaces: true).end.seq == 2)
        #expect(try names == ["data", "one.gridcall-backup"])
    }

    @Test("What a stopped backup left is overwritten; one that is being written is left alone")
    func temporary() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 3)
        let temporary = path + ".new"
        try Data(repeating: 7, count: 100_000).write(to: URL(filePath: temporary))
        do {
            let other = try PosixFile(opening: temporary, flags: O_RDWR)
            #expect(flock(other.descriptor, LOCK_EX | LOCK_NB) == 0)
            #expect(throws: BackupError.busy(path: path)) { try backUp() }
            #expect(try names.contains("one.gridcall-backup.new"))
        }
        #expect(try backUp().end.seq == 3)
        #expect(try batches(of: path).count == 3)
        #expect(try names == ["data", "one.gridcall-backup"])
    }

    @Test("A journal that lost its end, its head or a batch gives no backup, and leaves no file")
    func damagedJournal() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 8)
        try journal.close()
        let sound = try directory.files()
        let changes: [(String, (String) throws -> Void)] = [
            (
                "end",
                { try Self.execute("DELETE FROM batch WHERE seq > 7", in: $0 + "/journal.sqlite") }
            ),
            (
                "batch",
                {
                    try Self.execute(
                        "UPDATE batch SET at = at + 1 WHERE seq = 4", in: $0 + "/journal.sqlite")
                }
            ),
            (
                "middle",
                { try Self.execute("DELETE FROM batch WHERE seq = 4", in: $0 + "/journal.sqlite") }
            ),
            (
                "text",
                {
                    try Self.execute(
                        "UPDATE batch SET texts = CAST(upper(texts) AS BLOB) WHERE seq = 4",
                        in: $0 + "/journal.sqlite")
                }
            ),
            ("head", { try FileManager.default.removeItem(atPath: $0 + "/head") }),
            (
                "id",
                {
                    try Self.execute(
                        "UPDATE meta SET digest_key = x'00'", in: $0 + "/journal.sqlite")
                }
            ),
        ]
        for (what, change) in changes {
            try directory.restore(sound)
            try change(directory.data.path)
            #expect(throws: JournalError.self, "\(what)") { try backUp() }
            #expect(try names == ["data"], "\(what)")
        }
        try FileManager.default.removeItem(atPath: directory.data.path)
        #expect(throws: JournalError.self) { try backUp() }
        #expect(try names.isEmpty)
    }

    @Test("A damaged text is copied as it is if that is accepted")
    func damagedText() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 8)
        try journal.withDatabase { database in
            try database.execute(
                sql: "UPDATE batch SET texts = CAST(upper(texts) AS BLOB) WHERE seq = 4")
        }
        let report = try backUp(acceptsDamagedTexts: true)
        #expect(report.verification.damagedTexts.map(\.seq) == [4])
        let backup = try BackupFile(path: path)
        #expect(throws: BackupError.self) { try backup.verify() }
        #expect(try backup.verify(acceptingDamagedTexts: true).damagedTexts.count == 1)
        #expect(try batches(of: path).count == 8)
    }

    @Test("A flipped bit is refused, wherever it lies", arguments: 0..<4)
    func flipped(part: Int) throws {
        let journal = try SQLiteJournal.open(directory)
        for seq in 1...12 as ClosedRange<UInt64> {
            _ = try journal.append(SampleBatch.make(seq, textBytes: 300))
        }
        _ = try backUp()
        let sound = try Data(contentsOf: URL(filePath: path))
        let file = directory.path + "/damaged"
        let header = Array(part..<100).filter { $0 % 4 == part }
        let end = Array(sound.count - 60..<sound.count).filter { $0 % 4 == part }
        for offset in header + Array(stride(from: part * 37, to: sound.count, by: 4 * 37)) + end {
            var damaged = sound
            damaged[offset] ^= 1 << UInt8(offset % 8)
            try damaged.write(to: URL(filePath: file))
            #expect(throws: BackupError.self, "at \(offset)") {
                try BackupFile(path: file).verify()
            }
        }
        #expect(try names == ["damaged", "data", "one.gridcall-backup"])
        #expect(try batches(of: path).count == 12)
    }

    @Test("What lacks its end, is empty, a journal or no database is no backup")
    func foreign() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 8)
        try journal.close()
        _ = try backUp()
        let other = directory.path + "/other"
        let sound = try Data(contentsOf: URL(filePath: path))
        try Data(contentsOf: URL(filePath: directory.data.journal)).write(to: URL(filePath: other))
        #expect(throws: BackupError.self, "a journal") { try BackupFile(path: other) }
        for length in [0, 50, 4_096, sound.count - 4_096, sound.count - 40, sound.count - 1] {
            try sound.prefix(length).write(to: URL(filePath: other))
            #expect(throws: BackupError.self, "\(length) bytes") {
                try BackupFile(path: other).verify()
            }
        }
        #expect(throws: JournalError.self, "missing") {
            try BackupFile(path: directory.path + "/missing")
        }
    }

    @Test("A directory names backups by their time and keeps the newest")
    func folder() throws {
        let folder = BackupFolder(path: directory.path)
        let first = folder.newPath(at: Timestamp(milliseconds: 1_764_298_800_999))
        #expect(first == directory.path + "/gridcall-2025-11-28T030000Z.gridcall-backup")
        let days = (0..<4).map {
            folder.newPath(at: Timestamp(milliseconds: 1_764_298_800_000 + $0 * 86_400_000))
        }
        let others = ["/gridcall-notes.txt", "/mine.gridcall-backup"].map { directory.path + $0 }
        let rest = days[0] + ".new"
        for file in days + others + [rest] { try Data([1]).write(to: URL(filePath: file)) }
        #expect(try folder.prune(keeping: 5).isEmpty)
        #expect(!(try names.contains { $0.hasSuffix(".new") }))
        #expect(try folder.prune(keeping: 2).count == 2)
        let left = (days[2...] + others).map { String($0.dropFirst(directory.path.count + 1)) }
        #expect(try names == left.sorted())
        #expect(try folder.prune(keeping: 0).count == 1)
    }

    private static func execute(_ sql: String, in path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
