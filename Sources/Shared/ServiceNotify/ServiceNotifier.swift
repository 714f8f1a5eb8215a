import Glibc

/// Tells the service manager how the process stands (sd_notify(3)).
///
/// One datagram to the socket named by `$NOTIFY_SOCKET`: a path, or an abstract name that begins
/// with `@`. Without it, or when nobody listens, nothing happens.
package struct ServiceNotifier: Sendable {
    /// What the service manager is told.
    package enum State: String, Sendable {
        /// It does its work.
        case ready = "READY=1"
        /// It is about to end.
        case stopping = "STOPPING=1"
    }

    private let name: [UInt8]

    /// A notifier for the socket `name`, the value of `$NOTIFY_SOCKET`.
    package init(socketName name: String?) {
        self.name = Array((name ?? "").utf8)
    }

    /// Sends one state; a failure is nobody's concern.
    package func notify(_ state: State) {
        guard let (address, length) = address() else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(state.rawValue.utf8)
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), generic, length)
            }
        }
    }

    /// The address and how many bytes of it count: an abstract name ends without a zero byte.
    private func address() -> (sockaddr_un, socklen_t)? {
        var address = sockaddr_un()
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        let isAbstract = name.first == UInt8(ascii: "@")
        guard name.count > 1, name.count < capacity, isAbstract || name[0] == UInt8(ascii: "/")
        else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name)
            if isAbstract { path[0] = 0 }
        }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return (address, socklen_t(offset + name.count + (isAbstract ? 0 : 1)))
    }
}
