import GridModel

/// Which columns of a table fit into a width, and how wide each is.
///
/// The first column names the row and is always there. The others stand in order of importance;
/// the first that no longer fits ends the table, so that a narrower screen always shows a
/// beginning of a wider one. What room is left goes to the names, then to columns that can grow,
/// then between the columns.
struct TableLayout<Row: Sendable>: Sendable {
    /// Names are shortened to so many columns before another column is given up.
    private static var nameWidth: Int { 16 }
    private static var widestGap: Int { 4 }
    /// An asterisk and no arrow: arrows are wide in some East Asian settings.
    private static var mark: String { "*" }

    let columns: [TopColumn<Row>]
    private(set) var widths: [Int]
    private(set) var gap = 1
    private let range: String
    private let totalWidth: Int

    /// Lays out `all` for `rows`; `range` says which of them are shown, if not all are.
    init(
        _ all: [TopColumn<Row>], rows: [Row], range: String, width: Int, language: Language
    ) {
        var needed = all.map { column in
            rows.reduce(max(column.minimumWidth, language(column.title).displayWidth)) {
                max($0, column.cell($1, column.minimumWidth).text.displayWidth)
            }
        }
        if !range.isEmpty, let first = all.first {
            needed[0] = max(needed[0], language(first.title).displayWidth + 1 + range.utf8.count)
        }
        self.range = range
        var widths = [min(needed.first ?? 0, Self.nameWidth, width)]
        var used = widths[0]
        for (column, need) in zip(all, needed).dropFirst() {
            let need = min(need, column.maximumWidth)
            guard used + 1 + need <= width else { break }
            widths.append(need)
            used += 1 + need
        }
        columns = Array(all.prefix(widths.count))
        self.widths = widths
        totalWidth = width
        spread(width - used, naturalName: needed.first ?? 0)
    }

    private mutating func spread(_ room: Int, naturalName: Int) {
        var room = room
        let forName = min(room, naturalName - widths[0])
        if forName > 0 {
            widths[0] += forName
            room -= forName
        }
        let gaps = widths.count - 1
        guard gaps > 0 else { return }
        if room >= gaps {
            gap += 1
            room -= gaps
        }
        for (index, column) in columns.enumerated() where index > 0 && room > 0 {
            let growth = min(room, column.maximumWidth - widths[index])
            guard column.grows, growth > 0 else { continue }
            widths[index] += growth
            room -= growth
        }
        gap += min(room / gaps, Self.widestGap - gap)
    }

    /// The line of titles, as wide as the table may be; `sorted` names the one that has a mark.
    func titles(sorted: String?, style: TextStyle, language: Language) -> StyledLine {
        var text = ""
        for (index, column) in columns.enumerated() {
            let title = language(column.title)
            let mark = sorted == column.id ? Self.mark : ""
            if index == 0 {
                text += first(mark + title)
                continue
            }
            let width = widths[index]
            let short = title.shortened(toWidth: width)
            // The mark stands between the columns, so that it needs no room of its own.
            let before = gap + (column.isNumber ? width - short.displayWidth : 0)
            text += String(repeating: " ", count: before - mark.utf8.count) + mark + short
            if !column.isNumber {
                text += String(repeating: " ", count: width - short.displayWidth)
            }
        }
        return StyledLine([Span(text.padded(toWidth: totalWidth), style)])
    }

    /// The title of the names; it is shortened rather than the range.
    private func first(_ title: String) -> String {
        let room = widths[0] - (range.isEmpty ? 0 : range.utf8.count + 1)
        let text =
            range.isEmpty || room < 1
            ? title.shortened(toWidth: widths[0]) : title.shortened(toWidth: room) + " " + range
        return text.padded(toWidth: widths[0])
    }

    /// A row; with `isFaint` all of it stands back.
    func line(_ row: Row, isFaint: Bool) -> StyledLine {
        var spans: [Span] = []
        for (index, column) in columns.enumerated() {
            let width = widths[index]
            let cell = column.cell(row, width).shortened(toWidth: width)
            let before = index > 0 ? gap : 0
            let padding = width - cell.text.displayWidth
            let spaces = before + (column.isNumber ? padding : 0)
            let after = column.isNumber || index == columns.count - 1 ? 0 : padding
            if spaces > 0 { spans.append(Span(String(repeating: " ", count: spaces))) }
            if !cell.text.isEmpty { spans.append(isFaint ? Span(cell.text, .faint) : cell) }
            if after > 0 { spans.append(Span(String(repeating: " ", count: after))) }
        }
        return StyledLine(spans)
    }
}
