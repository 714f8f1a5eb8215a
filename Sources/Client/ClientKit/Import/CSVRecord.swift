package import GridModel

/// One row of a CSV file and where it begins.
package struct CSVRow: Hashable, Sendable {
    /// The line of the file on which the row begins, from 1.
    package var line: Int
    /// The cells, unquoted.
    package var cells: [String]

    /// A row.
    package init(line: Int, cells: [String]) {
        self.line = line
        self.cells = cells
    }
}

/// A row that could not be read; those after it are read all the same.
package struct CSVProblem: Hashable, Sendable {
    /// The line on which the bad row begins, or its open quote if that was never closed.
    package var line: Int
    /// What is wrong, for people.
    package var reason: Phrase

    /// A row that could not be read.
    package init(line: Int, reason: Phrase) {
        self.line = line
        self.reason = reason
    }
}

/// What a CSV file consists of.
package enum CSVRecord: Hashable, Sendable {
    case row(CSVRow)
    case problem(CSVProblem)
}
