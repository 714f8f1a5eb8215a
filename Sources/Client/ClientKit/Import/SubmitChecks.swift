package import GridCodec
package import GridModel

/// What is wrong with one field of a call before it is sent.
package struct FieldProblem: Error, Hashable, Sendable {
    /// The field, in the words of the mapping file and of `wire.proto`.
    package var field: String
    /// What is wrong, for people.
    package var reason: Phrase

    /// A problem of one field.
    package init(field: String, reason: Phrase) {
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
            return isRequired ? [FieldProblem(field: field, reason: CheckWords.missing)] : []
        }
        guard !DeclaredID.isValid(text) else { return [] }
        let shown = text.escapedForTerminal.shortened(toWidth: 40)
        let reason = ImportWords.notAnID("\"\(shown)\"", DeclaredID.maximumLength)
        return [FieldProblem(field: field, reason: reason)]
    }

    private func text(_ text: String, field: String, limit: Int) -> [FieldProblem] {
        problem(of: text, limit: limit).map { [FieldProblem(field: field, reason: $0)] } ?? []
    }

    /// What is wrong with a text that is not a description; `nil` if nothing is.
    func problem(ofText text: String) -> Phrase? { problem(of: text, limit: limits.textBytes) }

    private func problem(of text: String, limit: Int) -> Phrase? {
        let length = text.utf8.count
        guard length <= limit else { return CheckWords.tooLong(length, limit) }
        let control = text.utf8.first { byte in
            byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
        }
        guard let control else { return nil }
        let digits = String(control, radix: 16, uppercase: true)
        return CheckWords.controlCharacter("U+00\(control < 16 ? "0" : "")\(digits)")
    }

    private func coordinates(_ place: WireCoordinates) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        // A comparison with NaN is false, so it ends up here as well.
        if !(abs(place.latitude) <= 90) {
            problems.append(FieldProblem(field: "latitude", reason: CheckWords.degrees(90)))
        }
        if !(abs(place.longitude) <= 180) {
            problems.append(FieldProblem(field: "longitude", reason: CheckWords.degrees(180)))
        }
        return problems
    }
}

/// What is wrong with a field.
private enum CheckWords {
    static let missing = Phrase(chinese: "不能为空", english: "must be given")

    static func tooLong(_ length: Int, _ limit: Int) -> Phrase {
        Phrase(
            chinese: "有 \(length) 字节，最多 \(limit) 字节",
            english: "has \(length) bytes, at most \(limit) are allowed")
    }

    static func controlCharacter(_ name: String) -> Phrase {
        Phrase(chinese: "含有控制字符 \(name)", english: "holds the control character \(name)")
    }

    static func degrees(_ limit: Int) -> Phrase {
        Phrase(
            chinese: "须在 −\(limit) 至 \(limit) 度之间", english: "must be −\(limit) to \(limit) degrees"
        )
    }
}
