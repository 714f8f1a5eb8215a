import Foundation
import Testing

/// Which seeds a run of the tests takes.
enum Seeds {
    /// Seeds that once found something, with what it was in README.md.
    static let regression: [UInt64] = []
    /// So many more, always the same.
    private static let derivedCount = 100
    private static let base: UInt64 = 2_026

    static let all: [UInt64] = {
        if let seed = number("SEED") { return [seed] }
        var generator = Randomness(seed: base)
        let derived = (0..<derivedCount).map { _ in generator.next() % 1_000_000_000 }
        let fresh = (0..<(number("FRESH") ?? 0)).map { _ in UInt64.random(in: 0..<1_000_000_000) }
        if !fresh.isEmpty { print("fresh seeds: \(fresh)") }
        return regression + derived + fresh
    }()

    /// Steps with faults; the draining comes after them.
    static let steps = Int(number("STEPS") ?? 3_000)

    /// Whether one seed was asked for, whose story is told.
    static let isSingle = number("SEED") != nil

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}

@Suite struct SimulationTests {
    @Test("Every promise holds whatever crashes, is cut or comes late", arguments: Seeds.all)
    func promisesHold(seed: UInt64) {
        let simulation = Simulation(seed: seed)
        do {
            try simulation.run(steps: Seeds.steps)
        } catch {
            Issue.record("\(error)")
        }
        if Seeds.isSingle { print(simulation.summary) }
    }

    @Test("The same seed tells the same story", arguments: [1, 2, 3])
    func seedsRepeat(seed: UInt64) throws {
        let runs = [Simulation(seed: seed), Simulation(seed: seed)]
        for simulation in runs { try simulation.run(steps: 1_000) }
        #expect(runs[0].log.hash == runs[1].log.hash)
        #expect(runs[0].tally == runs[1].tally)
    }
}

extension Simulation {
    /// What happened, in numbers.
    fileprivate var summary: String {
        let steps = Step.allCases.map { "\($0) \(tally[$0] ?? 0)" }.joined(separator: ", ")
        return """
            \(witness.receipts.count) calls confirmed, \(auditor.closed) closed, \
            \(auditor.voided) voided, \
            \(auditor.commands.count) commands, \(disk.rows.count) batches, story \(log.hash)
            \(steps)
            """
    }
}
