/// Makes a run that failed smaller: fewer steps, and fewer kinds of them.
///
/// What is left out shifts every later choice, so each attempt is a new story, which counts if it
/// breaks the same promise. The result is the smallest that was found in the time given.
package struct Shrinker {
    private let isOver: () -> Bool
    private var best: FailedRun
    private let kind: String

    /// Shrinks a failure until nothing smaller fails or `isOver` says so.
    package static func shrink(_ failure: FailedRun, until isOver: @escaping () -> Bool)
        -> FailedRun
    {
        var shrinker = Shrinker(isOver: isOver, best: failure, kind: failure.kind)
        shrinker.best.options.steps = max(1, min(failure.step, failure.options.steps))
        while shrinker.leaveOut() || shrinker.shorten() {}
        return shrinker.best
    }

    /// Takes kinds of steps out, one after the other; true if one could be.
    private mutating func leaveOut() -> Bool {
        var isBetter = false
        for step in Step.allCases where step.canBeLeftOut {
            guard !best.options.without.contains(step) else { continue }
            var options = best.options
            options.without.insert(step)
            // What is left out makes room for what breaks the promise, now or a little later.
            options.steps = options.steps * 3 / 2 + 10
            if attempt(options) { isBetter = true }
        }
        return isBetter
    }

    /// Stops sooner; true if it still fails.
    private mutating func shorten() -> Bool {
        for part in [2, 4, 8, 16, 64] {
            var options = best.options
            options.steps -= max(1, options.steps / part)
            if options.steps > 0, attempt(options) { return true }
        }
        return false
    }

    /// Runs it; keeps it if it breaks the same promise in no more steps than the best so far.
    private mutating func attempt(_ options: RunOptions) -> Bool {
        guard !isOver() else { return false }
        do {
            try Simulation(options).run()
            return false
        } catch {
            guard error.kind == kind else { return false }
            var smaller = error
            smaller.options.steps = max(1, min(error.step, options.steps))
            let isSmaller =
                smaller.options.steps < best.options.steps
                || smaller.options.without.count > best.options.without.count
            guard isSmaller, smaller.options.steps <= best.options.steps * 3 / 2 else {
                return false
            }
            best = smaller
            return true
        }
    }
}

extension FailedRun {
    /// The reason without the numbers and names that differ from run to run.
    fileprivate var kind: String {
        reason.filter { !$0.isNumber }.split(separator: " ").prefix(6).joined(separator: " ")
    }
}

extension Step {
    /// Without these nothing goes on at all.
    fileprivate var canBeLeftOut: Bool {
        switch self {
        case .deliver, .tickPeer, .turn, .appendOn, .wait, .submit, .startBroker, .startPeer: false
        default: true
        }
    }
}
