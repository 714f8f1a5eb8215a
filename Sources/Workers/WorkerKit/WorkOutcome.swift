package import GridCodec
package import GridModel

/// How a handler's work on an assignment ended, in the words of a handler's JSON.
package enum WorkResult: String, CaseIterable, Sendable {
    /// The department's part is done.
    case completed
    /// It is not this department's; needs a reason.
    case returned
    /// It could not be done this time; the broker hands it out again after a backoff.
    case failed

    /// The result on the wire.
    package var wire: WireOutcomeResult {
        switch self {
        case .completed: .completed
        case .returned: .returned
        case .failed: .failed
        }
    }
}

/// One named value of what was done or found.
package struct WorkMeasure: Hashable, Sendable {
    /// Its name, as the category's form asks.
    package var name: String
    /// Its value.
    package var value: String

    /// A measure from its parts.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var wire: WireMeasure {
        var wire = WireMeasure()
        wire.name = name
        wire.value = value
        return wire
    }
}

/// What a handler has to say about an assignment when its work has ended.
package struct WorkOutcome: Hashable, Sendable {
    /// Done, not ours, or not this time.
    package var result: WorkResult
    /// Why; for people. Never empty when `result` is `returned`.
    package var reason: String
    /// What was done or found, as the category's form asks.
    package var measures: [WorkMeasure]

    /// An outcome from its parts.
    package init(_ result: WorkResult, reason: String = "", measures: [WorkMeasure] = []) {
        self.result = result
        self.reason = reason
        self.measures = measures
    }

    /// Not this time; the reason is made fit for the wire.
    package static func failed(_ reason: String) -> WorkOutcome {
        WorkOutcome(.failed, reason: WireText.fitted(reason))
    }

    /// The outcome of the work under `claim`, as an item of a message.
    package func item(for claim: Claim) -> WireOutcomeItem {
        var item = WireOutcomeItem()
        item.claim = WireClaim(claim)
        item.result = result.wire
        item.reason = reason
        item.measures = measures.map(\.wire)
        return item
    }
}

/// Texts as the broker takes them (docs/protocol.md, "Texts").
package enum WireText {
    /// Whether the broker would take `text`: short enough, no control characters but TAB, LF, CR.
    package static func isValid(_ text: String, limits: ProtocolLimits = ProtocolLimits()) -> Bool {
        text.utf8.count <= limits.textBytes && !text.unicodeScalars.contains(where: isForbidden)
    }

    /// `text` with control characters as spaces, cut at the limit between two characters.
    package static func fitted(
        _ text: String, limits: ProtocolLimits = ProtocolLimits()
    ) -> String {
        guard !isValid(text, limits: limits) else { return text }
        var fitted = ""
        for character in text {
            let isClean = !character.unicodeScalars.contains(where: isForbidden)
            let next = isClean ? String(character) : " "
            guard fitted.utf8.count + next.utf8.count <= limits.textBytes else { break }
            fitted += next
        }
        return fitted
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r"
    }
}
