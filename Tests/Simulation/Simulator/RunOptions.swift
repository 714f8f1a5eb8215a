/// What one run of the simulator is: a seed, a length, and what is left out of its plan.
package struct RunOptions: Sendable, Equatable {
    /// Every choice of the run comes from it.
    package var seed: UInt64
    /// Steps with faults; the draining comes after them.
    package var steps: Int
    /// Steps that never happen, whatever the seed's plan says; a shortened history leaves out all
    /// it can.
    package var without: Set<Step>

    /// A run of a seed.
    package init(seed: UInt64, steps: Int, without: Set<Step> = []) {
        (self.seed, self.steps, self.without) = (seed, steps, without)
    }

    /// The command line that repeats the run.
    package var command: String {
        let left = Step.allCases.filter(without.contains).map(\.rawValue).joined(separator: ",")
        return "gridcall-simulate --seed \(seed) --steps \(steps)"
            + (left.isEmpty ? "" : " --without \(left)")
    }
}
