import BrokerEngine
import BrokerJournal
import GridModel

extension CallRecord {
    /// Applies a fact about a part's review, extension, suspension, deadline or supervision.
    func partClockStep(
        for fact: Fact, _ number: AssignmentNumber, of batch: Batch
    ) -> Step? {
        switch fact {
        case .measuresProposed(let fact): return propose(fact, Array(batch.text(at: fact.texts)))
        case .proposalReviewed(let fact): return review(fact, Array(batch.text(at: fact.reason)))
        case .extensionRequested(_, let actor, let reason):
            return Step(.extensionRequested, actor, text: Array(batch.text(at: reason)))
        case .extensionDecided(_, let approved, let resolve, let actor, let reason):
            if approved { setResolve(number, resolve) }
            let step = Step(
                .extensionDecided, actor, first: approved ? 1 : 0,
                text: Array(batch.text(at: reason)))
            return approved ? step.timed(resolve) : step
        case .assignmentSuspended(_, let remaining, let until, let actor, let reason):
            suspend(number)
            return Step(
                .assignmentSuspended, actor, first: UInt64(bitPattern: remaining),
                second: until.bits, text: Array(batch.text(at: reason)))
        case .assignmentResumed(_, let step, let resolve, let actor, let reason):
            change(number) { $0.isSuspended = false }
            setResolve(number, resolve)
            return Step(.assignmentResumed, actor, text: Array(batch.text(at: reason)))
                .timed(resolve, step: step)
        case .deadlineWarned(_, let clock, let report):
            return Step(.deadlineWarned, first: clock.inStep(report))
        case .deadlineMissed(_, let clock, let report):
            if clock == .resolve { missedResolve = true }
            return Step(.deadlineMissed, first: clock.inStep(report))
        case .deadlineRevised(_, let clock, let deadline):
            if clock == .resolve { setResolve(number, deadline) }
            return Step(.deadlineRevised, first: UInt64(clock.rawValue)).timed(deadline)
        case .supervisionOpened(_, let deadline, let supervisor, let actor, let order):
            return Step(
                .supervisionOpened, actor, first: supervisor.map { UInt64($0) + 1 } ?? 0,
                text: Array(batch.text(at: order))
            ).timed(deadline)
        case .leadTaken:
            change(number) { $0.role = .lead }
            return Step(.leadTaken)
        case .supervisionReplied(_, let actor, let reply):
            return Step(.supervisionReplied, actor, text: Array(batch.text(at: reply)))
        default: return nil
        }
    }

    private func propose(_ fact: MeasuresProposed, _ text: [UInt8]) -> Step {
        if fact.isMajor {
            change(fact.number) { part in
                part.stateBeforeReview = part.state
                part.state = .underReview
            }
        }
        return Step(
            .measuresProposed, fact.actor, first: fact.isMajor ? 1 : 0,
            text: fact.digest.bytes + text
        ).timed(fact.review)
    }

    private func review(_ fact: ProposalReviewed, _ reason: [UInt8]) -> Step {
        change(fact.number) { part in
            part.state = part.stateBeforeReview
            part.reason = reason
        }
        return Step(
            .proposalReviewed, fact.actor, first: UInt64(fact.verdict.rawValue), text: reason)
    }

    private func setResolve(_ number: AssignmentNumber, _ deadline: Deadline) {
        change(number) { $0.resolveDue = deadline.dueAt }
    }

    private func suspend(_ number: AssignmentNumber) {
        change(number) { part in
            part.isSuspended = true
            part.resolveDue = .distantFuture
        }
    }
}

extension ClockKind {
    /// The clock, and above it the place of the report it is about, as a step holds them.
    fileprivate func inStep(_ report: UInt8) -> UInt64 {
        UInt64(rawValue) | UInt64(report) << 8
    }
}
