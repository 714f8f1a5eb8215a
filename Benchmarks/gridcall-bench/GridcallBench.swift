import ArgumentParser

@main
struct GridcallBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall-bench",
        abstract: "Measures GridCall beside a bare libzmq relay.",
        subcommands: [
            Quick.self, Curve.self, Load.self, Relay.self, Restart.self, Search.self, Soak.self,
            Pace.self, Latency.self, Backlog.self, OpenLoop.self, Receive.self,
            HotPathRun.self, Scale.self, CrowdPeers.self,
        ])
}

/// The times every measuring command knows.
struct MeasuringTime: ParsableArguments {
    @Option(help: "Seconds of load before anything is counted.")
    var warmUp = 1.0

    @Option(help: "Seconds that are counted.")
    var seconds = 4.0

    func validate() throws {
        guard warmUp >= 0, seconds > 0, warmUp + seconds <= 86_400 else {
            throw ValidationError("the times must be positive and at most a day")
        }
    }
}
