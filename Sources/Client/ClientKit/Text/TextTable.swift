/// A table of aligned columns for people.
package struct TextTable: Sendable {
    /// One column: its title and on which side its cells lie.
    package struct Column: Sendable {
        package var title: String
        /// Numbers stand at the right, texts at the left.
        package var isNumber: Bool
        /// Longer cells are shortened to so many columns of the terminal.
        package var maximumWidth: Int

        /// A column.
        package init(_ title: String, isNumber: Bool = false, maximumWidth: Int = 60) {
            self.title = title
            self.isNumber = isNumber
            self.maximumWidth = maximumWidth
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    /// A table without rows.
    package init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; it has one cell for each column. Unsafe characters are escaped.
    package mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count)
        rows.append(
            zip(cells, columns).map { cell, column in
                cell.escapedForTerminal.shortened(toWidth: column.maximumWidth)
            })
    }

    /// Title line and rows, two spaces between columns, no spaces at the ends of lines.
    package var rendered: String {
        let titles = columns.map(\.title)
        let widths = columns.indices.map { index in
            rows.reduce(titles[index].displayWidth) { max($0, $1[index].displayWidth) }
        }
        return ([titles] + rows).map { line($0, widths: widths) }.joined()
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line += "  " }
            line += cell.padded(toWidth: widths[index], atStart: columns[index].isNumber)
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
