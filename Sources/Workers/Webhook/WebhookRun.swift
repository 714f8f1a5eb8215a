import Foundation
import GridCodec
import GridModel
import Logging
import WorkerKit

/// The tries of one assignment.
struct WebhookRun: Sendable {
    private let item: WireAssignItem
    private let settings: WebhookHandler.Settings
    private let client: WebhookClient
    private let pauses: RetryPauses
    private let logger: Logger

    init(
        _ item: WireAssignItem, settings: WebhookHandler.Settings, client: WebhookClient,
        pauses: RetryPauses, logger: Logger
    ) {
        self.item = item
        self.settings = settings
        self.client = client
        self.pauses = pauses
        self.logger = logger
    }

    /// Tries until there is an outcome, to the time limit, or to the cancellation of the task.
    func ending() async -> FinishedWork.Ending {
        let late = WorkOutcome.failed(
            "the webhook gave no answer within its time limit of \(settings.timeLimit)")
        return await TimedWork.ending(within: settings.timeLimit, late: late) {
            do {
                return await tries(body: Array(try AssignmentDocument(item).json()))
            } catch {
                return .outcome(.failed("the assignment cannot be written as JSON: \(error)"))
            }
        }
    }

    private func tries(body: [UInt8]) async -> FinishedWork.Ending {
        let end = ContinuousClock.now + settings.timeLimit
        var count = 0
        while true {
            count += 1
            switch await client.send(body, idempotencyKey: idempotencyKey) {
            case .outcome(let outcome): return .outcome(outcome)
            case .tryAgain(let reason, let asked):
                if Task.isCancelled { return .stopped }
                let jitter = Double.random(in: -0.2...0.2)
                let wait = settings.retry.wait(after: count, asked: asked, jitter: jitter)
                guard let wait, ContinuousClock.now + wait < end else {
                    return .outcome(.failed("\(reason) (tries: \(count))"))
                }
                tell(reason, count, wait)
                guard await pauses.wait(wait, for: item.claim.model) else { return .stopped }
            }
        }
    }

    /// The claim, as a string of RFC 8941; the same for every try under it.
    private var idempotencyKey: String {
        let claim = item.claim.model
        return "\"\(claim.epoch)-\(claim.assignment.rawValue)-\(claim.attempt)\""
    }

    private func tell(_ reason: String, _ count: Int, _ wait: Duration) {
        let claim = item.claim.model
        logger.info(
            "no usable answer from the webhook, trying again",
            metadata: [
                "assignment": "\(claim.assignment.rawValue)", "attempt": "\(claim.attempt)",
                "reason": "\(reason)", "tries": "\(count)",
                "waitMilliseconds": "\(Int(wait / .milliseconds(1)))",
            ])
    }
}
