import ArgumentParser
import Foundation
import GridCodec

struct ScaleOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Measures what a call costs beside more and more open calls.",
        discussion: """
            For each level a fresh broker gets calls of a department without a worker. Then a \
            terminal with 1,024 calls in flight and a worker of another department share the \
            broker with these. The processor time counts all work of the measured calls until \
            the views are level; no snapshot is made meanwhile. Prints JSON.
            """)

    @Option(help: "Open calls to measure beside, separated by commas.")
    var levels = "1000,100000,1000000"

    @OptionGroup var time: MeasuringTime
    @OptionGroup var scale: ScaleOptions

    private struct Result: Encodable {
        let levels: [OpenLevel]
    }

    func validate() throws {
        guard !levelList.isEmpty, levelList.count == levels.split(separator: ",").count,
            levelList.allSatisfy({ (1...4_000_000).contains($0) })
        else { throw ValidationError("--levels are 1 to 4000000, separated by commas") }
    }

    func run() throws {
        try scale.measure(time) { bench in
            var measured: [OpenLevel] = []
            for open in levelList {
                var level = try OpenLevelRun(bench).measure(beside: open)
                if let first = measured.first { level.compare(with: first) }
                measured.append(level)
            }
            try printJSON(Result(levels: measured))
        }
    }

    private var levelList: [UInt64] { levels.split(separator: ",").compactMap { UInt64($0) } }
}

/// What calls cost beside so many open ones.
struct OpenLevel: Encodable {
    let open: UInt64
    let fillSeconds: Double
    let residentBytes: UInt64
    /// By the broker's clock, in the time that counts.
    let closedPerSecond: Double
    /// All calls whose processor time is counted.
    let closed: UInt64
    /// Processor time of the broker's threads for a call, by what they do.
    let microsecondsPerCall: [String: Double]
    /// That of loop, journal, views and archive together.
    let microsecondsTogether: Double
    /// Of the first level's rate and processor time.
    var rateRatio = 1.0
    var microsecondsRatio = 1.0

    /// Takes down how it stands beside the first level.
    mutating func compare(with first: OpenLevel) {
        rateRatio = closedPerSecond / first.closedPerSecond
        microsecondsRatio = microsecondsTogether / first.microsecondsTogether
    }
}
