/// What became of the rows of an import.
package struct ImportTally: Hashable, Sendable {
    /// How many problems are kept for the summary; beyond them only the count grows.
    package static let maximumProblems = 1_000

    /// Rows read, the header not counted.
    package private(set) var read = 0
    /// Calls filed by this import.
    package private(set) var filed = 0
    /// Calls that had been filed before.
    package private(set) var duplicates = 0
    /// Rows that were not filed.
    package private(set) var refused = 0
    /// What is wrong with the refused rows; one row may have several problems.
    package private(set) var problems: [RowProblem] = []
    /// Problems that found no room in `problems`.
    package private(set) var problemsLeftOut = 0

    /// A tally of nothing.
    package init() {}

    /// Rows whose fate is known.
    package var settled: Int { filed + duplicates + refused }

    /// Notes that a row was read.
    package mutating func noteRead() { read += 1 }

    /// Notes that a row's call is in the broker's journal.
    package mutating func noteFiled(repeated: Bool) {
        if repeated { duplicates += 1 } else { filed += 1 }
    }

    /// Notes that a row was not filed.
    package mutating func noteRefused(_ rowProblems: [RowProblem]) {
        refused += 1
        let room = Self.maximumProblems - problems.count
        problems += rowProblems.prefix(room)
        problemsLeftOut += max(0, rowProblems.count - room)
    }

    /// How the import ended, if it came to the end of the file.
    package var exitStatus: ExitStatus { refused == 0 ? .done : .badData }

    /// The summary for people: the counts, then the problems by line.
    package var summary: String {
        var text =
            "rows read   \(read)\nfiled       \(filed)\nduplicates  \(duplicates)\n"
            + "refused     \(refused)\n"
        if read > settled { text += "unanswered  \(read - settled)\n" }
        guard !problems.isEmpty else { return text }
        var table = TextTable([
            TextTable.Column("line", isNumber: true), TextTable.Column("field"),
            TextTable.Column("reason", maximumWidth: 200),
        ])
        for problem in problems.sorted(by: { $0.line < $1.line }) {
            table.add([String(problem.line), problem.field, problem.reason])
        }
        text += "\n" + table.rendered
        if problemsLeftOut > 0 { text += "… and \(problemsLeftOut) more\n" }
        return text
    }
}
