/// How the rows of a CSV file become calls: the contents of a mapping file.
///
/// docs/import.md explains the format.
package struct ImportMapping: Hashable, Sendable {
    /// Names where the rows come from; part of every call's id.
    package var source: String
    /// What is different in every row; part of its call's id.
    package var key: Rule
    /// The zone of the local times.
    package var zone: LocalZone
    /// When the problem was seen.
    package var observedAt: ObservedAt
    package var category: Rule
    /// `nil`: the category's first condition.
    package var condition: Rule?
    package var grid: Rule
    /// `nil`: by the catalogue's rules.
    package var campaign: Rule?
    /// `nil`: the category's.
    package var urgency: Rule?
    package var description: Rule
    /// `nil`: no address.
    package var address: Rule?
    /// `nil`: no name.
    package var reporter: Rule?
    /// `nil`: no way to reach them.
    package var contact: Rule?
    /// `nil`: no coordinates.
    package var coordinates: CoordinateRule?

    /// Where a row's time stands and how it is written.
    package struct ObservedAt: Hashable, Sendable {
        package var text: Rule
        /// Tried in their order.
        package var formats: [TimePattern]
        /// A row at exactly midnight carries only a date: it is put somewhere into that day.
        package var spreadsMidnight: Bool
        /// What the description of such a row ends with; empty for nothing.
        package var spreadMark: String
    }

    /// Where a value comes from: a template, of which a column and a constant are the simplest, and
    /// then perhaps a table.
    package struct Rule: Hashable, Sendable {
        package var pieces: [Piece]
        /// From the text to the value; `nil`: the text is the value.
        package var table: [String: String]?
        /// The value when the text is empty; `nil`: then it is empty too, or the row is refused.
        package var fallback: String?

        /// A rule.
        package init(
            _ pieces: [Piece], table: [String: String]? = nil, fallback: String? = nil
        ) {
            self.pieces = pieces
            self.table = table
            self.fallback = fallback
        }

        /// The columns the rule needs, in their order.
        package var columns: [String] {
            pieces.compactMap { if case .cell(let column) = $0 { column } else { nil } }
        }
    }

    /// A piece of a template.
    package enum Piece: Hashable, Sendable {
        case literal(String)
        /// The cell of a column.
        case cell(String)
    }

    /// Where a place comes from.
    package struct CoordinateRule: Hashable, Sendable {
        package var latitude: Rule
        package var longitude: Rule
    }

    /// The columns the mapping needs, each once, in the order of the format.
    package var columns: [String] {
        let rules = [
            key, observedAt.text, category, condition, grid, campaign, urgency, description,
            address, reporter, contact, coordinates?.latitude, coordinates?.longitude,
        ]
        var seen = Set<String>()
        return rules.compactMap(\.self).flatMap(\.columns).filter { seen.insert($0).inserted }
    }
}
