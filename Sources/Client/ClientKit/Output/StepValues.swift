import GridCodec
import GridModel

/// What a step's detail says: its values by their names, and what a person wrote.
///
/// A broker that does not say where the values end gives none: its detail is shown as it is.
struct StepValues {
    private let values: [Substring: Substring]
    /// What a person wrote, line by line; lines that say nothing are left out.
    let lines: [String]

    /// The values of a step.
    init(_ step: WireStepView) {
        let detail = step.detail.utf8
        let end = detail.index(
            detail.startIndex, offsetBy: Int(step.valuesBytes), limitedBy: detail.endIndex)
        let items = step.detail[..<(end ?? detail.endIndex)]
        var rest = step.detail[items.endIndex...]
        if !items.isEmpty, rest.hasPrefix("; ") { rest = rest.dropFirst(2) }
        let pairs = items.split(separator: " ").map {
            let parts = $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        values = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        lines = rest.split(whereSeparator: \.isNewline).map { String($0).trimmedOfSpaces }.filter {
            !$0.isEmpty
        }
    }

    /// Whether there are any values.
    var isEmpty: Bool { values.isEmpty }

    /// A value; `nil` if the step does not say it.
    subscript(name: Substring) -> String? { values[name].map(String.init) }

    /// A value that is a number.
    func number(_ name: Substring) -> Int64? { values[name].flatMap { Int64($0) } }

    /// A time in milliseconds since 1970.
    func time(_ name: Substring) -> Int64? {
        values[name].flatMap { RFC3339.time(String($0))?.milliseconds }
    }

    /// A value that is yes or no.
    func flag(_ name: Substring) -> Bool? { values[name].map { $0 == "true" } }
}
