package import GridCodec
package import GridModel

/// How a person names a call on the command line: by its id, its case number, or a part of either.
package enum CallReference: Hashable, Sendable {
    case id(CallID)
    case caseNumber(CaseNumber)
    /// As it was typed; the broker finds what it may mean.
    case spoken(String)

    /// Why a text names no call.
    package struct ParseError: Error, Hashable, Sendable {
        /// For people.
        package let reason: Phrase
    }

    /// Reads an id (32 hexadecimal digits, with or without hyphens), a case number, or anything
    /// that `SpokenCall` can read.
    package init(parsing text: String) throws(ParseError) {
        let trimmed = text.trimmedOfSpaces
        if let id = CallID(text: trimmed) {
            self = .id(id)
        } else if let number = try? CaseNumber(parsing: trimmed) {
            self = .caseNumber(number)
        } else if SpokenCall(trimmed) != nil {
            self = .spoken(trimmed)
        } else {
            throw ParseError(
                reason: Phrase(
                    chinese: "请给出案卷号（如 GL-2026-000123-7）、它的一部分（如 123）或呼叫的标识",
                    english: "give a case number such as GL-2026-000123-7, a part of it such as "
                        + "123, or the call's id"))
        }
    }

    /// The query that finds the call.
    package var query: WireTrackQuery {
        var query = WireTrackQuery()
        switch self {
        case .id(let id): query.id = id.data
        case .caseNumber(let number): query.caseNumber = number.description
        case .spoken(let text): query.fragment = text
        }
        return query
    }
}

extension ClientSession {
    /// The call as it stands, with its parts and steps. Errors: also that several calls fit.
    func track(_ call: CallReference) throws(ClientFailure) -> WireCallView {
        switch try client.query(.track(call.query)) {
        case .call(let view): return view
        case .list(let candidates):
            guard case .spoken(let text) = call else { throw .unexpectedAnswer }
            throw .badInput(reason: question(text, candidates.calls))
        default: throw .unexpectedAnswer
        }
    }

    /// Whether the candidates are only near to what was typed: none of them is it.
    private func isSlip(_ text: String, _ calls: [WireCallView]) -> Bool {
        guard let spoken = SpokenCall(text) else { return false }
        return !calls.contains { call in
            guard let number = try? CaseNumber(parsing: call.caseNumber) else { return true }
            let isRead = spoken.readings.contains {
                $0.fits(number) && ($0.check ?? number.checkDigit) == number.checkDigit
            }
            let isPart = spoken.ending.map { String(number.serial).hasSuffix($0) } ?? false
            let isID = CallID(bytes: call.id).map { spoken.ids?.contains($0) ?? false } ?? false
            return isRead || isPart || isID
        }
    }

    /// Which of the candidates is meant.
    private func question(_ text: String, _ calls: [WireCallView]) -> Phrase {
        let shown = text.escapedForTerminal
        let title =
            isSlip(text, calls)
            ? Phrase(
                chinese: "“\(shown)”的校验码不符。是否指：",
                english: "the check digit of \"\(shown)\" is wrong; did you mean:")
            : Phrase(
                chinese: "“\(shown)”可以指多个案卷，请写出完整的案卷号：",
                english: "\"\(shown)\" may mean several calls; give the whole case number:")
        return title + "\n"
            + calls.map { call in
                let words = [
                    call.caseNumber, presentation.text(call.filedAt), call.category, call.grid,
                    call.texts.description_p.shortened(toWidth: 30),
                ]
                return "  "
                    + words.filter { !$0.isEmpty }.joined(separator: "  ").escapedForTerminal
            }.joined(separator: "\n")
    }
}
