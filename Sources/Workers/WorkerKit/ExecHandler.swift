import Glibc
package import GridCodec
package import GridModel
import Synchronization

/// Runs a command for each assignment.
///
/// The command runs through `/bin/sh -c`, in a session and process group of its own, with the
/// assignment as JSON on standard input (see `AssignmentDocument`). How it ends and what it writes
/// to standard output decide the outcome (see `HandlerOutput`). Its environment holds `PATH`,
/// `HOME`, `LANG` and the `GRIDCALL_` variables of the worker, and `GRIDCALL_CALL`,
/// `GRIDCALL_CASE_NUMBER` and `GRIDCALL_ATTEMPT` of the assignment.
package final class ExecHandler: Handler {
    /// How commands are run.
    package struct Settings: Hashable, Sendable {
        /// The command, for the shell.
        package var command: String
        /// How long it may run; then the assignment has failed.
        package var timeLimit: Duration
        /// Where it runs; `nil`: where the worker runs.
        package var workingDirectory: String?
        /// How long a process group has between TERM and KILL.
        package var killGrace = Duration.seconds(5)
        /// Bytes of standard output; with more the assignment has failed.
        package var outputBytes = ProtocolLimits().handlerOutputBytes

        /// Settings for `command`; the time limit is ten minutes unless another is given.
        package init(
            command: String, timeLimit: Duration = .seconds(600), workingDirectory: String? = nil
        ) {
            self.command = command
            self.timeLimit = timeLimit
            self.workingDirectory = workingDirectory
        }
    }

    private struct State {
        var tasks: [Claim: Task<Void, Never>] = [:]
        var finished: [FinishedWork] = []
        var wake: @Sendable () -> Void = {}
    }

    private let settings: Settings
    private let environment: [String: String]
    private let state = Mutex(State())

    /// A handler that passes on what it may of `environment`.
    ///
    /// From now on the process ignores SIGPIPE: a command that ends without reading its input
    /// must not end the worker.
    package init(_ settings: Settings, environment: [String: String]) {
        self.settings = settings
        self.environment = environment.filter { name, _ in
            ["PATH", "HOME", "LANG"].contains(name) || name.hasPrefix("GRIDCALL_")
        }
        _ = signal(SIGPIPE, SIG_IGN)
    }

    package func attach(wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
    }

    package func start(_ assignments: [WireAssignItem], now: Int64) {
        for item in assignments {
            let claim = item.claim.model
            let run = ExecRun(item, settings: settings, environment: environment)
            // Within the lock: a command that ends at once finds its task there.
            state.withLock { state in
                state.tasks[claim] = Task {
                    let ending = await run.ending()
                    finish(FinishedWork(claim, ending))
                }
            }
        }
    }

    package func stop(_ claims: [Claim]) {
        let tasks = state.withLock { state in claims.compactMap { state.tasks[$0] } }
        for task in tasks { task.cancel() }
    }

    package func takeFinished(now: Int64) -> [FinishedWork] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    package var nextDue: Int64? { nil }

    private func finish(_ work: FinishedWork) {
        let wake = state.withLock { state in
            state.tasks[work.claim] = nil
            state.finished.append(work)
            return state.wake
        }
        wake()
    }
}
