package import GridCodec
package import GridModel

/// A row that became a call.
package struct ImportItem: Sendable {
    /// The line on which the row begins.
    package var line: Int
    /// The call, ready to be sent.
    package var call: WireSubmitItem
    /// Its id.
    package var id: CallID
    /// The row as it was read, for the report of refused rows.
    package var cells: [String]

    /// A row that became a call.
    package init(line: Int, call: WireSubmitItem, id: CallID, cells: [String] = []) {
        self.line = line
        self.call = call
        self.id = id
        self.cells = cells
    }
}

/// Something wrong with a row, of the file or in the broker's eyes.
package struct RowProblem: Error, Hashable, Sendable {
    /// The line on which the row begins.
    package var line: Int
    /// The field of the mapping, empty if it is the row as a whole.
    package var field: String
    /// What is wrong, for people.
    package var reason: Phrase

    /// Something wrong with a row.
    package init(line: Int, field: String = "", reason: Phrase) {
        self.line = line
        self.field = field
        self.reason = reason
    }
}

/// Turns rows into calls by a mapping; the same row always becomes the same call.
package struct RowMapper: Sendable {
    private let mapping: ImportMapping
    private let checks: SubmitChecks
    private let columnCount: Int
    /// From the name of a column the mapping needs to its place in a row.
    private let places: [String: Int]

    /// A mapper for files whose first row is `header`.
    ///
    /// Throws a `RowProblem` that names every column the mapping needs and the header lacks, or
    /// has twice.
    package init(
        _ mapping: ImportMapping, header: CSVRow, checks: SubmitChecks = SubmitChecks()
    ) throws(RowProblem) {
        self.mapping = mapping
        self.checks = checks
        columnCount = header.cells.count
        var found: [String: [Int]] = [:]
        for (place, name) in header.cells.enumerated() {
            found[name.trimmedOfSpaces.normalized, default: []].append(place)
        }
        let needed = mapping.columns.map(\.normalized)
        let missing = needed.filter { found[$0] == nil }
        let doubled = needed.filter { (found[$0]?.count ?? 0) > 1 }
        guard missing.isEmpty, doubled.isEmpty else {
            let complaints =
                missing.map { ImportWords.missingColumn($0.escapedForTerminal) }
                + doubled.map { ImportWords.doubledColumn($0.escapedForTerminal) }
            throw RowProblem(
                line: header.line,
                reason: complaints.joined(separator: Phrase(chinese: "，", english: ", ")))
        }
        places = found.compactMapValues(\.first)
    }

    /// The call of a row, or everything that is wrong with it.
    package func map(_ row: CSVRow) -> Result<ImportItem, RowProblems> {
        guard row.cells.count == columnCount else {
            let reason = ImportWords.wrongCellCount(row.cells.count, columnCount)
            let problem = RowProblem(line: row.line, reason: reason)
            return .failure(RowProblems(list: [problem], cells: row.cells))
        }
        var mapped = MappedRow(mapping: mapping, cells: { cell($0, of: row) })
        mapped.fill()
        let problems =
            mapped.problems
            + checks.problems(of: mapped.call).filter { problem in
                // A field that could not be mapped is empty, which need not be said twice.
                !mapped.problems.contains { $0.field == problem.field }
            }
        guard problems.isEmpty, let id = mapped.id else {
            return .failure(
                RowProblems(
                    list: problems.map {
                        RowProblem(line: row.line, field: $0.field, reason: $0.reason)
                    }, cells: row.cells))
        }
        return .success(
            ImportItem(line: row.line, call: mapped.call, id: id, cells: row.cells))
    }

    private func cell(_ column: String, of row: CSVRow) -> String {
        // Columns are nearly always written in form C; others are found by it.
        (places[column] ?? places[column.normalized]).map { row.cells[$0].trimmedOfSpaces } ?? ""
    }
}

/// Everything that is wrong with one row.
package struct RowProblems: Error, Hashable, Sendable {
    /// Never empty.
    package var list: [RowProblem]
    /// The row as it was read; empty if it could not be.
    package var cells: [String]

    /// Everything that is wrong with a row.
    package init(list: [RowProblem], cells: [String] = []) {
        self.list = list
        self.cells = cells
    }
}
