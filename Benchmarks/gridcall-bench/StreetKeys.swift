import Foundation

/// Keys of a street made for one run: the broker's, a worker's and a terminal's.
struct StreetKeys {
    /// An endpoint without keys, through which the statistics are read.
    let probeEndpoint: String
    private let directory: String

    init(_ bench: Bench) throws {
        directory = bench.freshPath()
        probeEndpoint = try bench.freeEndpoint()
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        let broker = bench.executable("gridcall-broker")
        for name in ["broker", "worker", "terminal"] {
            try Self.run(broker, ["keygen", file(name)])
        }
        for (name, role) in [
            ("worker", ["--role", "worker", "--departments", "bench"]),
            ("terminal", ["--role", "terminal"]),
        ] {
            let options = ["authorize", file(name) + ".key", "--keys", file("keys")]
            try Self.run(broker, options + ["--name", name] + role)
        }
    }

    var brokerOptions: [String] {
        [
            "--key", file("broker") + ".key_secret", "--authorized-keys", file("keys"),
            "--bind-local", probeEndpoint,
        ]
    }
    var workerOptions: [String] { options("worker") }
    var terminalOptions: [String] { options("terminal") }

    private func options(_ name: String) -> [String] {
        ["--key", file(name) + ".key_secret", "--server-key", file("broker") + ".key"]
    }

    private func file(_ name: String) -> String { directory + "/" + name }

    private static func run(_ executable: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFailure.processFailed(arguments[0])
        }
    }
}
