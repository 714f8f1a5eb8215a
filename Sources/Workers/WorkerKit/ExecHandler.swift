import Glibc
package import GridCodec
package import GridModel

/// Runs a command for each assignment.
///
/// The command runs through `/bin/sh -c`, in a session and process group of its own, with the
/// assignment as JSON on standard input (see `AssignmentDocument`). How it ends and what it writes
/// to standard output decide the outcome (see `HandlerOutput`).
///
/// It inherits nothing but what is named here: standard input and outputs, no other descriptor, no
/// blocked or ignored signal; the variables of `CommandEnvironment`; an empty directory that is
/// removed when the run has ended; and a umask that keeps its files to the worker's user.
package final class ExecHandler: Handler {
    /// How commands are run.
    package struct Settings: Hashable, Sendable {
        /// The command, for the shell.
        package var command: String
        /// How long it may run; then the assignment has failed.
        package var timeLimit: Duration
        /// Where it runs; `nil`: in the directory of the run.
        package var workingDirectory: String?
        /// Variables of the worker that it gets besides the usual ones.
        package var passedVariables: Set<String> = []
        /// How long a process group has between TERM and KILL.
        package var killGrace = Duration.seconds(5)
        /// Bytes of standard output; with more the assignment has failed.
        package var outputBytes = ProtocolLimits().handlerOutputBytes
        /// Whether standard output says something; if not, it is read and forgotten.
        package var keepsOutput = true

        /// Settings for `command`; the time limit is ten minutes unless another is given.
        package init(
            command: String, timeLimit: Duration = .seconds(600), workingDirectory: String? = nil
        ) {
            self.command = command
            self.timeLimit = timeLimit
            self.workingDirectory = workingDirectory
        }
    }

    private let settings: Settings
    private let environment: CommandEnvironment
    private let work = RunningWork()

    /// A handler that passes on what it may of `environment`.
    ///
    /// From now on the process ignores SIGPIPE, since a command that ends without reading its
    /// input must not end the worker; and what it makes, its commands included, is for its user
    /// alone (umask 077), since a umask cannot be given to a new process in another way.
    package init(_ settings: Settings, environment: [String: String]) {
        self.settings = settings
        self.environment = CommandEnvironment(of: environment, passing: settings.passedVariables)
        Self.prepareProcess()
    }

    /// Makes the process fit to run commands.
    static func prepareProcess() {
        _ = signal(SIGPIPE, SIG_IGN)
        umask(0o077)
    }

    package func attach(wake: @escaping @Sendable () -> Void) { work.attach(wake: wake) }

    package func start(_ assignments: [AssignItem], now: Int64) {
        for item in assignments {
            work.start(item) { [settings, environment] message in
                await ExecRun(message, settings: settings, environment: environment).ending()
            }
        }
    }

    package func stop(_ claims: [Claim]) { work.stop(claims) }

    package func takeFinished(now: Int64) -> [FinishedWork] { work.takeFinished() }

    package var nextDue: Int64? { nil }
}
