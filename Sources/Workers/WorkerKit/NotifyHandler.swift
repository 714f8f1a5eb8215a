package import GridCodec
package import GridModel

/// Runs a command for each assignment that was put into the department's inbox.
///
/// The command gets what a handler's command gets (see `ExecHandler`) and ends likewise, but it
/// decides nothing: what it writes is not looked at, and a failure is a line in the log. It is run
/// once; only a command that asks for it by exit code 75, as a handler would, is tried again after
/// 5 and after 30 seconds, within the time limit.
package final class NotifyHandler: Handler {
    private let settings: ExecHandler.Settings
    private let environment: CommandEnvironment
    private let waits: [Duration]
    private let work = RunningWork()
    private let pauses = RetryPauses()

    /// A handler that passes on what it may of `environment`; `waits` are those before the second
    /// try and the ones after it. The process becomes one that runs commands (see `ExecHandler`).
    package init(
        _ settings: ExecHandler.Settings, environment: [String: String],
        waits: [Duration] = [.seconds(5), .seconds(30)]
    ) {
        var settings = settings
        settings.keepsOutput = false
        self.settings = settings
        self.environment = CommandEnvironment(of: environment, passing: settings.passedVariables)
        self.waits = waits
        ExecHandler.prepareProcess()
    }

    package func attach(wake: @escaping @Sendable () -> Void) { work.attach(wake: wake) }

    package func start(_ assignments: [AssignItem], now: Int64) {
        for item in assignments {
            work.start(item) { [settings, environment, waits, pauses] message in
                let run = ExecRun(message, settings: settings, environment: environment)
                let late = WorkOutcome.failed(
                    "the command was ended at its time limit of \(settings.timeLimit)")
                return await TimedWork.ending(within: settings.timeLimit, late: late) {
                    await Self.tries(run, waits, pauses, message.claim.model)
                }
            }
        }
    }

    package func stop(_ claims: [Claim]) { work.stop(claims) }

    package func drain() { work.stop(pauses.close()) }

    package func takeFinished(now: Int64) -> [FinishedWork] { work.takeFinished() }

    package var nextDue: Int64? { nil }

    private static func tries(
        _ run: ExecRun, _ waits: [Duration], _ pauses: RetryPauses, _ claim: Claim
    ) async -> FinishedWork.Ending {
        var waits = waits[...]
        while true {
            let output: HandlerOutput
            do {
                switch try await run.end() {
                case .ended(let ended): output = ended
                case .failed(let reason): return .outcome(.failed(reason))
                }
            } catch {
                return .outcome(.failed("there is no directory for the command: \(error)"))
            }
            guard let failure = output.failure else { return .outcome(WorkOutcome(.completed)) }
            guard output.exit == .code(HandlerOutput.tryAgain), let wait = waits.popFirst(),
                await pauses.wait(wait, for: claim)
            else { return .outcome(failure) }
        }
    }
}

/// The handler of a worker that starts nothing: what is delivered needs none.
package final class NoHandler: Handler {
    /// A handler that is never asked to do anything.
    package init() {}

    package func attach(wake: @escaping @Sendable () -> Void) {}

    package func start(_ assignments: [AssignItem], now: Int64) {}

    package func stop(_ claims: [Claim]) {}

    package func takeFinished(now: Int64) -> [FinishedWork] { [] }

    package var nextDue: Int64? { nil }
}

extension HandlerOutput {
    /// Why a command that only notifies has failed; `nil` if it ended well, whatever it wrote.
    fileprivate var failure: WorkOutcome? {
        guard exit != .code(0) else { return nil }
        return HandlerOutput(exit: exit, errorLine: errorLine).outcome
    }
}
