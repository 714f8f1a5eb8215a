/// One named value of a decision or an outcome: what was, or shall be, done.
package struct Measure: Hashable, Sendable {
    package var name: String
    package var value: String

    /// A measure.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// One line of the form of an outcome.
package struct MeasureRule: Hashable, Sendable, Codable {
    /// What a value may be.
    package enum Kind: Hashable, Sendable, Codable {
        case text
        /// A `DecimalNumber`.
        case number
        case choice([String])
    }

    package var name: String
    /// Nothing is completed without it.
    package var isRequired: Bool
    package var kind: Kind

    /// One line of the form.
    package init(name: String, isRequired: Bool, kind: Kind) {
        self.name = name
        self.isRequired = isRequired
        self.kind = kind
    }
}

/// Which measures make a decision a major one, which nobody takes without legal review (重大执法决定).
package struct MajorDecisionRule: Hashable, Sendable, Codable {
    /// How a measure's value is compared.
    package enum Comparison: Hashable, Sendable, Codable {
        /// The measure is there, whatever it says.
        case isPresent
        case equals(Value)
        case isAtLeast(DecimalNumber)
        case isAbove(DecimalNumber)
    }

    /// What a value is compared with.
    package enum Value: Hashable, Sendable, Codable {
        case text(String)
        case number(DecimalNumber)
    }

    /// One reason for which a decision is major.
    package struct Condition: Hashable, Sendable, Codable {
        package var measure: String
        package var comparison: Comparison

        /// A condition.
        package init(measure: String, _ comparison: Comparison) {
            self.measure = measure
            self.comparison = comparison
        }
    }

    /// Any one of them is enough.
    package var conditions: [Condition]

    /// A rule.
    package init(_ conditions: [Condition]) { self.conditions = conditions }
}
