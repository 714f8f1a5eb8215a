import GridCodec
import GridModel

/// The broker's rules for what a person writes, checked before anything is sent.
struct CommandChecks {
    /// The limits in force.
    let limits: ProtocolLimits

    /// Throws unless a reason is short enough and free of control characters.
    func check(reason: String) throws(ClientFailure) {
        try check(reason, of: Phrase(verbatim: "--reason"))
    }

    private func check(_ text: String, of what: Phrase) throws(ClientFailure) {
        guard let problem = SubmitChecks(limits: limits).problem(ofText: text) else { return }
        throw .badInput(reason: what + " " + problem)
    }
}
