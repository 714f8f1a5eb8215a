package import GRDB
import GRDBSQLite

/// Reads rows through a prepared statement, straight from SQLite; the counterpart of
/// `StatementWriter`, for the same reason.
///
/// `end` it when enough was read: until then SQLite keeps the state it reads.
package struct StatementReader {
    private let statement: Statement
    private var parameter: CInt = 0

    /// Begins an execution of `statement`.
    package init(_ statement: Statement) {
        self.statement = statement
        // The code repeats how the last execution ended, which threw then.
        _ = sqlite3_reset(statement.sqliteStatement)
    }

    /// Binds the next parameter to a whole number.
    package mutating func bind(_ value: Int64) {
        parameter += 1
        let code = sqlite3_bind_int64(statement.sqliteStatement, parameter, value)
        precondition(code == SQLITE_OK, "a query has a parameter too many")
    }

    /// Goes to the next row; false after the last. Throws what SQLite says.
    package func step() throws -> Bool {
        let code = sqlite3_step(statement.sqliteStatement)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errstr(code)), sql: statement.sql)
        }
        return false
    }

    /// Lets go of what is read.
    package func end() { _ = sqlite3_reset(statement.sqliteStatement) }

    /// Whether a column, counted from 0, has no value.
    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement.sqliteStatement, CInt(column)) == SQLITE_NULL
    }

    /// The whole number in a column, 0 for none.
    package func integer(_ column: Int) -> Int64 {
        sqlite3_column_int64(statement.sqliteStatement, CInt(column))
    }

    /// The floating-point number in a column, 0 for none.
    package func real(_ column: Int) -> Double {
        sqlite3_column_double(statement.sqliteStatement, CInt(column))
    }

    /// The bytes in a column, none for none.
    package func bytes(_ column: Int) -> [UInt8] {
        let start = sqlite3_column_blob(statement.sqliteStatement, CInt(column))
        let count = Int(sqlite3_column_bytes(statement.sqliteStatement, CInt(column)))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}
