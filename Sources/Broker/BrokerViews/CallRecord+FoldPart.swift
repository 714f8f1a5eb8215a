import BrokerEngine
import BrokerJournal
import GridModel

extension CallRecord {
    /// Applies a fact about one part of this call.
    func foldPart(_ fact: Fact, of batch: Batch, at now: Timestamp) {
        guard let number = fact.assignment else { return }
        let step =
            switch fact {
            case .assignmentQueued(let fact): queue(fact, at: now)
            case .assignmentDispatched(let fact): dispatch(fact, at: now)
            case .assignmentDelivered: deliver(number)
            case .assignmentAccepted(let fact): accept(fact, at: now)
            case .assignmentArrived(_, let actor):
                advance(number, to: .arrived, .assignmentArrived, actor)
            case .assignmentReleased(let fact): release(fact, batch.text(at: fact.reason))
            case .assignmentStuck(_, let cause): getStuck(number, cause)
            case .assignmentCompleted(let fact):
                complete(fact, at: now, batch.text(at: fact.texts))
            case .assignmentReturned(let fact): giveUp(fact, batch.text(at: fact.texts))
            case .assignmentWithdrawn(_, let actor, let reason):
                withdraw(number, .assignmentWithdrawn, actor, batch.text(at: reason))
            case .assignmentRedispatched(_, let to, let actor, let reason):
                withdraw(
                    number, .assignmentRedispatched, actor, batch.text(at: reason),
                    first: UInt64(to.ordinal) + 1)
            case .assignmentRequeued(_, let actor, let reason):
                requeue(number, actor, batch.text(at: reason))
            case .assignmentReworked(_, let dispatch, let resolve):
                rework(number, resolve, dispatch, at: now)
            default: partClockStep(for: fact, number, of: batch)
            }
        guard var step else { return }
        step.at = now
        step.ordinal = UInt8(number.ordinal + 1)
        tell(step)
    }

    private func queue(_ fact: AssignmentQueued, at now: Timestamp) -> Step {
        let part = PartRecord(
            number: fact.number, department: fact.department, role: fact.role, stage: fact.stage,
            queuedAt: now, resolveDue: fact.resolve.dueAt)
        if parts.contains(where: { $0.number == fact.number }) {
            change(fact.number) { known in
                let change = known.change
                known = part
                known.change = change
            }
        } else {
            parts.append(part)
        }
        let first =
            UInt64(fact.department) | UInt64(fact.role.rawValue) << 16 | UInt64(fact.stage) << 24
        return Step(.assignmentQueued, first: first).timed(fact.resolve, step: fact.dispatch)
    }

    private func dispatch(_ fact: AssignmentDispatched, at now: Timestamp) -> Step {
        change(fact.number) { part in
            part.state = .dispatched
            part.attempts = fact.attempt
            part.worker = fact.worker
            part.dispatchedAt = now
        }
        if state == .filed { move(to: .working) }
        return Step(
            .assignmentDispatched, fact.worker, first: UInt64(fact.attempt)
        ).timed(fact.accept)
    }

    private func accept(_ fact: AssignmentAccepted, at now: Timestamp) -> Step {
        change(fact.number) { part in
            part.state = .accepted
            part.acceptedAt = now
        }
        return Step(.assignmentAccepted, fact.actor).timed(fact.arrive)
    }

    private func advance(
        _ number: AssignmentNumber, to state: AssignmentState, _ kind: StepKind, _ actor: ActorID?
    ) -> Step {
        change(number) { $0.state = state }
        return Step(kind, actor)
    }

    /// What was accepted before goes on where it stands, with the officers.
    private func deliver(_ number: AssignmentNumber) -> Step {
        change(number) { if $0.state == .dispatched { $0.state = .delivered } }
        return Step(.assignmentDelivered)
    }

    private func release(
        _ fact: AssignmentReleased, _ reason: some Sequence<UInt8>
    ) -> Step {
        let reason = Array(reason)
        change(fact.number) { part in
            part.queueAgain()
            part.failures = fact.failures
            part.reason = reason
        }
        return Step(
            .assignmentReleased, first: UInt64(fact.cause.rawValue) | UInt64(fact.failures) << 8,
            second: fact.notBefore.bits, text: reason)
    }

    private func getStuck(_ number: AssignmentNumber, _ cause: ReleaseCause) -> Step {
        change(number) { part in
            part.queueAgain()
            part.state = .stuck
        }
        return Step(.assignmentStuck, first: UInt64(cause.rawValue))
    }

    private func complete(
        _ fact: AssignmentEnded, at now: Timestamp, _ text: some Sequence<UInt8>
    ) -> Step {
        let text = Array(text)
        change(fact.number) { part in
            part.state = .completed
            part.completedAt = now
            part.reason = text
        }
        return Step(.assignmentCompleted, fact.actor, first: UInt64(fact.attempt), text: text)
    }

    private func giveUp(
        _ fact: AssignmentEnded, _ reason: some Sequence<UInt8>
    ) -> Step {
        let reason = Array(reason)
        change(fact.number) { part in
            part.state = .returned
            part.reason = reason
        }
        return Step(.assignmentReturned, fact.actor, first: UInt64(fact.attempt), text: reason)
    }

    private func withdraw(
        _ number: AssignmentNumber, _ kind: StepKind, _ actor: ActorID,
        _ reason: some Sequence<UInt8>, first: UInt64 = 0
    ) -> Step {
        let reason = Array(reason)
        change(number) { part in
            part.state = .withdrawn
            part.reason = reason
        }
        return Step(kind, actor, first: first, text: reason)
    }

    private func requeue(
        _ number: AssignmentNumber, _ actor: ActorID, _ reason: some Sequence<UInt8>
    ) -> Step {
        let reason = Array(reason)
        change(number) { part in
            part.queueAgain()
            part.failures = 0
            part.reason = reason
        }
        return Step(.assignmentRequeued, actor, text: reason)
    }

    private func rework(
        _ number: AssignmentNumber, _ resolve: Deadline, _ dispatch: Deadline, at now: Timestamp
    ) -> Step {
        change(number) { part in
            part.queueAgain()
            part.failures = 0
            part.isSuspended = false
            part.queuedAt = now
            part.completedAt = .zero
            part.resolveDue = resolve.dueAt
        }
        return Step(.assignmentReworked).timed(resolve, step: dispatch)
    }
}

extension Step {
    /// A step whose time and part are filled in by `foldPart`.
    init(
        _ kind: StepKind, _ actor: ActorID? = nil, first: UInt64 = 0, second: UInt64 = 0,
        text: [UInt8] = []
    ) {
        self.init(
            kind: kind, at: .zero, actor: actor, first: first, second: second, text: text)
    }

    /// The step with the clock it starts, and perhaps that of the step at hand besides.
    func timed(_ deadline: Deadline, step: Deadline? = nil) -> Step {
        var timed = self
        timed.second = deadline.dueAt.bits
        if deadline.dueAt != .distantFuture {
            timed.clocks.warnsAt = deadline.warnsAt.bits
            timed.clocks.isProvisional = deadline.isProvisional
        }
        if let step, step.dueAt != .distantFuture {
            timed.clocks.isStepProvisional = step.isProvisional
            timed.clocks.stepWarnsAt = step.warnsAt.bits
            timed.clocks.stepDueAt = step.dueAt.bits
        }
        return timed
    }
}
