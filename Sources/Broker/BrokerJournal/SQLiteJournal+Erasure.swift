package import BrokerEngine
package import Foundation
import GRDB
import GRDBSQLite
package import GridModel

extension SQLiteJournal {
    /// Overwrites texts with zeros, so that nothing of them is left in the journal's files.
    ///
    /// Doing it again changes nothing, so a stop in between costs only another run. A text that is
    /// not where it should be, or another one, is left alone. Rows keep their length: SQLite then
    /// writes them where they stood, and no page is ever freed. What the WAL held goes with it as
    /// soon as nobody reads an older state; until then `truncateLogIfDue` tries. After an error
    /// nothing more is accepted.
    ///
    /// False if an older version's copies of the first rows had to stay, because there is no room
    /// to write the file anew; whoever starts the broker with more room calls this again. So many
    /// `freeBytes` there are; the disk is asked if nobody says.
    @discardableResult
    package func erase(_ texts: [ErasedText], freeBytes: Int? = nil) throws -> Bool {
        guard !texts.isEmpty else { return true }
        var isComplete = true
        try guarded("erase texts") {
            try withDatabase { database in
                isComplete = try clearOldCopies(database, freeBytes ?? self.freeBytes)
                try database.inTransaction(.immediate) {
                    for (seq, texts) in Dictionary(grouping: texts, by: \.seq) {
                        try JournalErasure.overwrite(texts, ofBatch: seq, database)
                    }
                    return .commit
                }
            }
        }
        wantsTruncation = true
        try truncateLogIfDue()
        return isComplete
    }

