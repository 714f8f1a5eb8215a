import GRDB

import struct Foundation.Data

/// Binds values to a prepared statement one by one, without an array of arguments per row.
///
/// `setUncheckedArguments([])` resets the statement and tells GRDB that it is bound; the values
/// then go straight to SQLite. A row of twenty columns costs a third of what
/// `execute(arguments:)` takes.
struct StatementWriter {
    private let statement: Statement
    private var column: CInt = 0

    /// Begins a row of `statement`.
    init(_ statement: Statement) {
        self.statement = statement
        statement.setUncheckedArguments(StatementArguments())
    }

    /// Binds the next column to a whole number; unsigned ones keep their bits.
    mutating func add(_ value: some BinaryInteger) { bind(Int64(truncatingIfNeeded: value)) }

    /// Binds the next column to a whole number or NULL.
    mutating func add(_ value: (some BinaryInteger)?) {
        if let value { add(value) } else { skip() }
    }

    /// Binds the next column to a floating-point number or NULL.
    mutating func add(_ value: Double?) {
        if let value { bind(value) } else { skip() }
    }

    /// Binds the next column to bytes.
    mutating func add(_ value: Data) { bind(value) }

    /// Runs the statement.
    func execute() throws { try statement.execute() }

    /// The last reset left the column NULL.
    private mutating func skip() { column += 1 }

    private mutating func bind(_ value: some StatementBinding) {
        column += 1
        let code = value.bind(to: statement.sqliteStatement, at: column)
        precondition(code == ResultCode.SQLITE_OK.rawValue, "a row has a column too many")
    }
}
