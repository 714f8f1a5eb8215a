import Foundation
import Glibc
import Synchronization

/// A server on this machine that answers what a test says, byte for byte.
///
/// Each connection has a thread of its own. It ends with this object.
final class ScriptedServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        var head: String
        var body: [UInt8]

        /// The value of a header, whatever the case of its name.
        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").dropFirst().lazy.compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name.lowercased() else {
                    return nil
                }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }.first
        }
    }

    /// What becomes of a request.
    enum Reply: Sendable {
        /// These bytes; the connection stays.
        case bytes(String)
        /// These bytes, then the end of the connection.
        case lastBytes(String)
        /// These bytes, then nothing more: the connection stays until the other side closes it.
        case bytesThenSilence(String)
        /// These bytes, then the second ones again and again.
        case endless(String, String)
    }

    private struct State {
        var requests: [Request] = []
        var closed = 0
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
        let reply: @Sendable (Request, Int) -> Reply

        init(_ reply: @escaping @Sendable (Request, Int) -> Reply) { self.reply = reply }
    }

    /// The port it listens at.
    let port: UInt16
    private let listener: Int32
    private let shared: Shared

    /// A server whose answer to the n-th request, from 1, is `reply`'s.
    init(_ reply: @escaping @Sendable (Request, Int) -> Reply) {
        (listener, port) = Self.listen()
        shared = Shared(reply)
        Thread.detachNewThread { [listener, shared] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread { Self.serve(connection, shared) }
            }
            close(listener)
        }
    }

    /// A server that answers every request with a status and a body.
    convenience init(_ status: Int, _ body: String = "", headers: String = "") {
        self.init { _, _ in .bytes(Self.answer(status, body, headers: headers)) }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Where it is.
    var address: String { "http://127.0.0.1:\(port)/calls?key=1" }
    /// What has come so far.
    var requests: [Request] { shared.state.withLock { $0.requests } }
    /// Connections that the other side has closed.
    var closedConnections: Int { shared.state.withLock { $0.closed } }

    /// A whole answer.
    static func answer(_ status: Int, _ body: String = "", headers: String = "") -> String {
        let length = status == 204 ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return "HTTP/1.1 \(status) Word\r\n\(length)\(headers)\r\n\(body)"
    }

    // MARK: - Connections

    private static func listen() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        Glibc.listen(descriptor, 128)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func serve(_ connection: Int32, _ shared: Shared) {
        defer { close(connection) }
        while let request = read(connection) {
            let number = shared.state.withLock { state in
                state.requests.append(request)
                return state.requests.count
            }
            switch shared.reply(request, number) {
            case .bytes(let text): write(connection, text)
            case .lastBytes(let text):
                write(connection, text)
                return
            case .bytesThenSilence(let text):
                write(connection, text)
                while receive(connection) != nil {}
            case .endless(let text, let again):
                write(connection, text)
                while write(connection, again) {}
            }
        }
        shared.state.withLock { $0.closed += 1 }
    }

    /// The next request; `nil` when the connection ends.
    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = bytes.firstRange(of: end) {
                let head = String(decoding: bytes[..<place.lowerBound], as: UTF8.self)
                var request = Request(head: head, body: Array(bytes[place.upperBound...]))
                let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
                while request.body.count < length {
                    guard let more = receive(connection) else { return nil }
                    request.body += more
                }
                return request
            }
            guard let more = receive(connection) else { return nil }
            bytes += more
        }
    }

    private static func receive(_ connection: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    @discardableResult
    private static func write(_ connection: Int32, _ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
