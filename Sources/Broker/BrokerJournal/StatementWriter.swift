package import GRDB
import GRDBSQLite

package import protocol Foundation.ContiguousBytes

/// Writes rows through a prepared statement, straight to SQLite.
///
/// GRDB prepares, caches and closes the statement and owns the transaction; what it does around
/// every execution (arguments as an array of existentials, observers) costs more than the row, and
/// a bulk of rows needs none of it.
package struct StatementWriter {
    private let statement: Statement
    private var column: CInt = 0

    /// Begins a row of `statement`.
    package init(_ statement: Statement) {
        self.statement = statement
        // The code repeats how the last execution ended, which threw then.
        _ = sqlite3_reset(statement.sqliteStatement)
    }

    /// Binds the next column to a whole number; unsigned ones keep their bits.
    ///
    /// Inlined into other modules: as unspecialised generic code it costs more than SQLite's part.
    @inlinable
    package mutating func add(_ value: some FixedWidthInteger) {
        add(bits: Int64(truncatingIfNeeded: value))
    }

    /// Binds the next column to a whole number or NULL.
    @inlinable
    package mutating func add(_ value: (some FixedWidthInteger)?) {
        if let value { add(bits: Int64(truncatingIfNeeded: value)) } else { addNull() }
    }

    /// Binds the next column to a whole number.
    package mutating func add(bits value: Int64) {
        column += 1
        check(sqlite3_bind_int64(statement.sqliteStatement, column, value))
    }

    /// Binds the next column to a floating-point number or NULL.
    package mutating func add(_ value: Double?) {
        guard let value else { return addNull() }
        column += 1
        check(sqlite3_bind_double(statement.sqliteStatement, column, value))
    }

    /// Binds the next column to bytes.
    package mutating func add(bytes: some ContiguousBytes) {
        column += 1
        let code = bytes.withUnsafeBytes { bytes in
            // Without a place SQLite would take no bytes for NULL.
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement.sqliteStatement, column, 0)
                : sqlite3_bind_blob64(
                    statement.sqliteStatement, column, bytes.baseAddress,
                    sqlite3_uint64(bytes.count), Self.copied)
        }
        check(code)
    }

    /// Runs the statement. Throws what SQLite says.
    package func execute() throws {
        let code = sqlite3_step(statement.sqliteStatement)
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errstr(code)), sql: statement.sql)
        }
    }

    /// SQLite copies the bytes before the call returns (`SQLITE_TRANSIENT`, a cast macro in C).
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
    }

    /// Binds the next column to NULL.
    package mutating func addNull() {
        column += 1
        check(sqlite3_bind_null(statement.sqliteStatement, column))
    }

    private func check(_ code: CInt) {
        precondition(code == SQLITE_OK, "a row has a column too many")
    }
}
