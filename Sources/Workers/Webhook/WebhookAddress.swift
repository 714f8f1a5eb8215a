import Foundation
import Glibc

/// The one address that a webhook's requests go to.
package struct WebhookAddress: Hashable, Sendable {
    /// The address as it was configured.
    package let text: String

    /// The address in `text`: `https://…`, or `http://…` to this machine alone, since a call holds
    /// what reporters said in confidence.
    ///
    /// Errors: a `WebhookProblem` for anything else, and for an address with a user, a password
    /// or a fragment: other users of the machine can read the arguments of a process.
    package init(_ text: String) throws(WebhookProblem) {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, let parts = URLComponents(string: text),
            let host = parts.host?.lowercased(), !host.isEmpty
        else { throw WebhookProblem("the webhook's address is no URL") }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            throw WebhookProblem("the webhook's address may hold no user, password or fragment")
        }
        switch parts.scheme?.lowercased() {
        case "https": break
        case "http" where Self.isThisMachine(host): break
        case "http":
            throw WebhookProblem("http is for this machine alone: use https for \(host)")
        default: throw WebhookProblem("the webhook's address begins with https:// or http://")
        }
        self.text = text
    }

    /// Whether the host is written as a loopback address, or `localhost` (RFC 6761, 6.3).
    private static func isThisMachine(_ host: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            return UInt32(bigEndian: four.s_addr) >> 24 == 127
        }
        return ["localhost", "::1", "[::1]"].contains(host)
    }
}

/// Why a webhook cannot be used as it is configured; for the person who configures it.
package struct WebhookProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// A problem in words.
    package init(_ description: String) { self.description = description }
}
