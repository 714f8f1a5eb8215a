import ArgumentParser
import Foundation
import HotPath

struct HotPathRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hot-path",
        abstract: "Takes calls through a broker's core and codec alone, without I/O.",
        discussion: """
            For profilers, and for Benchmarks/instructions.py, which counts its instructions. Each \
            run does the same. Exits 1 if a call was not filed and closed.
            """)

    @Option(help: "Calls that are in flight at once.")
    var window = 64

    @Option(help: "Rounds of so many calls before those that count.")
    var warmUp = 2

    @Option(help: "Rounds of so many calls that count.")
    var rounds = 8

    func validate() throws {
        guard (1...256).contains(window), warmUp >= 0, rounds > 0 else {
            throw ValidationError("--window is 1 to 256, --warm-up and --rounds are positive")
        }
    }

    func run() throws {
        let street = HotPathStreet(callsPerRound: window)
        for _ in 0..<warmUp { street.round() }
        measuredRounds(street, rounds)
        if let problem = street.problem {
            FileHandle.standardError.write(Data((problem + "\n").utf8))
            throw ExitCode(1)
        }
        print("{\"calls\": \(window * rounds)}")
    }
}

/// The rounds that count; callgrind begins and ends to count where it sees this function's name.
@inline(never)
private func measuredRounds(_ street: HotPathStreet, _ rounds: Int) {
    for _ in 0..<rounds { street.round() }
}
