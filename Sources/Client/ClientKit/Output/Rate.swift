package import GridModel

/// A rate with what it is made of: a number alone says nothing about how it was got.
package struct Rate: Hashable, Sendable {
    /// What it is called.
    package var name: Phrase
    /// How it is computed, in words.
    package var formula: Phrase
    package var numerator: UInt64
    package var denominator: UInt64

    /// The share, 0 to 1; `nil` of nothing.
    package var value: Double? {
        denominator == 0 ? nil : Double(numerator) / Double(denominator)
    }

    /// In percent with one digit after the point, rounded half up; a dash of nothing, and of what
    /// no broker that can count would say.
    package var percent: String {
        guard let value, value < 1e12 else { return "–" }
        let permille = Int64((value * 1_000).rounded())
        return "\(permille / 10).\(permille % 10) %"
    }

    /// Share, numerator and denominator, with stable keys.
    var json: JSONValue {
        .object([
            .init("numerator", .count(numerator)), .init("denominator", .count(denominator)),
            .init("value", value.map { .number($0) } ?? .null),
        ])
    }
}
