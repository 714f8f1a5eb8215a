import ArgumentParser
import Foundation
import Simulator

/// Runs a whole street from a seed, or from many.
@main
struct GridcallSimulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall-simulate",
        abstract: "Run broker, workers and terminals in one thread, every choice from one seed.",
        discussion: "Ends with 1 if a promise was broken. The same seed tells the same story.")

    @Option(help: "Run this seed and say what happened.")
    var seed: UInt64?

    @Option(help: "Run so many seeds, one after the other.")
    var seeds: Int?

    @Option(help: "The first of them.")
    var from: UInt64 = 1

    @Option(help: "Run so many new seeds; their numbers are printed.")
    var fresh: Int?

    @Option(help: "Steps with faults of each run; the draining comes after them.")
    var steps = 3_000

    @Option(help: "Seeds at once, each in a thread of its own.")
    var jobs = 1

    @Option(
        help: ArgumentHelp(
            "Leave these steps out, separated by commas.", valueName: "step,step"),
        transform: Self.steps)
    var without: Set<Step> = []

    @Option(help: "So long a run that failed is made smaller.")
    var shrinkSeconds = 10

    func validate() throws {
        guard [seed != nil, seeds != nil, fresh != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("One of --seed, --seeds and --fresh says what to run.")
        }
        guard steps > 0, jobs > 0, (seeds ?? 1) > 0, (fresh ?? 1) > 0 else {
            throw ValidationError("Seeds, steps and jobs are numbers from 1.")
        }
    }

    func run() throws {
        let numbers = chosenSeeds
        let started = ContinuousClock.now
        let campaign = SeedCampaign(steps: steps, without: without, isTelling: seed != nil)
        let result = campaign.run(numbers, jobs: jobs)
        print(result.figures.table, "took \(ContinuousClock.now - started)", separator: "\n")
        guard let failure = result.failure else { return }
        let end = ContinuousClock.now + .seconds(shrinkSeconds)
        let smallest = Shrinker.shrink(failure) { ContinuousClock.now > end }
        print("first seen: seed \(failure.options.seed), step \(failure.step); shortened:")
        print(smallest)
        print(
            "failed: seed \(failure.options.seed) after \(result.finished) seeds: "
                + failure.reason)
        throw ExitCode.failure
    }

    private var chosenSeeds: [UInt64] {
        if let seed { return [seed] }
        if let seeds { return (0..<seeds).map { from + UInt64($0) } }
        let numbers = (0..<(fresh ?? 0)).map { _ in UInt64.random(in: 0..<1_000_000_000) }
        print("fresh seeds: \(numbers.map(String.init).joined(separator: " "))")
        return numbers
    }

    private static func steps(_ names: String) throws -> Set<Step> {
        try Set(
            names.split(separator: ",").map { name in
                guard let step = Step(rawValue: String(name)) else {
                    let known = Step.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("There is no step \(name), but \(known).")
                }
                return step
            })
    }
}
