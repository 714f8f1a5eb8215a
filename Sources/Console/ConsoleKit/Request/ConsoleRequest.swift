/// A request as the pages see it, freed of the HTTP library.
package struct ConsoleRequest: Sendable {
    /// What may be asked; everything else is refused before.
    package enum Method: Hashable, Sendable {
        case get, head, post
        /// Anything that this program never does.
        case other
    }

    package var method: Method
    /// The path, percent-encoded as it came.
    package var path: String
    /// What stood behind the question mark, as it came.
    package var query: String
    /// Header fields by their names in small letters; of a field that came twice, all values.
    package var headers: [String: [String]]
    /// Who connected: an IP address without port.
    package var peer: String
    /// The body of a POST, never more than `Limits.body`.
    package var body: [UInt8]

    /// Sizes above which a request is refused.
    package enum Limits {
        /// Bytes of path and query.
        package static let target = 4_096
        /// Fields of a query or form.
        package static let fields = 40
        /// Bytes of one value, decoded: that of the longest text a broker searches for.
        package static let value = 512
        /// Bytes of a body: only the login form has one.
        package static let body = 4_096
    }

    /// A request.
    package init(
        method: Method = .get, path: String, query: String = "",
        headers: [String: [String]] = [:], peer: String = "127.0.0.1", body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.peer = peer
        self.body = body
    }

    /// The value of a header field; `nil` if it is not there, or there more than once, since then
    /// nobody knows which of them counts.
    package func header(_ name: String) -> String? {
        guard let values = headers[name], values.count == 1 else { return nil }
        return values[0]
    }

    /// A cookie's value; the first of those with that name.
    package func cookie(_ name: String) -> String? {
        for line in headers["cookie"] ?? [] {
            for pair in line.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].filter({ $0 != " " }) == name else { continue }
                return String(parts[1])
            }
        }
        return nil
    }
}
