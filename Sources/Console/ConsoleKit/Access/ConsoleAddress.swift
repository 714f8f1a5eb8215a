/// Where the console listens: an address and a port.
package struct ConsoleAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without the brackets of an IPv6 address.
    package let host: String
    package let port: Int

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`; `nil` if it is neither, or has no
    /// port. Port 0 lets the system choose.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let isName = host.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A: true
            default: false
            }
        }
        guard !host.isEmpty, isName else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// The same address with the port that the system chose.
    package func with(port: Int) -> ConsoleAddress { ConsoleAddress(host: host, port: port) }

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// As it stands in an address.
    package var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Whether only this machine reaches it.
    package var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether an address or a name means this machine alone. `0:0:0:0:0:0:0:1` and the like do
    /// not count: what is not known for sure is taken for open.
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let address = host.lowercased().hasPrefix("::ffff:") ? String(host.dropFirst(7)) : host
        let numbers = address.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// The host of a Host field, without port; `nil` if it is none.
    package static func host(ofField field: String) -> String? {
        if field.hasPrefix("[") {
            guard let end = field.firstIndex(of: "]") else { return nil }
            return String(field[field.index(after: field.startIndex)..<end])
        }
        let host = field.prefix { $0 != ":" }
        return host.isEmpty ? nil : host.lowercased()
    }
}
