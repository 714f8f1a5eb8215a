import Foundation

/// A street office of real processes in a directory of its own, which ends with this object.
///
/// Not thread-safe; one test owns it.
package final class Street {
    /// Holds everything: data, logs, sockets, the terminals' state.
    package let directory: String
    /// Where the broker listens.
    package let endpoint: String
    /// The broker's data directory.
    package let data: String
    private let catalogue: String
    private var programs: [Program] = []

    /// A street under a catalogue in YAML.
    package init(catalogue text: String, data: String? = nil, endpoint: String? = nil) throws {
        // Short, since the path of a UNIX socket has at most 107 bytes.
        directory = "/tmp/gridcall-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        self.data = data ?? directory + "/data"
        self.endpoint = endpoint ?? "ipc://\(directory)/broker"
        catalogue = directory + "/catalogue.yaml"
        try FileManager.default.createDirectory(
            atPath: directory + "/logs", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: catalogue))
    }

    deinit {
        programs.reversed().forEach { $0.kill() }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A TCP endpoint on loopback that nobody listens at.
    package static func freeEndpoint() -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
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
        return "tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    // MARK: Processes

    /// Starts any program in the environment of the street.
    package func start(
        _ executable: String, _ arguments: [String], name: String,
        environment extra: [String: String] = [:]
    ) throws -> Program {
        let program = try Program(
            executable, arguments,
            environment: environment.merging(extra) { $1 }, logs: directory + "/logs",
            name: "\(programs.count)-\(name)")
        programs.append(program)
        return program
    }

    /// Puts another catalogue in the place of the one there is; whoever runs is not told.
    package func write(catalogue text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: catalogue), options: .atomic)
    }

    /// Starts the broker, behind `prefix` if given and at another address than the street's if
    /// given, without waiting for it.
    package func launchBroker(
        _ arguments: [String] = [], at address: String? = nil, behind prefix: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Program {
        let words =
            prefix + [
                "\(Places.executables)/gridcall-broker", "--catalogue", catalogue, "--data", data,
                "--bind", address ?? endpoint,
            ] + arguments
        return try start(
            words[0], Array(words.dropFirst()), name: "broker", environment: environment)
    }

    /// Starts the broker and waits until it serves.
    package func startBroker(
        _ arguments: [String] = [], at address: String? = nil, behind prefix: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Program {
        let broker = try launchBroker(
            arguments, at: address, behind: prefix, environment: environment)
        try await self.until("the broker serves") {
            guard broker.end == nil else { throw TestFailure("the broker ended: \(broker.errors)") }
            return broker.errors.contains("serving")
        }
        return broker
    }

    /// Starts a worker and waits until the broker knows it.
    package func startWorker(
        _ department: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Program {
        let worker = try launchWorker(department, arguments, environment: environment)
        try await until("the worker of \(department) is connected") {
            worker.errors.contains("connected")
        }
        return worker
    }

    /// Starts a worker without waiting for it.
    package func launchWorker(
        _ department: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Program {
        try start(
            "\(Places.executables)/gridcall-worker",
            ["--department", department, "--broker", endpoint] + arguments,
            name: "worker-\(department)", environment: environment)
    }

    /// Starts `gridcall` without waiting for its end.
    package func launchClient(_ arguments: [String]) throws -> Program {
        try start("\(Places.executables)/gridcall", arguments, name: "gridcall")
    }

    /// Runs `gridcall` to its end.
    @discardableResult
    package func gridcall(
        _ arguments: String..., within limit: Duration = .seconds(60)
    ) async throws -> FinishedProgram {
        try await FinishedProgram(launchClient(arguments), within: limit)
    }

    /// Waits until something holds; a failure shows what every process logged last.
    package func until(
        _ what: String, within limit: Duration = .seconds(30), _ holds: () async throws -> Bool
    ) async throws {
        try await eventually(what, within: limit, explain: { self.logs }) {
            try await holds() ? () : nil
        }
    }

    private var logs: String {
        programs.filter { $0.name.contains("broker") || $0.name.contains("worker") }.map {
            "\($0.name): \($0.end.map { "\($0)" } ?? "running")\n\($0.errors.suffix(1_500))"
        }.joined(separator: "\n")
    }

    private var environment: [String: String] {
        let inherited = ProcessInfo.processInfo.environment
        var environment = [
            "PATH": inherited["PATH"] ?? "/usr/bin:/bin", "HOME": directory, "LANG": "C.UTF-8",
            "XDG_STATE_HOME": directory + "/state", "GRIDCALL_BROKER": endpoint,
        ]
        environment["LD_LIBRARY_PATH"] = inherited["LD_LIBRARY_PATH"]
        return environment
    }
}

/// What a process left behind.
package struct FinishedProgram: Sendable {
    package let end: ProgramEnd
    package let output: String
    package let errors: String

    /// Waits for the end of `program`.
    package init(_ program: Program, within limit: Duration) async throws {
        end = try await program.wait(within: limit)
        output = program.output
        errors = program.errors
    }
}
