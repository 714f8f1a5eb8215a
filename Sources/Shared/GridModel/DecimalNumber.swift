/// A decimal number with at most six digits behind the point: sums of money, areas, counts.
///
/// Whole millionths, so that nothing is rounded and two numbers that look equal are equal.
package struct DecimalNumber: Hashable, Comparable, Sendable, Codable {
    /// The number times a million.
    package let millionths: Int64

    private static let digitsBehindPoint = 6
    private static let one: Int64 = 1_000_000

    /// A number from its millionths.
    package init(millionths: Int64) { self.millionths = millionths }

    /// A whole number; saturates.
    package init(_ whole: Int64) {
        let (product, overflow) = whole.multipliedReportingOverflow(by: Self.one)
        millionths = overflow ? (whole < 0 ? .min : .max) : product
    }

    /// Reads `50000`, `-0.5`, `12.75`: ASCII digits, at most one point with digits on both sides,
    /// blanks around it; `nil` for anything else, for more digits than fit, and for what is too
    /// large. Whoever compares must not guess what `5万` or `1,000` means.
    package init?(_ text: some StringProtocol) {
        var digits = text.drop { $0.isWhitespace }
        while digits.last?.isWhitespace == true { digits.removeLast() }
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits.removeFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2, let whole = parts.first else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard !whole.isEmpty, !fraction.isEmpty, fraction.utf8.count <= Self.digitsBehindPoint
        else { return nil }
        var value: Int64 = 0
        let padding = Self.digitsBehindPoint - fraction.utf8.count
        let all = String(whole) + String(fraction) + String(repeating: "0", count: padding)
        for byte in all.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isFull) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if isTooLarge || isFull { return nil }
            value = sum
        }
        millionths = isNegative ? -value : value
    }

    /// Reads the bare millionths.
    package init(from decoder: any Decoder) throws {
        millionths = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the bare millionths.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(millionths)
    }

    package static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        left.millionths < right.millionths
    }
}
