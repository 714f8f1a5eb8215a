import GridModel

/// What a column is sorted by.
enum SortValue: Comparable, Sendable {
    /// Nothing known; sorts below everything.
    case none
    case number(Double)
    case text(String)

    init(_ number: Double?) { self = number.map { .number($0) } ?? .none }

    init(_ count: some BinaryInteger) { self = .number(Double(count)) }
}

/// One column of a table of `gridcall top`.
struct TopColumn<Row: Sendable>: Sendable {
    /// Names the column; the same in every language.
    let id: String
    let title: Phrase
    /// The columns of the terminal it has at least.
    let minimumWidth: Int
    /// Longer texts are shortened to it; numbers never are.
    let maximumWidth: Int
    let isNumber: Bool
    /// Whether it takes room that no name needs, up to the maximum.
    let grows: Bool
    /// What a row shows here, in so many columns.
    let cell: @Sendable (Row, _ width: Int) -> Span
    let value: @Sendable (Row) -> SortValue

    /// A number or a time: at the right, as wide as it must be.
    static func number(
        _ id: String, _ chinese: String, _ english: String, width: Int = 5,
        value: @escaping @Sendable (Row) -> SortValue,
        cell: @escaping @Sendable (Row) -> Span
    ) -> TopColumn {
        TopColumn(
            id: id, title: Phrase(chinese: chinese, english: english), minimumWidth: width,
            maximumWidth: .max, isNumber: true, grows: false,
            cell: { row, _ in cell(row) }, value: value)
    }

    /// A count.
    static func count(
        _ id: String, _ chinese: String, _ english: String, style: TextStyle = .plain,
        _ count: @escaping @Sendable (Row) -> UInt64
    ) -> TopColumn {
        number(id, chinese, english) {
            SortValue(count($0))
        } cell: {
            Span(String(count($0)), count($0) > 0 ? style : .plain)
        }
    }

    /// A rate per minute; a hyphen while it is not known.
    static func rate(
        _ id: String, _ chinese: String, _ english: String,
        _ rate: @escaping @Sendable (Row) -> Double?
    ) -> TopColumn {
        number(id, chinese, english) {
            SortValue(rate($0))
        } cell: {
            Span(Words.rate(rate($0)))
        }
    }

    /// A duration in seconds; a hyphen if there is none.
    static func duration(
        _ id: String, _ chinese: String, _ english: String,
        _ seconds: @escaping @Sendable (Row) -> Double?
    ) -> TopColumn {
        number(id, chinese, english, width: 6) {
            SortValue(seconds($0))
        } cell: {
            Span(seconds($0).map { Words.duration(seconds: $0) } ?? "-")
        }
    }

    /// A text at the left; unsafe characters are escaped.
    static func text(
        _ id: String, _ chinese: String, _ english: String, width: Int = 4, atMost: Int = 24,
        _ text: @escaping @Sendable (Row) -> String
    ) -> TopColumn {
        TopColumn(
            id: id, title: Phrase(chinese: chinese, english: english), minimumWidth: width,
            maximumWidth: atMost, isNumber: false, grows: false,
            cell: { row, _ in Span(text(row).escapedForTerminal) },
            value: { .text(text($0).lowercased()) })
    }
}

extension Words {
    /// A rate per minute, with one digit after the point below ten; a hyphen if it is not known.
    static func rate(_ perMinute: Double?) -> String {
        guard let perMinute, perMinute >= 0 else { return "-" }
        switch perMinute {
        case ..<9.95:
            let tenths = Int((perMinute * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        case ..<99_999.5: return String(Int(perMinute.rounded()))
        case ..<9e15: return "\(Int((perMinute / 1_000).rounded()))k"
        default: return "-"
        }
    }
}
