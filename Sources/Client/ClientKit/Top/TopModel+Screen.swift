import GridModel

extension TopModel {
    /// A table with its titles and a row, and one line between two tables.
    private static let smallestTable = 2

    /// The lines of the screen at `now`: at most as many as it has, none wider than it is.
    package func screen(now: Int64) -> [StyledLine] {
        guard rows > 0, columns > 0 else { return [] }
        var lines = Array(header(now: now).prefix(headerHeight))
        switch mode {
        case .help(let offset):
            lines += helpLines.dropFirst(offset).prefix(bodyHeight)
        case .tables, .filter: lines += body(now: now)
        }
        lines += Array(repeating: StyledLine(), count: max(0, rows - lines.count))
        if rows > 1 { lines[rows - 1] = footer }
        return lines.map { $0.trimmed(toWidth: columns) }
    }

    /// The whole of both tables as plain text, for a log.
    package func page(now: Int64) -> String {
        let departments = lines(departmentRows, TopColumn.departments, .departments, height: nil)
        let campaigns = lines(campaignRows, TopColumn.campaigns, .campaigns, height: nil)
        let all = header(now: now) + [StyledLine()] + departments + [StyledLine()] + campaigns
        return all.map { line in
            let text = line.text
            return text.prefix(text.count - text.reversed().prefix { $0 == " " }.count) + "\n"
        }.joined()
    }

    private var headerHeight: Int { rows >= 10 ? 4 : rows >= 6 ? 3 : 1 }

    /// The lines between header and footer.
    var bodyHeight: Int { max(0, rows - headerHeight - 1) }

    /// How many lines each table has that is on the screen, its titles included.
    var heights: [Table: Int] {
        let other: Table = focus == .departments ? .campaigns : .departments
        let room = bodyHeight - 1
        guard isSplit, room >= 2 * Self.smallestTable + 1 else { return [focus: bodyHeight] }
        let wanted = [focus, other].map { max(Self.smallestTable, rowCount(of: $0) + 1) }
        // The table with the keys may have two thirds, and what the other does not need.
        let forOther = min(wanted[1], max(Self.smallestTable, room / 3, room - wanted[0]))
        return [focus: min(wanted[0], room - forOther), other: forOther]
    }

    /// The columns of a table that fit into the screen, from left to right.
    func columnIDs(of table: Table) -> [String] {
        switch table {
        case .departments:
            layout(departmentRows, TopColumn.departments, .departments).columns.map(\.id)
        case .campaigns: layout(campaignRows, TopColumn.campaigns, .campaigns).columns.map(\.id)
        }
    }

    private func body(now: Int64) -> [StyledLine] {
        let heights = heights
        var lines: [StyledLine] = []
        if let height = heights[.departments] {
            lines += self.lines(
                departmentRows, TopColumn.departments, .departments, height: height)
        }
        if let height = heights[.campaigns] {
            if !lines.isEmpty { lines.append(StyledLine()) }
            lines += self.lines(campaignRows, TopColumn.campaigns, .campaigns, height: height)
        }
        return Array(lines.prefix(bodyHeight))
    }

    private func layout<Row>(
        _ rows: [Row], _ columns: [TopColumn<Row>], _ table: Table, range: String? = nil
    ) -> TableLayout<Row> {
        TableLayout(
            columns, rows: rows, range: range ?? self.range(of: table, count: rows.count),
            width: self.columns, language: language)
    }

    /// Which of `count` rows are on the screen, as `3-9/40`; empty if all are.
    private func range(of table: Table, count: Int) -> String {
        let offset = tables[table]?.offset ?? 0
        let shown = min(count - offset, (heights[table] ?? 1) - 1)
        return shown < 1 || shown == count ? "" : "\(offset + 1)-\(offset + shown)/\(count)"
    }

    /// Titles and rows of a table in `height` lines; all of them without one.
    private func lines<Row>(
        _ rows: [Row], _ columns: [TopColumn<Row>], _ table: Table, height: Int?
    ) -> [StyledLine] {
        let layout = layout(rows, columns, table, range: height == nil ? "" : nil)
        let titles = layout.titles(
            sorted: tables[table]?.sorted, style: focus == table ? .title : .quietTitle,
            language: language)
        guard !rows.isEmpty else { return [titles, nothing(in: table)] }
        let offset = height == nil ? 0 : tables[table]?.offset ?? 0
        let shown = rows.dropFirst(offset).prefix(max(0, (height ?? rows.count + 1) - 1))
        return [titles] + shown.map { layout.line($0, isFaint: isOld) }
    }

    /// Whether what is shown may no longer be true.
    private var isOld: Bool {
        if case .connected = connection { return false }
        return true
    }

    private func nothing(in table: Table) -> StyledLine {
        let text: String
        if figures == nil {
            text = language(chinese: "等待数据…", english: "waiting for figures …")
        } else if !filter.isEmpty {
            text = language(chinese: "没有符合筛选条件的项", english: "nothing passes the filter")
        } else {
            text = language(chinese: "目录中没有", english: "none in the catalogue")
        }
        return StyledLine([Span(text, .faint)])
    }
}

extension StyledLine {
    /// The line in at most `width` columns; what is beyond is shortened or left out.
    func trimmed(toWidth width: Int) -> StyledLine {
        var room = width
        var spans: [Span] = []
        for span in self.spans where room > 0 {
            let short = span.shortened(toWidth: room)
            spans.append(short)
            room -= short.text.displayWidth
        }
        return StyledLine(spans)
    }
}
