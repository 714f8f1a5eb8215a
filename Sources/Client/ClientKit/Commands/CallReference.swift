import GridCodec
package import GridModel

/// How a person names a call on the command line: by its id or by its case number.
package enum CallReference: Hashable, Sendable {
    case id(CallID)
    case caseNumber(CaseNumber)

    /// Why a text names no call.
    package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// For people.
        package let reason: String

        /// Why a text names no call.
        package init(reason: String) { self.reason = reason }

        package var description: String { reason }
    }

    /// Reads an id (32 hexadecimal digits, with or without hyphens) or a case number, whose check
    /// digit finds most slips of the pen.
    package init(parsing text: String) throws(ParseError) {
        let trimmed = text.trimmedOfSpaces
        if let id = CallID(text: trimmed) {
            self = .id(id)
            return
        }
        do throws(CaseNumber.ParseError) {
            self = .caseNumber(try CaseNumber(parsing: trimmed))
        } catch {
            switch error {
            case .malformed:
                throw ParseError(
                    reason: "give an id (a UUID) or a case number such as GL-2026-000123-7")
            case .wrongCheckDigit:
                throw ParseError(
                    reason: "the check digit is wrong: a digit of the case number is mistyped")
            }
        }
    }

    /// The query that finds the call.
    var query: WireTrackQuery {
        var query = WireTrackQuery()
        switch self {
        case .id(let id): query.id = id.data
        case .caseNumber(let number): query.caseNumber = number.description
        }
        return query
    }
}

extension ClientSession {
    /// The call as it stands, with its parts and steps.
    func track(_ call: CallReference) throws(ClientFailure) -> WireCallView {
        guard case .call(let view) = try client.query(.track(call.query)) else {
            throw .unexpectedAnswer
        }
        return view
    }
}
