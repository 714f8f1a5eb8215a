import GridCodec
import GridModel
import GridSession
import Logging

extension Worker {
    /// Takes in what the session tells; called on its thread.
    func handle(_ event: SessionEvent) {
        switch event {
        case .connected(let welcome): connected(welcome)
        case .disconnected(let cause, let wait): disconnected(cause, retryInMilliseconds: wait)
        case .assigned(let items): turn(.assigned(items))
        case .withdrawn(let items):
            for item in items {
                turn(.claimsLost([item.claim.model], reason: "withdrawn: \(item.reason)"))
            }
        case .claimsLost(let claims):
            turn(.claimsLost(claims, reason: "the broker has taken it back"))
        case .outcomeReceipts(let items): turn(.answered(items.map(WorkAnswer.init)))
        // Quiet is the broker's doing: it hands out nothing.
        case .ordered(let order): if order == .drain { requestDrain() }
        case .postponed(let count, let code):
            logger.info(
                "the broker asks for patience; what waits is sent again later",
                metadata: ["items": "\(count)", "code": "\(code)"])
        case .brokerError(let error):
            logger.error(
                "the broker refused a message: is one of the two outdated?",
                metadata: [
                    "code": "\(error.code)", "field": "\(error.field)",
                    "reason": "\(error.reason)", "kind": "\(error.kind)",
                ])
        case .unreadable(let refusal):
            logger.error(
                "unreadable message from the broker: is one of the two outdated?",
                metadata: ["reason": "\(refusal.reason)"])
        case .receipts, .commandReplies, .queryReplies, .tagAdvanced:
            // Answers to what a worker never sends; tags are the session's own affair.
            break
        }
    }

    private func connected(_ welcome: WireWelcome) {
        let kept = welcome.claims.count { $0.kept }
        logger.info(
            "connected",
            metadata: [
                "street": "\(welcome.street)", "claimsKept": "\(kept)",
                "claimsLost": "\(welcome.claims.count - kept)",
            ])
        if noteWelcome() { announceReady() }
    }

    private func disconnected(_ cause: Disconnect, retryInMilliseconds wait: Int64) {
        let reason =
            switch cause {
            case .connectionLost: "the connection broke or could not be made"
            case .silence: "nothing was heard from the broker"
            case .goodbye(let reason): "the broker said goodbye: \(reason)"
            case .refused(let code): "the broker refused the session with code \(code)"
            }
        logger.warning(
            "no connection, trying again",
            metadata: ["reason": "\(reason)", "retryInMilliseconds": "\(wait)"])
    }

    /// Tells people what the machine wants them to know.
    func log(_ notice: WorkerNotice) {
        switch notice {
        case .draining(let count):
            logger.info("draining: takes nothing new", metadata: ["inHand": "\(count)"])
        case .givingBack(let count):
            logger.info("ending handlers to give back", metadata: ["running": "\(count)"])
        case .leaving(let count):
            logger.warning(
                "leaving without answers: the broker hands out anew when the leases end",
                metadata: ["unanswered": "\(count)"])
        case .workFailed(let claim, let reason):
            logger.warning(
                "the work on an assignment failed; the broker decides whether it is tried again",
                metadata: claim.metadata(reason: reason))
        case .claimLost(let claim, let reason):
            logger.warning(
                "claim lost, its work is ended", metadata: claim.metadata(reason: reason))
        case .outcomeTooLate(let claim):
            logger.warning(
                "outcome refused: the claim was lost, the broker has given it to another worker",
                metadata: claim.metadata())
        case .outcomeRefused(let claim, let refusal):
            logger.error("outcome refused: correct the handler", metadata: claim.metadata(refusal))
        case .abandoned(let claim, let refusal):
            logger.error("assignment given up", metadata: claim.metadata(refusal))
        case .leftToPeople(let claim, let refusal):
            logger.warning(
                "a major decision without its legal approval: left to the department's officers",
                metadata: claim.metadata(refusal))
        case .deliveryRefused(let claim, let refusal):
            logger.error(
                "the broker does not take a delivery; the assignment is reported as failed",
                metadata: claim.metadata(refusal))
        case .notificationFailed(let claim, let reason):
            logger.warning(
                "nobody was notified of an assignment; it lies in the inbox",
                metadata: claim.metadata(reason: reason))
        }
    }

    /// The counts for the last line of the log.
    var summary: Logger.Metadata {
        let counts = counts
        return [
            "assigned": "\(counts.assigned)", "confirmed": "\(counts.confirmed)",
            "delivered": "\(counts.delivered)",
            "failed": "\(counts.failed)", "givenBack": "\(counts.givenBack)",
            "claimsLost": "\(counts.claimsLost)", "tooLate": "\(counts.outcomesTooLate)",
        ]
    }
}

extension Claim {
    /// Which assignment a line of the log is about, and why.
    fileprivate func metadata(reason: String? = nil) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "assignment": "\(assignment.rawValue)", "attempt": "\(attempt)",
        ]
        if let reason { metadata["reason"] = "\(reason)" }
        return metadata
    }

    fileprivate func metadata(_ refusal: Refusal) -> Logger.Metadata {
        metadata(reason: refusal.reason).merging(
            ["code": "\(refusal.code)", "field": "\(refusal.field)"]
        ) { $1 }
    }
}

extension WorkAnswer {
    /// The answer as it came; a code of a later version counts as "not in this state".
    fileprivate init(_ item: OutcomeReceiptItem) {
        let refusal = item.refused.map { refused in
            Refusal(
                RefusalCode(rawValue: UInt16(clamping: refused.code)) ?? .notAllowedInState,
                field: refused.field, reason: refused.reason)
        }
        self.init(item.claim, item.step, refusal: refusal)
    }
}
