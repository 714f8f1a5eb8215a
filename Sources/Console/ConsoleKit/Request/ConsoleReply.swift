/// An answer as the pages make it, freed of the HTTP library.
package struct ConsoleReply: Sendable {
    /// What is sent.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Pieces as they come, for a table that is too long to be held; `nil` at its end.
        case pieces(@Sendable () async throws -> [UInt8]?)
        /// Server-sent events of a topic.
        case events(LiveTopic)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    /// An answer of bytes with their media type.
    package init(status: Int = 200, type: String, body: [UInt8]) {
        self.status = status
        headers = [("content-type", type)]
        self.body = .bytes(body)
    }

    /// A page. Nothing that shows calls may be kept by anybody on the way.
    package init(status: Int = 200, page: Markup) {
        self.init(status: status, type: "text/html; charset=utf-8", body: page.bytes)
        headers.append(("cache-control", "no-store"))
    }

    /// A plain text.
    package init(status: Int, text: String) {
        self.init(
            status: status, type: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
        headers.append(("cache-control", "no-store"))
    }

    /// Sends the browser to a place of this console.
    package init(seeOther place: String) {
        self.init(status: 303, type: "text/plain; charset=utf-8", body: [])
        headers.append(("location", place))
        headers.append(("cache-control", "no-store"))
    }

    /// Puts the headers on that every answer has; those of the answer itself stand above them.
    package mutating func secure() {
        let own = Set(headers.map(\.name))
        headers += SecurityHeaders.all.filter { !own.contains($0.name) }
    }
}

/// The headers that every answer has.
package enum SecurityHeaders {
    /// Only what this program serves itself is loaded or run, and nothing that stands in a page.
    package static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    /// All of them. Sources: CSP Level 3; OWASP's HTTP headers cheat sheet.
    package static let all: [(name: String, value: String)] = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ]
}
