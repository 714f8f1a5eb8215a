package import GridCodec
package import GridModel
import Synchronization

/// What a department's simulated team reports about an assignment it completed.
package struct SimulatedTeam: Sendable {
    /// The measures of a completed outcome.
    package var measures: [WorkMeasure]
    /// What is said besides in some categories, by their ids, because their forms require it.
    ///
    /// An assignment does not bring its form along: the broker holds whoever completes it to the
    /// catalogue. None of these may be a major decision, which nobody could approve here.
    package var measuresByCategory: [String: [WorkMeasure]]

    /// A team that reports `measures`, and in some categories others besides.
    package init(
        measures: [WorkMeasure] = [], measuresByCategory: [String: [WorkMeasure]] = [:]
    ) {
        self.measures = measures
        self.measuresByCategory = measuresByCategory
    }

    /// What the team reports about an assignment of a category.
    package func measures(in category: String) -> [WorkMeasure] {
        measures + (measuresByCategory[category] ?? [])
    }
}

/// Completes every assignment after a time, for training, demonstrations and benchmarks.
///
/// The time is the given duration × 0.5 to 1.5, by a hash of the assignment's number, so that two
/// runs are alike. It never returns an assignment and never fails. All assignments share one heap
/// of due times; nothing runs in between.
package final class SimulateHandler: Handler {
    private struct State {
        var heap = DueHeap<Claim>()
        /// Stopped, and not yet taken as finished.
        var finished: [FinishedWork] = []
        /// Claims in the heap that were stopped; almost always empty.
        var stopped: Set<Claim> = []
        /// Of claims in the heap whose category has an outcome of its own.
        var outcomes: [Claim: WorkOutcome] = [:]
    }

    private let durationMilliseconds: Int64
    private let outcome: WorkOutcome
    private let outcomesByCategory: [String: WorkOutcome]
    private let state = Mutex(State())

    /// A handler whose assignments take `durationMilliseconds` on average, at least 0.
    package init(durationMilliseconds: Int64, team: SimulatedTeam = SimulatedTeam()) {
        self.durationMilliseconds = max(0, durationMilliseconds)
        outcome = WorkOutcome(.completed, measures: team.measures)
        outcomesByCategory = Dictionary(
            uniqueKeysWithValues: team.measuresByCategory.keys.map {
                ($0, WorkOutcome(.completed, measures: team.measures(in: $0)))
            })
    }

    package func attach(wake: @escaping @Sendable () -> Void) {
        // Whatever finishes has a due time: nobody needs to be woken.
    }

    package func start(_ assignments: [AssignItem], now: Int64) {
        state.withLock { state in
            for item in assignments {
                let claim = item.claim
                let time = Self.milliseconds(
                    for: claim.assignment, average: durationMilliseconds)
                state.heap.insert(claim, due: now &+ time)
                guard !outcomesByCategory.isEmpty,
                    let outcome = outcomesByCategory[item.category]
                else { continue }
                state.outcomes[claim] = outcome
            }
        }
    }

    package func stop(_ claims: [Claim]) {
        state.withLock { state in
            for claim in claims where state.stopped.insert(claim).inserted {
                state.finished.append(FinishedWork(claim, .stopped))
            }
        }
    }

    package func takeFinished(now: Int64) -> [FinishedWork] {
        state.withLock { state in
            while let claim = state.heap.popDue(now: now) {
                let own = state.outcomes.isEmpty ? nil : state.outcomes.removeValue(forKey: claim)
                guard state.stopped.isEmpty || state.stopped.remove(claim) == nil else { continue }
                state.finished.append(FinishedWork(claim, .outcome(own ?? outcome)))
            }
            defer { state.finished.removeAll() }
            return state.finished
        }
    }

    package var nextDue: Int64? {
        state.withLock { $0.finished.isEmpty ? $0.heap.earliest : 0 }
    }

    /// How long an assignment takes, milliseconds: `average` × 0.5 to 1.5.
    static func milliseconds(for assignment: AssignmentNumber, average: Int64) -> Int64 {
        let number = (assignment.rawValue &+ .splitMixStep).scrambled
        let share = Double(number >> 11) / Double(UInt64(1) << 53)
        return Int64(Double(average) * (0.5 + share))
    }
}
