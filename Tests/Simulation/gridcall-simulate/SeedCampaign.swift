import Foundation
import Simulator
import Synchronization

/// Many seeds, one after the other or some at once, until one fails.
struct SeedCampaign: Sendable {
    let steps: Int
    let without: Set<Step>
    /// Whether the events of a run are printed as they happen.
    let isTelling: Bool

    /// What came of it.
    struct Result: Sendable {
        var figures = RunFigures()
        /// Runs that came to an end, the failed one included.
        var finished = 0
        var failure: FailedRun?
    }

    private struct State {
        var left: ArraySlice<UInt64>
        var result = Result()
    }

    /// Runs the seeds; a thread has one run at a time, and nothing but numbers in common with the
    /// others.
    func run(_ seeds: [UInt64], jobs: Int) -> Result {
        let state = Mutex(State(left: seeds[...]))
        if jobs == 1 {
            work(state)
        } else {
            DispatchQueue.concurrentPerform(iterations: jobs) { _ in work(state) }
        }
        return state.withLock { $0.result }
    }

    private func work(_ state: borrowing Mutex<State>) {
        while let seed = state.withLock({ $0.result.failure == nil ? $0.left.popFirst() : nil }) {
            let simulation = Simulation(RunOptions(seed: seed, steps: steps, without: without))
            if isTelling { simulation.tell = { print($0) } }
            var failure: FailedRun?
            do { try simulation.run() } catch { failure = error }
            let figures = simulation.figures
            state.withLock { state in
                state.result.figures.add(figures)
                state.result.finished += 1
                state.result.failure = state.result.failure ?? failure
                report(state.result)
            }
        }
    }

    private func report(_ result: Result) {
        guard !isTelling, result.finished % 100 == 0 else { return }
        FileHandle.standardError.write(Data("\(result.finished) seeds\n".utf8))
    }
}
