extension MajorDecisionRule {
    /// What measures are under a rule.
    package enum Judgement: Equatable, Sendable {
        case minor
        case major
        /// The measure of this name must be a number and is none, so nobody can tell.
        case unreadable(String)
    }

    /// Whether measures are a major decision: one condition that holds is enough, also if another
    /// cannot be read.
    package func judgement(of measures: [Measure]) -> Judgement {
        var unreadable: String?
        for condition in conditions {
            for measure in measures where measure.isNamed(condition.measure) {
                switch condition.comparison.holds(for: measure.value) {
                case true?: return .major
                case false?: break
                case nil: unreadable = unreadable ?? condition.measure
                }
            }
        }
        return unreadable.map { .unreadable($0) } ?? .minor
    }
}

extension MajorDecisionRule.Comparison {
    /// Whether it holds; `nil` if the value must be a number and is none.
    fileprivate func holds(for text: String) -> Bool? {
        switch self {
        case .isPresent: true
        case .equals(.text(let wanted)): Measure.folded(text) == Measure.folded(wanted)
        case .equals(.number(let wanted)): DecimalNumber(text).map { $0 == wanted }
        case .isAtLeast(let bound): DecimalNumber(text).map { $0 >= bound }
        case .isAbove(let bound): DecimalNumber(text).map { $0 > bound }
        }
    }
}

extension [MeasureRule] {
    /// Why measures do not fit the form; `nil` if they do. An empty form takes anything; those that
    /// are required are asked for only where something is completed.
    package func objection(to measures: [Measure], isCompletion: Bool) -> Refusal? {
        guard !isEmpty else { return nil }
        for measure in measures {
            guard let rule = first(where: { measure.isNamed($0.name) }) else {
                return Refusal(
                    .valueOutOfRange, field: "measures.name",
                    reason: "the form asks for: " + map(\.name).joined(separator: ", "))
            }
            if let refusal = rule.objection(to: measure.value) { return refusal }
        }
        guard isCompletion else { return nil }
        let missing = filter { rule in
            rule.isRequired && !measures.contains { $0.isNamed(rule.name) && !$0.isBlank }
        }
        guard !missing.isEmpty else { return nil }
        return Refusal(
            .missingField, field: "measures",
            reason: "nothing is completed without: "
                + missing.map(\.name).joined(separator: ", "))
    }
}

extension MeasureRule {
    fileprivate func objection(to value: String) -> Refusal? {
        switch kind {
        case .text: return nil
        case .number:
            guard DecimalNumber(value) == nil else { return nil }
            return Self.unreadable(name)
        case .choice(let values):
            guard !values.contains(where: { Measure.folded($0) == Measure.folded(value) }) else {
                return nil
            }
            return Refusal(
                .valueOutOfRange, field: "measures.value",
                reason: "\(name) is one of: " + values.joined(separator: ", "))
        }
    }

    /// The refusal of a value that must be a number.
    package static func unreadable(_ name: String) -> Refusal {
        Refusal(
            .valueOutOfRange, field: "measures.value",
            reason: "\(name) is a number: digits, and at most six behind a point")
    }
}

extension Measure {
    /// Whether it bears a name, without regard to capitals and blanks around: another spelling must
    /// not slip through a rule.
    package func isNamed(_ other: String) -> Bool { Self.folded(name) == Self.folded(other) }

    fileprivate var isBlank: Bool { value.allSatisfy(\.isWhitespace) }

    /// A name or a value as it is compared with another.
    package static func folded(_ text: String) -> String {
        var rest = text.drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest.lowercased()
    }
}
