package import GridCodec
package import GridModel

/// The broker's answer to one item of Progress or Outcome.
package struct WorkAnswer: Hashable, Sendable {
    /// The claim of the item.
    package var claim: Claim
    /// The step of the Progress; unspecified answers an Outcome.
    package var step: WireProgressStep
    /// Why it was not done; `nil` if it was.
    package var refusal: Refusal?

    /// An answer from its parts.
    package init(_ claim: Claim, _ step: WireProgressStep = .unspecified, refusal: Refusal? = nil) {
        self.claim = claim
        self.step = step
        self.refusal = refusal
    }
}

extension WorkerMachine {
    mutating func answered(_ answer: WorkAnswer, _ actions: inout WorkerActions) {
        switch (hands[answer.claim], answer.step) {
        case (.working, .accept) where answer.refusal?.code == .claimLost,
            (.endingToGiveBack, .accept) where answer.refusal?.code == .claimLost:
            let reason = "the broker refused to have it accepted"
            lost(answer.claim, reason: reason, &actions)
        case (.givingBack, .giveBack):
            // Refused or not, the claim is gone, which is what the worker wanted.
            hands[answer.claim] = nil
        case (.delivering, .deliver):
            deliveryAnswered(answer, &actions)
        case (.reporting(let result), .unspecified):
            outcomeAnswered(answer, result, &actions)
        default:
            // The answer to an accept that needs nothing, or a second answer to a message that
            // was sent twice.
            break
        }
    }

    private mutating func outcomeAnswered(
        _ answer: WorkAnswer, _ result: WireOutcomeResult, _ actions: inout WorkerActions
    ) {
        hands[answer.claim] = nil
        guard let refusal = answer.refusal else {
            counts.confirmed += 1
            return
        }
        switch (refusal.code, result) {
        case (.claimLost, .failed):
            // A failure that was sent twice: the first one ended its claim.
            break
        case (.claimLost, _):
            counts.outcomesTooLate += 1
            actions.notices.append(.outcomeTooLate(answer.claim))
        case (_, .failed):
            counts.outcomesRefused += 1
            actions.releases.append(answer.claim)
            actions.notices.append(.abandoned(answer.claim, refusal))
        case (.reviewRequired, _):
            // No further attempt can change it: only officers propose, and only people review.
            counts.leftToPeople += 1
            actions.notices.append(.leftToPeople(answer.claim, refusal))
            deliver(answer.claim, &actions)
        default:
            counts.outcomesRefused += 1
            actions.notices.append(.outcomeRefused(answer.claim, refusal))
            let reason = "the broker refused the outcome: \(refusal.reason)"
            report(.failed(reason), answer.claim, &actions)
        }
    }
}
