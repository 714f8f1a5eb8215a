package import GridCodec
package import GridModel

/// Why a command did not get what it asked for.
package enum ClientFailure: Error, Hashable, Sendable {
    /// Nobody answered at the endpoint for so long.
    case unreachable(endpoint: String, seconds: Int64)
    /// The broker is there, but its answer to this did not come in time.
    case unanswered(what: String, seconds: Int64)
    /// The broker refused what was asked.
    case refused(code: UInt32, field: String, reason: String)
    /// The broker refuses to talk to this client at all, or dropped one of its frames.
    case sessionRefused(code: UInt32, field: String, reason: String)
    /// An import found nobody at the endpoint for so long and leaves the rest for later.
    case gaveUp(endpoint: String, seconds: Int64)
    /// What the user gave is wrong.
    case badInput(reason: String)
    /// An input file cannot be used at all.
    case badData(reason: String)
    /// The answer is of a kind that was not asked for.
    case unexpectedAnswer
    /// A file cannot be read or written.
    case file(reason: String)
    /// A configuration file is wrong; each line begins with the place.
    case configuration(lines: [String])
    /// Waiting for something took longer than allowed.
    case waitedTooLong(what: String, seconds: Int64)

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

    /// What happened and what to do, for people; one or more lines without a line end.
    package var message: String {
        switch self {
        case .unreachable(let endpoint, let seconds):
            "the broker at \(endpoint) does not answer (waited \(seconds) s)\n"
                + "check that gridcall-broker runs there, and --broker or GRIDCALL_BROKER"
        case .unanswered(let what, let seconds):
            "the broker did not answer \(what) in \(seconds) s; it may be busy, try again"
        case .refused(let code, let field, let reason),
            .sessionRefused(let code, let field, let reason):
            Self.refusalText(code: code, field: field, reason: reason)
        case .gaveUp(let endpoint, let seconds):
            "the broker at \(endpoint) did not answer for \(seconds) s: giving up\n"
                + "import the same file again later; nothing is filed twice"
        case .badInput(let reason), .badData(let reason), .file(let reason): reason
        case .unexpectedAnswer: "the broker sent an answer of another kind: versions differ?"
        case .configuration(let lines):
            (["the mapping file has mistakes:"] + lines).joined(separator: "\n")
        case .waitedTooLong(let what, let seconds): "\(what) after \(seconds) s"
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
        case .tooManyOpenCalls, .windowExceeded, .viewsBehind, .stopping, .tooManySessions: true
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
