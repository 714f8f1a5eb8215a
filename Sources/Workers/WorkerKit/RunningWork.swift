package import GridCodec
package import GridModel
import Synchronization

/// The work of a handler that does each assignment in a task of its own.
///
/// It keeps the promises of `Handler`: what was started finishes exactly once, and somebody is
/// woken for it. From any thread.
package final class RunningWork: Sendable {
    private struct State {
        var tasks: [Claim: Task<Void, Never>] = [:]
        var finished: [FinishedWork] = []
        var wake: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    /// Nothing in work.
    package init() {}

    /// Has `wake` called whenever something has finished.
    package func attach(wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
    }

    /// Begins the work under `claim`, which is not in work; it has finished when `work` returns.
    package func start(
        _ claim: Claim, _ work: @escaping @Sendable () async -> FinishedWork.Ending
    ) {
        // Within the lock: work that ends at once finds its task there.
        state.withLock { state in
            state.tasks[claim] = Task { finish(FinishedWork(claim, await work())) }
        }
    }

    /// Begins the work on an assignment that is not in work; one that cannot be read has failed.
    package func start(
        _ item: AssignItem,
        _ work: @escaping @Sendable (WireAssignItem) async -> FinishedWork.Ending
    ) {
        start(item.claim) {
            guard let message = item.message else {
                return .outcome(.failed("the assignment cannot be read: is the worker outdated?"))
            }
            return await work(message)
        }
    }

    /// Cancels the tasks of `claims`.
    package func stop(_ claims: some Sequence<Claim>) {
        let tasks = state.withLock { state in claims.compactMap { state.tasks[$0] } }
        for task in tasks { task.cancel() }
    }

    /// What has finished since the last call.
    package func takeFinished() -> [FinishedWork] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    private func finish(_ work: FinishedWork) {
        let wake = state.withLock { state in
            state.tasks[work.claim] = nil
            state.finished.append(work)
            return state.wake
        }
        wake()
    }
}

/// Work that may take only so long.
package enum TimedWork {
    private enum Step: Sendable {
        case ended(FinishedWork.Ending)
        case timeLimit
        case stopped
    }

    /// Runs `work` to its end, to `limit`, or to the cancellation of the task.
    ///
    /// At the limit `work` is cancelled and the ending is `late`. In any case `work` has returned
    /// when this does.
    package static func ending(
        within limit: Duration, late: WorkOutcome,
        _ work: @escaping @Sendable () async -> FinishedWork.Ending
    ) async -> FinishedWork.Ending {
        await withTaskGroup(of: Step.self) { group in
            group.addTask { .ended(await work()) }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return .stopped }
                return .timeLimit
            }
            let first = await group.next() ?? .stopped
            group.cancelAll()
            await group.waitForAll()
            return switch first {
            case _ where Task.isCancelled: .stopped
            case .ended(let ending): ending
            case .timeLimit: .outcome(late)
            case .stopped: .stopped
            }
        }
    }
}
