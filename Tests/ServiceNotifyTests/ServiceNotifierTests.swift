import Glibc
import ServiceNotify
import Testing

struct ServiceNotifierTests {
    private let manager: ServiceManagerSocket

    init() throws { manager = try ServiceManagerSocket() }

    private func notifier(_ more: [String: String] = [:]) -> ServiceNotifier {
        ServiceNotifier(
            environment: ["NOTIFY_SOCKET": manager.name].merging(more) { $1 }, process: 77)
    }

    @Test("says each state in the words of sd_notify")
    func states() {
        let notifier = notifier()
        for state in [ServiceNotifier.State.ready, .stopping, .watchdog] { notifier.notify(state) }
        #expect(manager.receive() == ["READY=1", "STOPPING=1", "WATCHDOG=1"])
    }

    @Test("a reload says when it began")
    func reload() throws {
        notifier().notify(.reloading)
        let lines = try #require(manager.receive().first).split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int64($0) })
        #expect(time > 0 && lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
    }

    @Test("a beat is sent three times in the interval at most, however often the loop turns")
    func beats() {
        let notifier = notifier(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "77"])
        #expect(notifier.beatMilliseconds == 1_000)
        for now in stride(from: Int64(5_000), through: 7_999, by: 1) { notifier.beat(now: now) }
        #expect(manager.receive() == Array(repeating: "WATCHDOG=1", count: 3))
    }

    @Test(
        "nothing beats where nobody watches this process",
        arguments: [
            [:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "soon"],
            ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "78"],
        ])
    func unwatched(variables: [String: String]) {
        let notifier = notifier(variables)
        notifier.beat(now: 0)
        #expect(notifier.beatMilliseconds == nil)
        #expect(manager.receive().isEmpty)
    }

    @Test(
        "a name that is no socket is nobody's concern", arguments: ["", "/nowhere/s", "relative"])
    func nobody(name: String) {
        ServiceNotifier(socketName: name).notify(.ready)
        #expect(manager.receive().isEmpty)
    }

    @Test("a service manager that does not read holds nothing up")
    func deaf() {
        let notifier = notifier()
        for _ in 0..<10_000 { notifier.notify(.watchdog) }
        #expect(manager.receive().count < 10_000)
    }
}

/// The service manager's end of `$NOTIFY_SOCKET`, under an abstract name.
private final class ServiceManagerSocket {
    let name = "@gridcall-test-\(UInt64.random(in: 0...UInt64.max))"
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            path[0] = 0
        }
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(2 + bytes.count))
            }
        }
        try #require(code == 0)
    }

    deinit { close(descriptor) }

    func receive() -> [String] {
        var texts: [String] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return texts }
            texts.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}
