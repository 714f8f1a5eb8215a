import CSQLite

/// SQLite as a whole, for all connections of the process.
package enum SQLiteLibrary {
    /// Makes ready what must be before the first connection; later calls change nothing.
    ///
    /// SQLite counts its memory for functions nobody here calls, and locks a mutex for that at
    /// every allocation: a tenth of what the archive and the views cost.
    package static func prepare() {
        // Fails when SQLite runs already, which then goes on as it was: slower, and no less right.
        _ = gridcall_sqlite_keep_no_memory_statistics()
    }
}
