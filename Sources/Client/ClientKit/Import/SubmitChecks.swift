package import GridCodec
package import GridModel

/// What is wrong with one field of a call before it is sent.
package struct FieldProblem: Error, Hashable, Sendable {
    /// The field, in the words of the mapping file and of `wire.proto`.
    package var field: String
    /// What is wrong, for people.
    package var reason: String

    /// A problem of one field.
    package init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }
}

/// The rules of docs/protocol.md ("Texts", "Submit") that a terminal can check by itself.
///
/// What the catalogue declares only the broker knows. Checking first keeps one bad text from
/// costing a whole frame.
package struct SubmitChecks: Sendable {
    private let limits: ProtocolLimits

    /// Checks against `limits`.
    package init(limits: ProtocolLimits = ProtocolLimits()) { self.limits = limits }

    /// Everything that is wrong with `item`, in the order of its fields.
    package func problems(of item: WireSubmitItem) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        problems += id(item.category, field: "category", isRequired: true)
        problems += id(item.condition, field: "condition", isRequired: false)
        problems += id(item.grid, field: "grid", isRequired: true)
        problems += id(item.campaign, field: "campaign", isRequired: false)
        if item.hasCoordinates { problems += coordinates(item.coordinates) }
        let texts = item.texts
        problems += text(texts.description_p, field: "description", limit: limits.descriptionBytes)
        problems += text(texts.address, field: "address", limit: limits.textBytes)
        problems += text(texts.reporter, field: "reporter", limit: limits.textBytes)
        problems += text(texts.contact, field: "contact", limit: limits.textBytes)
        return problems
    }

    private func id(_ text: String, field: String, isRequired: Bool) -> [FieldProblem] {
        if text.isEmpty {
            return isRequired ? [FieldProblem(field: field, reason: "must be given")] : []
        }
        guard !DeclaredID.isValid(text) else { return [] }
        let shown = text.escapedForTerminal.shortened(toWidth: 40)
        let reason = "\"\(shown)\" is no id: 1 to \(DeclaredID.maximumLength) of A-Z a-z 0-9 -"
        return [FieldProblem(field: field, reason: reason)]
    }

    private func text(_ text: String, field: String, limit: Int) -> [FieldProblem] {
        let length = text.utf8.count
        guard length <= limit else {
            let reason = "has \(length) bytes, at most \(limit) are allowed"
            return [FieldProblem(field: field, reason: reason)]
        }
        let control = text.utf8.first { byte in
            byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
        }
        guard let control else { return [] }
        let digits = String(control, radix: 16, uppercase: true)
        let reason = "holds the control character U+00\(control < 16 ? "0" : "")\(digits)"
        return [FieldProblem(field: field, reason: reason)]
    }

    private func coordinates(_ place: WireCoordinates) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        // A comparison with NaN is false, so it ends up here as well.
        if !(abs(place.latitude) <= 90) {
            problems.append(FieldProblem(field: "latitude", reason: "must be −90 to 90 degrees"))
        }
        if !(abs(place.longitude) <= 180) {
            problems.append(
                FieldProblem(field: "longitude", reason: "must be −180 to 180 degrees"))
        }
        return problems
    }
}
