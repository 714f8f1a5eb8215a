import ArgumentParser
import Foundation
import GridCodec

struct ScaleCrowd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crowd",
        abstract: "Measures receipts with thousands of connections, beside those with two.",
        discussion: """
            First one terminal and one worker, then all of them, each with a session, a socket \
            and a TCP connection of its own, share an open loop of calls; workers complete each \
            at once. Prints JSON. Exits 69 if the system allows too few open files.
            """)

    @Option(help: "Terminals.")
    var terminals = 10_000

    @Option(help: "Workers.")
    var workers = 100

    @Option(help: "Processes that share the terminals.")
    var processes = 4

    @Option(help: "Sessions to open a second.")
    var openRate = 500.0

    @Option(help: "Calls a second, of all terminals together.")
    var rate = 1_000.0

    @Option(help: "Seconds of calls before anything is counted.")
    var warmUp = 2.0

    @Option(help: "Seconds of calls that are counted.")
    var seconds = 20.0

    @OptionGroup var scale: ScaleOptions

    private struct Result: Encodable {
        let perSecond: Double
        let alone: CrowdFigures
        let crowd: CrowdFigures
    }

    func validate() throws {
        guard (1...100_000).contains(terminals), (1...10_000).contains(workers),
            (1...64).contains(processes), openRate >= 1, openRate <= 100_000, rate >= 1,
            rate <= 100_000, warmUp >= 0, seconds > 0,
            (1...5_000_000).contains(rate * (warmUp + seconds))
        else { throw ValidationError("numbers and rates must be positive, at most 5000000 calls") }
    }

    func run() throws {
        let share = (terminals + processes - 1) / processes
        try DescriptorLimit.raise(
            toHold: max(
                DescriptorLimit.broker(terminals + workers),
                DescriptorLimit.peers(max(share, workers))))
        try scale.measure(MeasuringTime.parse([])) { bench in
            let street = try ScaleStreet(bench)
            let broker = try street.startBroker()
            defer { broker.endAtOnce() }
            let probe = try StatisticsProbe(endpoint: street.endpoint)
            defer { probe.close() }
            try probe.wait { _ in true }
            let run = CrowdRun(street: street, broker: broker, probe: probe, options: self)
            let alone = try run.measure(terminals: 1, workers: 1)
            let crowd = try run.measure(terminals: terminals, workers: workers)
            try printJSON(Result(perSecond: rate, alone: alone, crowd: crowd))
        }
    }
}
