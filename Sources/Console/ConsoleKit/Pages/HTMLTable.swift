/// A table whose first cell of each row names it, as screen readers want it, in a region that can
/// be scrolled sideways by keyboard where it is too wide.
struct HTMLTable {
    /// One column.
    struct Column {
        var title: String
        var isNumber = false
        /// What the title means, where that is not plain.
        var hint: String?

        init(_ title: String, isNumber: Bool = false, hint: String? = nil) {
            self.title = title
            self.isNumber = isNumber
            self.hint = hint
        }
    }

    /// One cell.
    struct Cell {
        var content: Markup
        /// What tells the number apart from others in the row: `data-number`.
        var number: String?
        /// How it is set off: `bad`, `warn`, `good`.
        var tone: String?

        init(_ content: Markup, number: String? = nil, tone: String? = nil) {
            self.content = content
            self.number = number
            self.tone = tone
        }

        init(text: String, number: String? = nil, tone: String? = nil) {
            self.init(Markup(text: text), number: number, tone: tone)
        }
    }

    let caption: String
    let columns: [Column]
    /// Whether the caption is shown; read out it always is.
    var showsCaption = false
    /// Shown in the place of a table without rows.
    var empty: String
    private var rows: [Markup] = []

    init(_ caption: String, _ columns: [Column], empty: String) {
        self.caption = caption
        self.columns = columns
        self.empty = empty
    }

    /// Adds a row; `attributes` stand in its tag. The first cell is its head.
    mutating func add(_ cells: [Cell], attributes: Markup = .none) {
        let marked = cells.enumerated().map { index, cell -> Markup in
            let column = columns[index]
            let classes = [column.isNumber ? "n" : nil, cell.tone].compactMap(\.self)
            let look: Markup =
                classes.isEmpty ? .none : " class=\"\(classes.joined(separator: " "))\""
            let number: Markup = cell.number.map { " data-number=\"\($0)\"" } ?? .none
            return index == 0
                ? "<th scope=\"row\"\(look)\(number)>\(cell.content)</th>"
                : "<td\(look)\(number)>\(cell.content)</td>"
        }
        rows.append("<tr\(attributes)>\(marked)</tr>\n")
    }

    var markup: Markup {
        guard !rows.isEmpty else { return "<p class=\"empty\">\(empty)</p>" }
        let titles = columns.map { column -> Markup in
            let look: Markup = column.isNumber ? " class=\"n\"" : .none
            let hint: Markup = column.hint.map { " title=\"\($0)\"" } ?? .none
            return "<th scope=\"col\"\(look)\(hint)>\(column.title)</th>"
        }
        return """
            <div class="scroll" role="region" aria-label="\(caption)" tabindex="0"><table>
            <caption class="\(showsCaption ? "shown" : "read")">\(caption)</caption>
            <thead><tr>\(titles)</tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """
    }
}
