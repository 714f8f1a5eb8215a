import Foundation
import GridCodec
import GridModel
import Logging
import ServiceNotify
import Synchronization
import Testing
import WorkerKit
import ZeroMQ

@Suite("Worker, with a broker", .timeLimit(.minutes(1)))
struct WorkerTests {
    private let folder = TemporaryFolder()
    private let log = LogLines()

    private var endpoint: String { "ipc://\(folder.path)/s" }

    private func worker(
        _ handler: any Handler, capacity: Int = 4, notifier: ServiceNotifier? = nil
    ) throws -> RunningWorker {
        var configuration = WorkerConfiguration(
            endpoint: endpoint, department: "urban", name: "test",
            settings: .init(
                capacity: capacity, graceMilliseconds: 60_000, settleMilliseconds: 50))
        configuration.grids = ["g1"]
        configuration.times.reconnectMilliseconds = 10
        configuration.times.reconnectMaximumMilliseconds = 50
        return RunningWorker(
            try Worker(
                configuration, handler: handler, logger: log.logger,
                notifier: notifier ?? ServiceNotifier(socketName: nil)))
    }

    private func sleeper() -> ExecHandler {
        var settings = ExecHandler.Settings(command: #"echo $$ > "$GRIDCALL_FOLDER/pid"; sleep 60"#)
        settings.killGrace = .milliseconds(500)
        settings.passedVariables = ["GRIDCALL_FOLDER"]
        return ExecHandler(
            settings,
            environment: [
                "PATH": "/usr/bin:/bin", "GRIDCALL_FOLDER": folder.path,
            ])
    }

    @Test("says who it is")
    func hello() async throws {
        let broker = try FakeBroker(endpoint)
        let worker = try worker(SimulateHandler(durationMilliseconds: 0), capacity: 7)
        try await eventually { !broker.hellos.isEmpty }
        let hello = try #require(broker.hellos.first)
        #expect(hello.role == .worker)
        #expect(hello.department == "urban")
        #expect(hello.grids == ["g1"])
        #expect(hello.credit == 7)
        #expect(hello.claims.isEmpty)
        try await worker.drain()
        try await broker.stop()
    }

    @Test("accepts, completes, drains: credit 0, the receipts, then Goodbye")
    func drains() async throws {
        let broker = try FakeBroker(endpoint)
        let worker = try worker(SimulateHandler(durationMilliseconds: 100))
        broker.assign([assignment(1), assignment(2), assignment(3)])
        try await eventually { broker.steps.count == 3 }
        #expect(broker.steps.map(\.step) == [.accept, .accept, .accept])
        try await worker.drain()
        try await eventually { broker.heardGoodbye }
        #expect(Set(broker.outcomes.map(\.claim.model)) == [claim(1), claim(2), claim(3)])
        #expect(broker.credit == 0)
        #expect(worker.worker.counts.confirmed == 3)
        try await broker.stop()
    }

    @Test("does not end before its outcomes have receipts")
    func waitsForReceipts() async throws {
        let broker = try FakeBroker(endpoint, .init(answersOutcomes: false))
        let worker = try worker(SimulateHandler(durationMilliseconds: 0))
        broker.assign([assignment(1)])
        try await eventually { !broker.outcomes.isEmpty }
        worker.worker.requestDrain()
        // Sent again and again: the worker still waits.
        try await eventually { broker.outcomes.count >= 3 }
        #expect(!worker.isDone)
        broker.change { $0.answersOutcomes = true }
        try await worker.ended()
        try await broker.stop()
    }

    @Test("a second signal ends handlers and gives back")
    func givesBack() async throws {
        let broker = try FakeBroker(endpoint)
        let worker = try worker(sleeper())
        broker.assign([assignment(1)])
        try await eventually { try !folder.text("pid").isEmpty }
        worker.worker.requestDrain()
        #expect(try isRunning(folder.text("pid")))
        try await worker.drain()
        try await eventually { broker.heardGoodbye }
        #expect(broker.steps.map(\.step) == [.accept, .giveBack])
        #expect(broker.outcomes.isEmpty)
        #expect(try !isRunning(folder.text("pid")))
        try await broker.stop()
    }

    @Test("ends the work of a withdrawn claim and sends no outcome of it")
    func withdrawn() async throws {
        let broker = try FakeBroker(endpoint)
        let worker = try worker(sleeper())
        broker.assign([assignment(1)])
        try await eventually { try !folder.text("pid").isEmpty }
        broker.withdraw(claim(1))
        try await eventually { try !isRunning(folder.text("pid")) }
        try await worker.drain()
        try await eventually { broker.heardGoodbye }
        #expect(broker.outcomes.isEmpty)
        #expect(broker.steps.map(\.step) == [.accept])
        #expect(worker.worker.counts.claimsLost == 1)
        #expect(log.contains("claim lost, its work is ended assignment=64 attempt=1"))
        try await broker.stop()
    }

    @Test("says clearly that an outcome came too late, and counts it")
    func tooLate() async throws {
        let broker = try FakeBroker(endpoint, .init(refused: [claim(1)]))
        let worker = try worker(SimulateHandler(durationMilliseconds: 0))
        broker.assign([assignment(1), assignment(2)])
        try await eventually { worker.worker.counts.confirmed == 1 }
        try await eventually { worker.worker.counts.outcomesTooLate == 1 }
        #expect(
            log.contains(
                """
                outcome refused: the claim was lost, the broker has given it to another worker \
                assignment=64 attempt=1
                """))
        try await worker.drain()
        try await broker.stop()
    }

