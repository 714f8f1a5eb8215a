/// How the rows of a CSV file become calls: the contents of a mapping file.
///
/// The format is explained at the head of `Examples/nyc311/mapping.yaml`.
package struct ImportMapping: Hashable, Sendable {
    /// Names where the rows come from; part of every call's id.
    package var source: String
    /// The column whose value is different in every row.
    package var key: String
    /// The zone of the local times.
    package var zone: LocalZone
    /// When the problem was seen.
    package var observedAt: ObservedAt
    package var category: IDRule
    /// `nil`: the category's first condition.
    package var condition: IDRule?
    package var grid: IDRule
    package var description: TextRule
    /// `nil`: no address.
    package var address: TextRule?
    /// `nil`: no coordinates.
    package var coordinates: CoordinateRule?

    /// Where a row's time stands and how it is written.
    package struct ObservedAt: Hashable, Sendable {
        package var column: String
        package var format: TimePattern
        /// A row at exactly midnight carries only a date: it is put somewhere into that day.
        package var spreadsMidnight: Bool
        /// What the description of such a row ends with; empty for nothing.
        package var spreadMark: String
    }

    /// Where an id of the catalogue comes from.
    package struct IDRule: Hashable, Sendable {
        package var column: String
        /// From the cell to the id; `nil`: the cell is the id.
        package var table: [String: String]?
        /// The id when the cell is empty; `nil`: then the row is refused.
        package var fallback: String?
    }

    /// Where a text comes from.
    package enum TextRule: Hashable, Sendable {
        /// The cell of a column.
        case column(String)
        /// Pieces one behind the other.
        case template([TemplatePiece])
    }

    /// A piece of a template.
    package enum TemplatePiece: Hashable, Sendable {
        case literal(String)
        /// The cell of a column.
        case cell(String)
    }

    /// Where a place comes from.
    package struct CoordinateRule: Hashable, Sendable {
        package var latitude: String
        package var longitude: String
    }

    /// The columns the mapping needs, each once, in the order of the format.
    package var columns: [String] {
        var columns = [key, observedAt.column, category.column]
        columns += [condition?.column].compactMap(\.self)
        columns.append(grid.column)
        columns += description.columns + (address?.columns ?? [])
        columns += coordinates.map { [$0.latitude, $0.longitude] } ?? []
        var seen = Set<String>()
        return columns.filter { seen.insert($0).inserted }
    }
}

extension ImportMapping.TextRule {
    /// The columns the text needs.
    fileprivate var columns: [String] {
        switch self {
        case .column(let column): [column]
        case .template(let pieces):
            pieces.compactMap { if case .cell(let column) = $0 { column } else { nil } }
        }
    }
}
