import Foundation
package import GridCodec
package import GridModel
package import Logging
package import WorkerKit

/// Sends each assignment to a server, whose answer decides the outcome.
///
/// One POST to one address, with the assignment as JSON (see `AssignmentDocument`), signed (see
/// `WebhookSignature`). What can go better another time is tried again while the claim lasts (see
/// `WebhookAnswer`). docs/handlers.md is the contract with the server.
package final class WebhookHandler: Handler {
    /// How requests are made.
    package struct Settings: Sendable {
        /// Where they go; nowhere else, whatever a server or the environment says.
        package var address: WebhookAddress
        /// What signs them.
        package var secret: WebhookSecret
        /// How long an assignment may take with all its tries; then it has failed.
        package var timeLimit: Duration
        /// How long making a connection may take.
        package var connectTimeout = Duration.seconds(10)
        /// A file with the certificates (PEM) that are trusted; `nil`: those of the system.
        package var trustedCertificates: String?
        /// How often they are tried.
        package var retry = WebhookRetry()
        /// Bytes of an answer; with more the assignment has failed.
        package var answerBytes = ProtocolLimits().handlerOutputBytes

        /// Settings; the time limit is ten minutes unless another is given.
        package init(
            address: WebhookAddress, secret: WebhookSecret, timeLimit: Duration = .seconds(600)
        ) {
            self.address = address
            self.secret = secret
            self.timeLimit = timeLimit
        }
    }

    private let settings: Settings
    private let client: WebhookClient
    private let logger: Logger
    private let work = RunningWork()
    private let pauses = RetryPauses()

    /// A handler that has not begun; it starts no thread before the first assignment.
    ///
    /// Errors: a `WebhookProblem` for certificates that cannot be read.
    package init(_ settings: Settings, logger: Logger) throws(WebhookProblem) {
        self.settings = settings
        self.logger = logger
        client = try WebhookClient(settings)
    }

    package func attach(wake: @escaping @Sendable () -> Void) { work.attach(wake: wake) }

    package func start(_ assignments: [AssignItem], now: Int64) {
        for item in assignments {
            work.start(item) { [settings, client, pauses, logger] message in
                let run = WebhookRun(
                    message, settings: settings, client: client, pauses: pauses, logger: logger)
                return await run.ending()
            }
        }
    }

    package func stop(_ claims: [Claim]) { work.stop(claims) }

    package func drain() { work.stop(pauses.close()) }

    package func takeFinished(now: Int64) -> [FinishedWork] { work.takeFinished() }

    package var nextDue: Int64? { nil }
}
