import Glibc
package import Logging
import ServiceNotify
import ZeroMQ

/// A worker as the whole purpose of a process.
package enum WorkerProcess {
    /// Runs a worker until SIGTERM or SIGINT have made it drain.
    ///
    /// Call it before the process has a second thread: the signals are blocked in this one and in
    /// those it starts. The first signal lets handlers finish within the grace time, the second
    /// gives back at once, the third does not wait for the broker. The service manager is told
    /// when the broker has welcomed the worker, and when it drains; the session's loop feeds its
    /// watchdog.
    ///
    /// Errors: `EINVAL` for a malformed endpoint, `EMFILE`.
    package static func run(
        _ configuration: WorkerConfiguration, handler: any Handler, logger: Logger,
        environment: [String: String]
    ) throws {
        let ends = [SIGTERM, SIGINT]
        try SignalSource.block(ends)
        let worker = try Worker(
            configuration, handler: handler, logger: logger,
            notifier: ServiceNotifier(environment: environment))
        try worker.run(signals: try SignalSource(ends))
    }
}
