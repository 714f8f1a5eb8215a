import GRDB

extension ViewStore {
    /// Removes what people wrote about calls whose texts were erased, and notes that the file's
    /// pages hold it still; in the transaction that is open.
    func writeErasures(_ database: Database) throws {
        for serial in erasedCalls {
            let serial = Int64(bitPattern: serial)
            try database.execute(
                sql: "UPDATE call SET texts = x'' WHERE serial = ?", arguments: [serial])
            try database.execute(
                sql: "INSERT INTO erasure (serial, is_clean) VALUES (?, 0)", arguments: [serial])
        }
    }

    /// Writes the whole file anew if pages may hold what was erased: rows were moved about as they
    /// grew, so it may be anywhere.
    ///
    /// As long as somebody reads an older state the log cannot be emptied; the next call tries
    /// again, also of another process after a stop.
    func clean(_ database: Database) throws {
        guard !isClean else { return }
        guard try Bool.fetchOne(database, sql: "SELECT 1 FROM erasure WHERE is_clean = 0") == true
        else {
            isClean = true
            return
        }
        if !isRewritten {
            // In files, since a copy of a large one would not fit in memory.
            try database.execute(sql: "PRAGMA temp_store = FILE")
            defer { try? database.execute(sql: "PRAGMA temp_store = MEMORY") }
            try database.execute(sql: "VACUUM")
            isRewritten = true
        }
        let row = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        guard let row, row[0] == 0 else { return }
        try database.execute(sql: "UPDATE erasure SET is_clean = 1 WHERE is_clean = 0")
        isClean = true
    }
}
