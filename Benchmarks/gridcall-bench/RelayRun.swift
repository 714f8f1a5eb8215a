/// The bare relay with its worker, under the load of its terminal.
struct RelayRun {
    private let bench: Bench
    private let window: Int
    private let endpoint: String

    init(_ bench: Bench, window: Int) throws {
        self.bench = bench
        self.window = window
        endpoint = try bench.freeEndpoint()
    }

    /// Starts everything, measures, stops everything.
    func measure() throws -> Measurement {
        let router = try part("router")
        defer { router.stop() }
        let worker = try part("worker")
        defer { worker.stop() }
        guard router.nextLine() == Progress.ready else {
            throw BenchFailure.processFailed(router.name)
        }
        return try bench.measure(
            part("terminal", ["--window", "\(window)"] + bench.timeOptions))
    }

    private func part(_ name: String, _ options: [String] = []) throws -> ChildProcess {
        try ChildProcess(
            "the relay's \(name)", bench.executable("gridcall-bench"),
            ["relay", name, "--endpoint", endpoint] + options)
    }
}
