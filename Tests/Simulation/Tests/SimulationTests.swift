import Foundation
import Simulator
import Testing

/// Which seeds a run of the tests takes.
enum Seeds {
    /// Seeds that once found something, with what it was in README.md.
    static let regression: [UInt64] = [
        10, 153_777_337, 372_376_342, 395_230_765, 734_477_787,
    ]
    /// So many more, always the same.
    private static let derivedCount = 60
    private static let base: UInt64 = 2_026

    static let all: [UInt64] = {
        if let seed = number("SEED") { return [seed] }
        let derived = SeedSequence(base: base).first(derivedCount)
        let fresh = (0..<(number("FRESH") ?? 0)).map { _ in UInt64.random(in: 0..<1_000_000_000) }
        if !fresh.isEmpty { print("fresh seeds: \(fresh)") }
        return regression + derived + fresh
    }()

    /// Steps with faults; the draining comes after them.
    static let steps = Int(number("STEPS") ?? 1_500)

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}

@Suite struct SimulationTests {
    @Test("Every promise holds whatever crashes, is cut or comes late", arguments: Seeds.all)
    func promisesHold(seed: UInt64) {
        do {
            try Simulation(RunOptions(seed: seed, steps: Seeds.steps)).run()
        } catch {
            let end = ContinuousClock.now + .seconds(10)
            Issue.record("\(Shrinker.shrink(error) { ContinuousClock.now > end })")
        }
    }

    @Test("The same seed tells the same story", arguments: [1, 2, 3])
    func seedsRepeat(seed: UInt64) throws {
        let options = RunOptions(seed: seed, steps: 1_000)
        let runs = [Simulation(options), Simulation(options)]
        for simulation in runs { try simulation.run() }
        #expect(runs[0].story == runs[1].story)
        #expect(runs[0].figures == runs[1].figures)
    }
}
