/// Tells whether only this machine can reach an endpoint.
///
/// Without keys the broker listens nowhere else. Names are not resolved: a name may lead elsewhere
/// tomorrow.
package enum LocalEndpoint {
    /// Whether `endpoint` is `ipc://…`, or `tcp://` with a loopback address in digits.
    package static func isLocal(_ endpoint: String) -> Bool {
        if endpoint.hasPrefix("ipc://") { return endpoint.utf8.count > 6 }
        guard endpoint.hasPrefix("tcp://") else { return false }
        let address = endpoint.dropFirst(6)
        guard let colon = address.lastIndex(of: ":") else { return false }
        let host = address[..<colon]
        if host == "[::1]" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)
    }
}