    /// Empties the WAL if an erasure asked for it and no reader needs it; cheap otherwise.
    ///
    /// Frames that were moved into the database stay in the WAL until they are overwritten, which
    /// may take long.
    package func truncateLogIfDue() throws {
        guard wantsTruncation else { return }
        var isBusy = true
        try guarded("empty the log of the journal") {
            let row = try withDatabase {
                try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            isBusy = row.map { $0[0] != 0 } ?? true
        }
        wantsTruncation = isBusy
    }

    /// A journal that began with an older version may hold a copy of its first rows in the room
    /// between the cells of the table's first page, from when that page became the root of a tree.
    /// What has no room is left for another start: no disk may fill up for an old copy's sake.
    private func clearOldCopies(_ database: Database, _ freeBytes: Int) throws -> Bool {
        guard try JournalErasure.hasOldCopies(database) else { return true }
        do {
            // A copy in SQLite's temporary directory, and another one in the WAL.
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            guard 2 * pages * JournalSchema.pageBytes < freeBytes else { return false }
            try database.execute(sql: "PRAGMA temp_store = FILE; VACUUM")
            return true
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            return false
        }
    }

    private var freeBytes: Int {
        var room = statvfs()
        guard statvfs(directory.journal, &room) == 0 else { return 0 }
        return Int(room.f_bavail) * Int(room.f_frsize)
    }
}

/// What an erasure does to the rows.
package enum JournalErasure {
    /// Overwrites those of a batch's texts that are still there; false if there are none.
    package static func overwrite(_ texts: [ErasedText], in bytes: inout Data) -> Bool {
        let present = texts.filter { isThere($0.place, in: bytes) }
        for text in present {
            let start = bytes.startIndex + Int(text.place.offset)
            bytes.resetBytes(in: start..<start + Int(text.place.length))
        }
        return !present.isEmpty
    }

    /// The texts that a call has in a batch; those about its erasure, and those that are gone
    /// already, are left out.
    package static func texts(ofCall serial: UInt64, in batch: Batch) -> [ErasedText] {
        let bytes = Data(batch.texts)
        return batch.facts.filter { $0.serial == serial && !$0.isAboutErasure }
            .compactMap(\.textPlace)
            .filter { isThere($0, in: bytes) }
            .map { ErasedText(seq: batch.seq, place: $0) }
    }

    /// Whether facts tell of this text as one of the call.
    package static func isTold(
        _ place: TextPlace, ofCall serial: UInt64, in facts: [Fact]
    ) -> Bool {
        facts.contains { $0.serial == serial && $0.textPlace == place }
    }

    static func overwrite(
        _ texts: [ErasedText], ofBatch seq: UInt64, _ database: Database
    ) throws {
        let number = Int64(bitPattern: seq)
        let row = try Row.fetchOne(
            database, sql: "SELECT texts FROM batch WHERE seq = ?", arguments: [number])
        guard let row, var bytes = Data.fromDatabaseValue(row[0]), overwrite(texts, in: &bytes)
        else { return }
        try database.execute(
            sql: "UPDATE batch SET texts = ? WHERE seq = ?", arguments: [bytes, number])
    }

    /// Whether this very text lies there, whole.
    static func isThere(_ place: TextPlace, in bytes: Data) -> Bool {
        let stored = StoredText(
            in: bytes, offset: Int(place.offset), length: Int(place.length))
        guard case .present(let range) = stored else { return false }
        let start = bytes.startIndex + range.lowerBound
        return bytes[start..<start + range.count].withUnsafeBytes {
            Digest(hashing: $0) == place.digest
        }
    }

    /// Whether the room between the pointers and the cells of the table's first page holds
    /// anything: sections 1.5 and 1.6 of SQLite's file format.
    static func hasOldCopies(_ database: Database) throws -> Bool {
        let root = try Int.fetchOne(
            database, sql: "SELECT rootpage FROM sqlite_schema WHERE name = 'batch'")
        guard let root else { return false }
        let bytes = JournalSchema.pageBytes
        guard let page = page(root, of: bytes, database) else { return false }
        let isInterior = page.first == 5
        guard isInterior || page.first == 13 else { return false }
        let cells = Int(page[3]) << 8 | Int(page[4])
        let content = Int(page[5]) << 8 | Int(page[6])
        let pointersEnd = (isInterior ? 12 : 8) + 2 * cells
        guard pointersEnd <= content, content <= bytes else { return true }
        return page[pointersEnd..<content].contains { $0 != 0 }
    }

    /// A page as it stands in the file, without the WAL; `nil` if it cannot be read.
    ///
    /// Through SQLite's own handle: whoever closes another one of the same file ends all locks that
    /// this process holds on it.
    private static func page(_ number: Int, of bytes: Int, _ database: Database) -> [UInt8]? {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        let found = sqlite3_file_control(
            database.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &pointer)
        guard found == SQLITE_OK, let file = pointer,
            let read = file.pointee.pMethods?.pointee.xRead
        else { return nil }
        var page = [UInt8](repeating: 0, count: bytes)
        let code = page.withUnsafeMutableBytes {
            read(file, $0.baseAddress, Int32(bytes), Int64((number - 1) * bytes))
        }
        return code == SQLITE_OK ? page : nil
    }
}

extension JournalReader {
    /// The texts that a call has in the batches up to `seq`, the oldest first; those about its
    /// erasure, and those that are gone already, are left out.
    ///
    /// Looks through all batches since the call was filed, in short transactions. Throws
    /// `JournalError`.
    package func texts(
        ofCall serial: UInt64, filedAt: Timestamp, upTo seq: UInt64
    ) throws -> [ErasedText] {
        var found: [ErasedText] = []
        var last = try lastBatch(before: filedAt)
        while last < seq {
            let batches = try batches(after: last)
            guard let end = batches.last?.seq else { break }
            for batch in batches where batch.seq <= seq {
                found += JournalErasure.texts(ofCall: serial, in: batch)
            }
            last = end
        }
        return found
    }

    /// Which of these texts the journal's facts tell of, whether they were erased or not.
    package func known(_ texts: [ErasedText], ofCall serial: UInt64) throws -> [ErasedText] {
        try texts.filter { text in
            guard let row = try storedRow(text.seq) else { return false }
            return JournalErasure.isTold(text.place, ofCall: serial, in: row.batch.facts)
        }
    }

    /// The last batch of before `time`; a batch bears the time at which it was closed.
    private func lastBatch(before time: Timestamp) throws -> UInt64 {
        var range = 0..<(try position().seq)
        while !range.isEmpty {
            let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
            let at = try read {
                try Int64.fetchOne(
                    $0, sql: "SELECT at FROM batch WHERE seq = ?",
                    arguments: [Int64(bitPattern: middle + 1)])
            }
            if let at, at < time.milliseconds {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }
}

extension Fact {
    /// Whether it tells of an erasure: what was said about that stays.
    var isAboutErasure: Bool {
        switch self {
        case .personalDataErased, .erasureRequested: true
        default: false
        }
    }
}
