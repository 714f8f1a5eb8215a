package import GridModel

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
    /// Rows that lie in the spool.
    package private(set) var stored = 0
    /// What is wrong with the refused rows; one row may have several problems.
    package private(set) var problems: [RowProblem] = []
    /// Problems that found no room in `problems`.
    package private(set) var problemsLeftOut = 0

    /// A tally of nothing.
    package init() {}

    /// Rows whose fate is known.
    package var settled: Int { filed + duplicates + refused + stored }

    /// Notes that a row was read.
    package mutating func noteRead() { read += 1 }

    /// Notes that a row's call is in the broker's journal.
    package mutating func noteFiled(repeated: Bool) {
        if repeated { duplicates += 1 } else { filed += 1 }
    }

    /// Notes that rows lie in the spool.
    package mutating func noteStored(_ count: Int) { stored += count }

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
    package func summary(in language: Language = .english) -> String {
        var counts = [
            (Phrase(chinese: "读取行数", english: "rows read"), read),
            (Phrase(chinese: "新立案", english: "filed"), filed),
            (Phrase(chinese: "已有", english: "duplicates"), duplicates),
            (Phrase(chinese: "被拒绝", english: "refused"), refused),
        ]
        if stored > 0 { counts.append((Phrase(chinese: "已暂存", english: "stored"), stored)) }
        if read > settled {
            counts.append((Phrase(chinese: "没有答复", english: "unanswered"), read - settled))
        }
        let lines = counts.map { phrase, count in
            language(phrase).padded(toWidth: 12, atStart: false) + "\(count)\n"
        }
        return lines.joined() + problemTable(in: language)
    }

    /// The problems by line, after an empty line; empty if there are none.
    package func problemTable(in language: Language) -> String {
        guard !problems.isEmpty else { return "" }
        var table = TextTable([
            TextTable.Column(language(chinese: "行", english: "line"), isNumber: true),
            TextTable.Column(language(chinese: "字段", english: "field")),
            TextTable.Column(language(chinese: "原因", english: "reason"), maximumWidth: 200),
        ])
        for problem in problems.sorted(by: { $0.line < $1.line }) {
            table.add([String(problem.line), problem.field, language(problem.reason)])
        }
        guard problemsLeftOut > 0 else { return "\n" + table.rendered }
        let more = language(
            chinese: "… 还有 \(problemsLeftOut) 个", english: "… and \(problemsLeftOut) more")
        return "\n" + table.rendered + more + "\n"
    }
}