    @Test("claims in hand survive a restart of the broker, lost ones are ended")
    func restart() async throws {
        let first = try FakeBroker(endpoint, .init(answersOutcomes: false))
        let worker = try worker(SimulateHandler(durationMilliseconds: 300))
        first.assign([assignment(1), assignment(2)])
        try await eventually { first.steps.count == 2 }
        try await first.stop()
        let second = try FakeBroker(endpoint, .init(lost: [claim(2)]))
        try await eventually { worker.worker.counts.confirmed == 1 }
        let hello = try #require(second.hellos.first)
        #expect(hello.session == first.hellos.first?.session)
        #expect(Set(hello.claims.map(\.model)).isSuperset(of: [claim(1)]))
        #expect(second.outcomes.contains { $0.claim.model == claim(1) })
        try await worker.drain()
        try await second.stop()
    }

    @Test("outcomes without a receipt are sent to the broker that comes after")
    func resendsOutcomes() async throws {
        let first = try FakeBroker(endpoint, .init(answersOutcomes: false))
        let worker = try worker(SimulateHandler(durationMilliseconds: 0))
        first.assign([assignment(1)])
        try await eventually { !first.outcomes.isEmpty }
        try await first.stop()
        let second = try FakeBroker(endpoint)
        try await eventually { worker.worker.counts.confirmed == 1 }
        #expect(second.outcomes.map(\.claim.model) == [claim(1)])
        try await worker.drain()
        try await second.stop()
    }

    @Test("shows from its session's loop that it lives, also while no broker is there")
    func beats() async throws {
        let socket = try DatagramSocket(folder: folder, isAbstract: false)
        let worker = try worker(
            SimulateHandler(durationMilliseconds: 0),
            notifier: ServiceNotifier(socketName: socket.name, watchdogMicroseconds: 60_000))
        var messages: [String] = []
        try await eventually {
            messages += socket.receive()
            return messages.count >= 5
        }
        #expect(Set(messages) == ["WATCHDOG=1"])
        let broker = try FakeBroker(endpoint)
        try await eventually {
            messages += socket.receive()
            return messages.contains("READY=1") && messages.last == "WATCHDOG=1"
        }
        try await worker.drain()
        try await broker.stop()
    }

    @Test("tells the service manager when it is ready and when it stops", arguments: [false, true])
    func notifies(isAbstract: Bool) async throws {
        let socket = try DatagramSocket(folder: folder, isAbstract: isAbstract)
        let broker = try FakeBroker(endpoint)
        let worker = try worker(
            SimulateHandler(durationMilliseconds: 0),
            notifier: ServiceNotifier(socketName: socket.name))
        var messages: [String] = []
        try await eventually {
            messages += socket.receive(); return messages == ["READY=1"]
        }
        try await worker.drain()
        try await eventually {
            messages += socket.receive()
            return messages == ["READY=1", "STOPPING=1"]
        }
        try await broker.stop()
    }
}

/// A worker on a thread of its own.
private final class RunningWorker: Sendable {
    let worker: Worker
    private let end = Mutex<Result<Void, any Error>?>(nil)

    init(_ worker: Worker) {
        self.worker = worker
        Thread.detachNewThread { [self] in
            let result = Result { try worker.run() }
            end.withLock { $0 = result }
        }
    }

    var isDone: Bool { end.withLock { $0 != nil } }

    func drain() async throws {
        worker.requestDrain()
        try await ended()
    }

    func ended() async throws {
        try await eventually { isDone }
        try end.withLock { $0 }?.get()
    }
}

/// What was logged.
private final class LogLines: Sendable {
    private struct Recorder: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).mapValues { "\($0)" }
            lines.lines.withLock { $0.append(LogLine.text("\(event.message)", values)) }
        }
    }

    private let lines = Mutex<[String]>([])

    var logger: Logger { Logger(label: "test") { _ in Recorder(lines: self) } }

    func contains(_ text: String) -> Bool {
        lines.withLock { $0.contains { $0.contains(text) } }
    }
}

/// The service manager's end of `$NOTIFY_SOCKET`.
private struct DatagramSocket {
    let name: String
    private let descriptor: Int32

    init(folder: TemporaryFolder, isAbstract: Bool) throws {
        name = isAbstract ? "@\(folder.name)" : "\(folder.path)/notify"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            if isAbstract { path[0] = 0 }
        }
        let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length)
            }
        }
        try #require(code == 0)
    }

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
