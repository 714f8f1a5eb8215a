/// A table: aligned columns for people, or RFC 4180 for spreadsheets.
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
    private var inks: [[Palette.Ink?]] = []

    /// A table without rows.
    package init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; it has one cell for each column. Unsafe characters are escaped. `inks` sets the
    /// cells of some columns off.
    package mutating func add(_ cells: [String], inks: [Int: Palette.Ink] = [:]) {
        precondition(cells.count == columns.count)
        rows.append(cells.map(\.escapedForTerminal))
        self.inks.append(columns.indices.map { inks[$0] })
    }

    /// Title line and rows, two spaces between columns, no spaces at the ends of lines.
    package var rendered: String { rendered(.plain) }

    /// The same in colours.
    package func rendered(_ palette: Palette) -> String {
        let cells = rows.map { row in
            zip(row, columns).map { $0.shortened(toWidth: $1.maximumWidth) }
        }
        let titles = columns.map(\.title)
        let widths = columns.indices.map { index in
            cells.reduce(titles[index].displayWidth) { max($0, $1[index].displayWidth) }
        }
        let heading = line(titles, widths, inks: titles.map { _ in .bold }, palette)
        return zip(cells, inks).reduce(heading) { $0 + line($1.0, widths, inks: $1.1, palette) }
    }

    /// Titles and rows, nothing shortened.
    package var csv: String {
        ([columns.map(\.title)] + rows).map(CSVWriter.row).joined()
    }

    private func line(
        _ cells: [String], _ widths: [Int], inks: [Palette.Ink?], _ palette: Palette
    ) -> String {
        var line = ""
        var spaces = 0
        for (index, cell) in cells.enumerated() {
            let gap = max(0, widths[index] - cell.displayWidth)
            spaces += (index > 0 ? 2 : 0) + (columns[index].isNumber ? gap : 0)
            if !cell.isEmpty {
                line += String(repeating: " ", count: spaces) + palette(cell, inks[index])
                spaces = 0
            }
            if !columns[index].isNumber { spaces += gap }
        }
        return line + "\n"
    }
}
