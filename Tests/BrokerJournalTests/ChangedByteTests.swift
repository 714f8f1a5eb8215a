import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

/// A single changed byte of a journal is found by `verify` and named, or is shown to hold nothing.
@Suite struct ChangedByteTests {
    private static let textsColumn = 5
    private static let batches = (1...12).map { SampleBatch.make($0, textBytes: 300) }

    @Test("In the database: the batch is named, or every row says what it said", arguments: 0..<4)
    func database(part: Int) throws {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in Self.batches { _ = try journal.append(batch) }
        try journal.close()
        try change("journal.sqlite", directory.files(), step: 7, part: part, of: 4)
    }

    @Test("In the WAL of a broker that was killed", arguments: 0..<4)
    func log(part: Int) throws {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in Self.batches { _ = try journal.append(batch) }
        var files = try directory.files()
        files["journal.sqlite-shm"] = nil
        try journal.close()
        try change("journal.sqlite-wal", files, step: 31, part: part, of: 4)
    }

    @Test(
        "Each column of a batch is named by itself",
        arguments: [
            ("epoch = epoch + 1", "epoch"), ("at = at + 1", "at"), ("count = count + 1", "count"),
            ("facts = CAST(x'0A' || facts AS BLOB)", "facts"),
            ("chain = CAST(x'00' || substr(chain, 2) AS BLOB)", "chain"),
        ], [1, 5, 12])
    func column(change: (sql: String, name: String), seq: Int) throws {
        let directory = TemporaryDirectory()
        let journal = try SQLiteJournal.open(directory)
        for batch in Self.batches { _ = try journal.append(batch) }
        try journal.close()
        try DatabaseQueue(path: directory.data.journal).write {
            try $0.execute(sql: "UPDATE batch SET \(change.sql) WHERE seq = \(seq)")
        }
        let found = try JournalVerification.run(directory.data)
        guard case .damaged(let named, let reason)? = found.failure else {
            Issue.record("\(found)")
            return
        }
        #expect(named == UInt64(seq))
        #expect(reason.hasSuffix("its field \(change.name) was changed"), "\(reason)")
    }

    /// Changes every `step`th byte in turn.
    private func change(
        _ name: String, _ files: [String: Data], step: Int, part: Int, of parts: Int
    ) throws {
        let directory = TemporaryDirectory()
        try directory.data.create()
        try directory.restore(files)
        let rows = try Self.rows(directory)
        var (named, unused) = (0, 0)
        for offset in stride(from: part * step, to: files[name]!.count, by: parts * step) {
            var changed = files
            changed[name]![offset] ^= UInt8(truncatingIfNeeded: offset * 37 | 1)
            try directory.restore(changed)
            guard let found = try? JournalVerification.run(directory.data) else {
                // SQLite cannot open it at all, and says so.
                named += 1
                continue
            }
            guard let complaint = found.complaint else {
                #expect(try Self.rows(directory) == rows, "\(name) at \(offset) holds something")
                unused += 1
                continue
            }
            named += 1
            #expect(!complaint.isEmpty)
            // What was read before the place that is named is what was written.
            let intact = Int(found.intact.seq)
            // Where SQLite cannot read the page, it says so to us as to `verify`.
            guard let now = try? Self.rows(directory, through: intact) else { continue }
            let isSame = zip(now, rows).prefix(intact).allSatisfy { row, written in
                // A changed text is named by itself, and what follows it is examined too.
                zip(row, written).enumerated().allSatisfy { column, values in
                    values.0 == values.1
                        || column == Self.textsColumn && !found.damagedTexts.isEmpty
                }
            }
            #expect(now.count >= intact && isSame, "\(name) at \(offset): \(complaint)")
        }
        #expect(named > 0, "\(named) named, \(unused) without meaning")
    }

    private static func rows(
        _ directory: TemporaryDirectory, through seq: Int = .max
    ) throws -> [[DatabaseValue]] {
        let checkout = try JournalCheckout(directory.data)
        return try checkout.queue.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM batch WHERE seq <= ? ORDER BY seq",
                arguments: [Int64(clamping: seq)]
            ).map { Array($0.databaseValues) }
        }
    }
}
