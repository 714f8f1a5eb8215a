import ClientKit
import GridCodec
import GridModel

/// The grids by what is open and overdue in them: a schematic map and a table.
package struct GridsPage: Sendable {
    /// What is known of one street.
    package struct Answer: Sendable {
        package let street: Snapshot.Street
        package let result: Result<GridCounts, BrokerWatch.Failure>

        /// The counts of a street.
        package init(
            _ street: Snapshot.Street, _ result: Result<GridCounts, BrokerWatch.Failure>
        ) {
            self.street = street
            self.result = result
        }
    }

    private let context: PageContext
    private let answers: [Answer]

    /// The page of the counts of all streets that are shown.
    package init(_ context: PageContext, _ answers: [Answer]) {
        self.context = context
        self.answers = answers
    }

    /// The whole page.
    package var page: Markup {
        let sections = answers.map { answer -> Markup in
            let street = answer.street
            let heading = context.heading(of: street)
            switch answer.result {
            case .success(let counts):
                return """
                    <section class="street" data-street="\(street.key)">\(heading)
                    \(GridsSection(counts, street, context).markup)</section>
                    """
            case .failure(let failure):
                return """
                    <section class="street" data-street="\(street.key)">\(heading)
                    <p class="notice bad">\(context.language(failure.phrase))</p></section>
                    """
            }
        }
        return Layout(context, .grids).page(
            title: context("网格", "Grids"), live: .lists,
            content: """
                <div class="results" data-refresh="\(context.generation)">\(sections)</div>
                """)
    }
}

/// Map and table of one street's grids.
struct GridsSection {
    private let counts: GridCounts
    private let street: Snapshot.Street
    private let context: PageContext
    private let grids: [GridTile]

    init(_ counts: GridCounts, _ street: Snapshot.Street, _ context: PageContext) {
        self.counts = counts
        self.street = street
        self.context = context
        grids = street.broker.catalogue.grids.map { grid in
            GridTile(
                id: grid.id,
                name: context.language.name(
                    chinese: grid.chinese, english: grid.english, id: grid.id),
                count: counts.grids[grid.id] ?? GridCounts.Count())
        }
    }

    var markup: Markup {
        """
        <section class="card"><h3>\(context("示意图", "Schematic map"))</h3>
        <p class="note">\(legend)</p>
        \(partial)<div class="map">\(GridMap(grids).blocks.map(block))</div></section>
        <section class="card"><h3>\(context("各网格", "All grids"))</h3>\(table)</section>
        """
    }

    private var legend: String {
        context(
            "颜色越浓，在办越多；红框：有超期",
            "The stronger the colour, the more open calls; framed in red: some are overdue")
    }

    private var partial: Markup {
        guard counts.isPartial else { return .none }
        let text = context("在办案卷过多，数字不全", "There are more open calls than were counted")
        return "<p class=\"notice bad\">\(text)</p>"
    }

    private func block(_ block: GridMap.Block) -> Markup {
        let tiles = block.tiles.map { tile, shade -> Markup in
            let late = tile.count.overdue
            let label = context(
                "\(tile.name)：在办 \(tile.count.open)，超期 \(late)",
                "\(tile.name): \(tile.count.open) open, \(late) overdue")
            let mark: Markup = late > 0 ? " late" : .none
            let note: Markup =
                late > 0 ? "<span>\(context("超期 \(late)", "\(late) late"))</span>" : .none
            return """
                <li class="m\(shade)\(mark)" data-grid="\(tile.id)">\
                <a href="\(address(tile))" title="\(label)" aria-label="\(label)">\
                <b data-number="open">\(tile.count.open)</b><span>\(tile.id)</span>\(note)</a></li>
                """
        }
        return "<div class=\"block\"><p>\(block.name)</p><ul>\(tiles)</ul></div>"
    }

    private var table: Markup {
        var table = HTMLTable(
            context("各网格的在办与超期", "Open and overdue by grid"),
            [
                .init(context("网格", "Grid")), .init(context("标识", "Id")),
                .init(context("在办", "Open"), isNumber: true),
                .init(context("超期", "Overdue"), isNumber: true),
            ], empty: context("目录中没有网格", "The catalogue has no grids"))
        let ordered = grids.enumerated().sorted { left, right in
            let (first, second) = (left.element.count, right.element.count)
            return (first.overdue, first.open, -left.offset)
                > (second.overdue, second.open, -right.offset)
        }
        for (_, tile) in ordered {
            table.add(
                [
                    .init("<a href=\"\(address(tile))\">\(tile.name)</a>"), .init(text: tile.id),
                    .init("\(tile.count.open)", number: "open"),
                    .init(
                        "\(tile.count.overdue)", number: "overdue",
                        tone: tile.count.overdue > 0 ? "bad" : nil),
                ], attributes: " data-grid=\"\(tile.id)\"")
        }
        return table.markup
    }

    private func address(_ tile: GridTile) -> String {
        "/calls"
            + FormFields().with([
                ("street", context.isDistrict ? street.key : nil), ("grid", tile.id),
                ("open", "1"),
            ]).suffix
    }
}
