import Foundation

/// A TCP connection that speaks ZMTP 3.0 by hand, for what no ZeroMQ library would send.
///
/// The frames and the NULL handshake are those of https://rfc.zeromq.org/spec/23/.
package final class RawConnection {
    private let descriptor: Int32

    /// Connects to `tcp://127.0.0.1:PORT`.
    package init(_ endpoint: String) throws {
        guard let port = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw TestFailure("no port in \(endpoint)")
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("cannot connect to \(endpoint)") }
    }

    deinit { close(descriptor) }

    /// Waits until the other side has closed the connection.
    package func waitForEnd() async throws {
        try await eventually("the end of the connection") {
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count == 0 || (count < 0 && errno == ECONNRESET) ? () : nil
        }
    }

    /// Writes bytes as they are.
    package func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Greeting and READY of a DEALER, with more properties if given; waits for the other side's,
    /// as ZMTP demands.
    package func shakeHands(saying more: [(name: String, value: String)] = []) async throws {
        var greeting: [UInt8] = [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]
        greeting += Array("NULL".utf8) + [UInt8](repeating: 0, count: 16 + 32)
        write(greeting)
        var ready = [5] + Array("READY".utf8)
        for (name, value) in [("Socket-Type", "DEALER")] + more {
            ready += [UInt8(name.utf8.count)] + Array(name.utf8)
            ready += [0, 0, 0, UInt8(value.utf8.count)] + Array(value.utf8)
        }
        write([0x04, UInt8(ready.count)] + ready)
        var answer: [UInt8] = []
        try await eventually("the other side's READY") {
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            answer += buffer.prefix(max(0, count))
            return answer.count > 64 && answer.contains(UInt8(ascii: "Y")) ? () : nil
        }
    }

    /// The kind of the next frame of the protocol that comes.
    package func nextKind() async throws -> UInt8 {
        var bytes: [UInt8] = []
        return try await eventually("a frame of the broker") {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            bytes += buffer.prefix(max(0, count))
            let start = bytes.indices.dropLast(3).first {
                bytes[$0...].starts(with: [0x47, 0x43, 1])
            }
            return start.map { bytes[$0 + 3] }
        }
    }

    /// One frame of at most 255 bytes of a message.
    package func writeFrame(_ body: [UInt8], hasMore: Bool) {
        write([hasMore ? 1 : 0, UInt8(body.count)] + body)
    }
}
