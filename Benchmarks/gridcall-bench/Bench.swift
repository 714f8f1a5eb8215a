import Foundation
import ZeroMQ

/// What every run of a benchmark needs: executables, a place for data, times.
struct Bench {
    let catalogue: String
    let time: MeasuringTime
    private let directory: String
    private let executables: String

    init(catalogue: String, directory: String, time: MeasuringTime) throws {
        self.catalogue = catalogue
        self.time = time
        self.directory = directory + "/\(ProcessInfo.processInfo.processIdentifier)"
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        executables = (own as NSString).deletingLastPathComponent
        guard FileManager.default.isReadableFile(atPath: catalogue) else {
            throw BenchFailure.processFailed("reading \(catalogue)")
        }
        try FileManager.default.createDirectory(
            atPath: self.directory, withIntermediateDirectories: true)
    }

    /// An executable built beside this one.
    func executable(_ name: String) -> String { executables + "/" + name }

    /// A path nothing lies at yet.
    func freshPath() -> String { directory + "/" + UUID().uuidString }

    /// Removes everything the runs left.
    func removeFiles() { try? FileManager.default.removeItem(atPath: directory) }

    /// An endpoint on this machine whose port is free.
    func freeEndpoint() throws -> String {
        let socket = try Socket(.router, in: try Context())
        try socket.bind("tcp://127.0.0.1:*")
        let endpoint = try socket.lastEndpoint()
        try socket.unbind(endpoint)
        return endpoint
    }

    /// Runs a load generator, calls `begun` and `ended` around the time that counts, and returns
    /// what it measured.
    func measure(
        _ generator: ChildProcess, begun: () throws -> Void = {}, ended: () throws -> Void = {}
    ) throws -> Measurement {
        guard generator.nextLine() == Progress.measuring else {
            throw BenchFailure.processFailed(generator.name)
        }
        try begun()
        guard let line = generator.nextLine() else {
            throw BenchFailure.processFailed(generator.name)
        }
        try ended()
        guard generator.wait() == 0 else { throw BenchFailure.processFailed(generator.name) }
        return try JSONDecoder().decode(Measurement.self, from: Data(line.utf8))
    }

    /// The options that tell a generator its times.
    var timeOptions: [String] { ["--warm-up", "\(time.warmUp)", "--seconds", "\(time.seconds)"] }
}
