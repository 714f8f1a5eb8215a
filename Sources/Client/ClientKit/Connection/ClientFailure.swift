package import GridCodec
package import GridModel

/// Why a command did not get what it asked for.
package enum ClientFailure: Error, Hashable, Sendable {
    /// Nobody answered at the endpoint for so long.
    case unreachable(endpoint: String, seconds: Int64)
    /// The broker is there, but its answer to this did not come in time.
    case unanswered(Question, seconds: Int64)
    /// The broker refused what was asked.
    case refused(code: UInt32, field: String, reason: String)
    /// The broker refuses to talk to this client at all, or dropped one of its frames.
    case sessionRefused(code: UInt32, field: String, reason: String)
    /// An import found nobody at the endpoint for so long and leaves the rest for later.
    case gaveUp(endpoint: String, seconds: Int64)
    /// What the user gave is wrong.
    case badInput(reason: Phrase)
    /// An input file cannot be used at all.
    case badData(reason: Phrase)
    /// The answer is of a kind that was not asked for.
    case unexpectedAnswer
    /// A file cannot be read or written.
    case file(reason: Phrase)
    /// A configuration file is wrong; each line begins with the place.
    case configuration(lines: [Phrase])
    /// Waiting for something took longer than allowed.
    case waitedTooLong(what: Phrase, seconds: Int64)

    /// What was sent to the broker and not answered.
    package enum Question: Hashable, Sendable {
        case submit
        case query
        case command

        var phrase: Phrase {
            switch self {
            case .submit: Phrase(chinese: "呼叫", english: "the submit")
            case .query: Phrase(chinese: "查询", english: "the query")
            case .command: Phrase(chinese: "指令", english: "the command")
            }
        }
    }

    /// A refusal as it came.
    package init(_ refusal: WireRefusal) {
        self = .refused(code: refusal.code, field: refusal.field, reason: refusal.reason)
    }

    /// The exit code that tells a script what happened.
    package var exitStatus: ExitStatus {
        switch self {
        case .unreachable, .unanswered: .unavailable
        case .refused(let code, _, _): Self.isTemporary(code) ? .tryAgain : .refused
        case .sessionRefused(let code, _, _): Self.status(ofSessionRefusal: code)
        case .gaveUp: .tryAgain
        case .badInput: .usage
        case .badData: .badData
        case .unexpectedAnswer: .internalError
        case .file: .inputOutput
        case .configuration: .configuration
        case .waitedTooLong: .tryAgain
        }
    }

    /// A refusal in one line: name of the code, field, reason.
    package static func refusalText(code: UInt32, field: String, reason: String) -> String {
        let place = field.isEmpty ? "" : " (\(field.escapedForTerminal))"
        return "\(codeName(code))\(place): \(reason.escapedForTerminal)"
    }

    /// The name of a code in docs/protocol.md.
    package static func codeName(_ code: UInt32) -> String {
        RefusalCode(wire: code).map { "\($0)" } ?? "code \(code)"
    }

    /// Whether the same request may succeed later (docs/protocol.md, "Error codes").
    private static func isTemporary(_ code: UInt32) -> Bool {
        switch RefusalCode(wire: code) {
        case .tooManyOpenCalls, .windowExceeded, .viewsBehind, .stopping, .tooManySessions,
            .diskFull, .rateExceeded, .tooMuchUnread, .starting:
            true
        case nil: (400..<500).contains(code)
        default: false
        }
    }

    private static func status(ofSessionRefusal code: UInt32) -> ExitStatus {
        switch RefusalCode(wire: code) {
        case .malformedFrame, .unknownKind, .frameTooLarge, .listTooLong, .unexpectedKind:
            .internalError
        case .unsupportedVersion, .brokerBehind: .unavailable
        default: isTemporary(code) ? .tryAgain : .refused
        }
    }
}

extension RefusalCode {
    /// The code of a refusal as it came; `nil` if this version does not know it.
    package init?(wire code: UInt32) {
        guard let number = UInt16(exactly: code) else { return nil }
        self.init(rawValue: number)
    }
}
