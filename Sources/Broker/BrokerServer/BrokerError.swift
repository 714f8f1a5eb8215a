/// Why the broker does not start, or stops.
package enum BrokerError: Error, Hashable, Sendable {
    /// An endpoint that other machines could reach is not allowed without keys.
    case endpointNotLocal(String)
    /// The socket cannot be bound there.
    case cannotBind(endpoint: String, reason: String)
    /// The place of an ipc endpoint is one where others could take it over.
    case endpointUnsafe(endpoint: String, reason: String)
    /// A peer holds a receipt of a batch that the journal does not have.
    case journalBehind(String)
    /// The catalogue does not fit the calls that are there; each objection in a sentence.
    case catalogueRefused([String])
    /// The authorised-keys file cannot be used; each mistake in a sentence.
    case keysUnusable([String])
    /// Going on could lose or repeat something; the reason says what.
    case failedClosed(String)
}

extension BrokerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .endpointNotLocal(let endpoint):
            "\(endpoint) can be reached from other machines, which is not allowed without keys: "
                + "make them with gridcall-broker keygen NAME, let peers in with gridcall-broker "
                + "authorize, start with --key NAME.key_secret --authorized-keys FILE; or bind to "
                + "tcp://127.0.0.1:PORT, tcp://[::1]:PORT or ipc://PATH"
        case .endpointUnsafe(let endpoint, let reason): "\(endpoint) is refused: \(reason)"
        case .cannotBind(let endpoint, let reason): "cannot listen at \(endpoint): \(reason)"
        case .catalogueRefused(let objections):
            objections.map { "the catalogue is refused: \($0)" }.joined(separator: "\n")
        case .keysUnusable(let mistakes): mistakes.joined(separator: "\n")
        case .journalBehind(let reason), .failedClosed(let reason): reason
        }
    }
}
