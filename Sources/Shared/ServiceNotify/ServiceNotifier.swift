import Glibc
import Synchronization

/// Tells the service manager how the process stands (sd_notify(3)).
///
/// One datagram to the socket named by `$NOTIFY_SOCKET`: a path, or an abstract name that begins
/// with `@`. Without it, or when nobody listens, nothing happens. May be used from any thread.
package final class ServiceNotifier: Sendable {
    /// What the service manager is told.
    package enum State: Sendable {
        /// It does its work; also the end of `reloading`.
        case ready
        /// It takes its configuration in anew and goes on working.
        case reloading
        /// It is about to end.
        case stopping
        /// Its loop has turned.
        case watchdog
    }

    /// How often `beat` must be called at least, in milliseconds; `nil` where nobody watches.
    ///
    /// A third of the time after which the service manager takes the process for stuck.
    package let beatMilliseconds: Int64?

    private let name: [UInt8]
    /// When the last beat was sent; milliseconds of the caller's monotonic clock.
    private let lastBeat = Atomic<Int64>(.min)

    /// A notifier for the socket `name`, the value of `$NOTIFY_SOCKET`.
    ///
    /// `watchdogMicroseconds` is the value of `$WATCHDOG_USEC`.
    package init(socketName name: String?, watchdogMicroseconds: Int64? = nil) {
        self.name = Array((name ?? "").utf8)
        beatMilliseconds = watchdogMicroseconds.map { max(1, $0 / 3_000) }
    }

    /// The notifier that the service manager's variables ask for (sd_watchdog_enabled(3)).
    ///
    /// A watchdog meant for another process than `process`, a parent say, is not ours to feed.
    package convenience init(environment: [String: String], process: Int32 = getpid()) {
        let watched = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        self.init(
            socketName: environment["NOTIFY_SOCKET"],
            watchdogMicroseconds: watched ? interval.flatMap { $0 > 0 ? $0 : nil } : nil)
    }

    /// Shows that the loop that calls this turns; call it in every turn.
    ///
    /// Only the loop whose standstill must be noticed may call it. Sends at most one datagram each
    /// `beatMilliseconds`. `now` is in milliseconds of any clock that does not go back.
    package func beat(now: Int64) {
        guard let beatMilliseconds else { return }
        let last = lastBeat.load(ordering: .relaxed)
        guard last == .min || now - last >= beatMilliseconds else { return }
        lastBeat.store(now, ordering: .relaxed)
        notify(.watchdog)
    }

    /// Sends one state, and a line for people beside it; a failure is nobody's concern.
    package func notify(_ state: State, status: String? = nil) {
        guard let (address, length) = address() else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let text = state.text + (status.map { "\nSTATUS=\($0)" } ?? "")
        let bytes = Array(text.utf8)
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                // Not waiting: a service manager that does not read must not hold up a loop.
                _ = sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), generic,
                    length)
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

extension ServiceNotifier.State {
    /// The datagram.
    fileprivate var text: String {
        switch self {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Self.monotonicMicroseconds())"
        case .stopping: "STOPPING=1"
        case .watchdog: "WATCHDOG=1"
        }
    }

    private static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
