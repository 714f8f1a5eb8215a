import GridModel

extension Engine {
    /// A worker reports a step of an assignment it holds.
    mutating func progress(_ step: ProgressStep, _ claim: Claim, from session: SessionHandle) {
        guard let slot = live(claim) else {
            let isRepeated = step == .giveBack ? isGivenBack(claim) : hasEndedWell(claim)
            effects.append(
                isRepeated
                    ? .confirmProgress(session, claim, step, isRepeated: true)
                    : .refuseProgress(session, claim, step, Self.lost))
            return
        }
        guard mayHold(slot, session) else {
            effects.append(.refuseProgress(session, claim, step, Self.notOwner))
            return
        }
        let state = record.assignments[slot].state
        guard AssignmentRules.shared.allows(step.input, in: state), !isOfficers(slot, step) else {
            effects.append(
                isPassed(step, slot)
                    ? .confirmProgress(session, claim, step, isRepeated: true)
                    : .refuseProgress(
                        session, claim, step,
                        isOfficers(slot, step)
                            ? Self.withOfficers : Self.notAllowed(step.input, state)))
            return
        }
        let number = record.assignments[slot].number
        switch step {
        case .accept:
            takeLead(slot)
            emit(
                .assignmentAccepted(
                    AssignmentAccepted(
                        number: number, actor: actor(of: session),
                        arrive: deadline(.arrive, call: record.assignments[slot].call))))
            scheduleClocks(slot)
        case .arrive:
            emit(.assignmentArrived(number, actor: actor(of: session)))
        case .deliver:
            letGo(slot)
            emit(.assignmentDelivered(number))
        case .giveBack: release(slot, cause: .gaveBack, reason: nil)
        }
        effects.append(.confirmProgress(session, claim, step, isRepeated: false))
    }

    /// A worker reports how an attempt ended; it counts once however often it is sent.
    mutating func outcome(
        _ report: OutcomeReport, from session: SessionHandle, old: OldCall?
    ) {
        guard let slot = live(report.claim) else {
            effects.append(answerEnded(report, from: session, old: old))
            return
        }
        guard mayHold(slot, session) else {
            effects.append(.refuseOutcome(session, report.claim, Self.notOwner))
            return
        }
        let state = record.assignments[slot].state
        guard AssignmentRules.shared.allows(report.result.input, in: state) else {
            effects.append(
                .refuseOutcome(session, report.claim, Self.notAllowed(report.result.input, state)))
            return
        }
        guard !record.assignments[slot].flags.contains(.withOfficers) else {
            effects.append(.refuseOutcome(session, report.claim, Self.withOfficers))
            return
        }
        if report.result == .completed,
            let refusal = completionRefusal(slot, report.proposal)
        {
            effects.append(.refuseOutcome(session, report.claim, refusal))
            return
        }
        switch report.result {
        case .completed: end(slot, report, from: session)
        case .returned: end(slot, report, from: session)
        case .failed: release(slot, cause: .failed, reason: report.texts)
        }
        effects.append(.confirmOutcome(session, report.claim, isRepeated: false))
    }

    private mutating func end(
        _ slot: Slot, _ report: OutcomeReport, from session: SessionHandle
    ) {
        if record.assignments[slot].isUnderClaim { letGo(slot) }
        let ended = AssignmentEnded(
            number: report.claim.assignment, attempt: report.claim.attempt,
            actor: actor(of: session), texts: report.texts)
        if report.result == .completed {
            complete(ended, slot)
        } else {
            emit(.assignmentReturned(ended))
        }
    }

    /// The answer to an outcome whose claim is not live: a repeat of what counted, or lost.
    private func answerEnded(
        _ report: OutcomeReport, from session: SessionHandle, old: OldCall?
    ) -> Effect {
        let claim = report.claim
        guard let state = endState(of: claim, old: old) else {
            return .refuseOutcome(session, claim, Self.lost)
        }
        guard state == report.result.endState else {
            return .refuseOutcome(
                session, claim,
                Refusal(
                    .contentDiffers, field: "result",
                    reason: "this claim ended as \(state); its outcome counts once"))
        }
        return .confirmOutcome(session, claim, isRepeated: true)
    }

    /// How the attempt under a claim ended: completed, returned, or failed (as `queued`).
    private func endState(of claim: Claim, old: OldCall?) -> AssignmentState? {
        guard claim.epoch == record.epoch else { return nil }
        if let slot = record.assignment(claim.assignment) {
            let assignment = record.assignments[slot]
            if record.detail(of: slot)?.reworkedAttempts.contains(claim.attempt) == true {
                return .completed
            }
            guard assignment.attempt == claim.attempt else { return nil }
            switch assignment.state {
            case .completed, .returned: return assignment.state
            case .withdrawn: return assignment.wasReturned ? .returned : nil
            case .queued, .stuck:
                return assignment.lastRelease == ReleaseCause.failed.rawValue ? .queued : nil
            default: return nil
            }
        }
        let ended = recent.call(serial: claim.assignment.serial) ?? old
        let ordinal = claim.assignment.ordinal
        guard let endings = ended?.endings, endings.indices.contains(ordinal) else { return nil }
        let ending = endings[ordinal]
        guard ending.attempt == claim.attempt,
            ending.state == .completed || ending.state == .returned
        else { return nil }
        return ending.state
    }

    /// Whether the attempt under a claim completed: its earlier steps can only be repeats.
    private func hasEndedWell(_ claim: Claim) -> Bool {
        endState(of: claim, old: nil) == .completed
    }

    /// Whether a claim is known to be over by somebody else's doing, not by its own outcome.
    func isTakenBack(_ claim: Claim) -> Bool {
        let isKnown =
            record.assignment(claim.assignment) != nil
            || recent.call(serial: claim.assignment.serial) != nil
        return isKnown && endState(of: claim, old: nil) == nil && !isGivenBack(claim)
    }

    private func isGivenBack(_ claim: Claim) -> Bool {
        guard claim.epoch == record.epoch, let slot = record.assignment(claim.assignment) else {
            return false
        }
        let assignment = record.assignments[slot]
        return assignment.attempt == claim.attempt && assignment.state == .queued
            && assignment.lastRelease == ReleaseCause.gaveBack.rawValue
    }

    /// Whether a step is not a worker's to take: what lies in the inbox is for officers.
    private func isOfficers(_ slot: Slot, _ step: ProgressStep) -> Bool {
        let assignment = record.assignments[slot]
        return assignment.flags.contains(.withOfficers)
            || (assignment.state == .delivered && step == .accept)
    }

    /// Whether an assignment is already beyond a step, which makes the step a repeat.
    private func isPassed(_ step: ProgressStep, _ slot: Slot) -> Bool {
        let state = record.assignments[slot].state
        guard !record.assignments[slot].flags.contains(.withOfficers) else {
            return step == .deliver
        }
        return switch step {
        case .accept: state == .accepted || state == .arrived || state == .underReview
        case .arrive: state == .arrived
        case .deliver: state == .delivered
        case .giveBack: false
        }
    }

    private static let lost = Refusal(
        .claimLost, field: "claim",
        reason: "the claim is not live: its lease ended, it was given back, or called back")

    private static let withOfficers = Refusal(
        .notAllowedInState, field: "claim",
        reason: "it lies with the department's officers, who act without a claim")

    private static let notOwner = Refusal(
        .notOwner, field: "claim", reason: "the assignment belongs to another department")

    static func notAllowed(_ input: AssignmentInput, _ state: AssignmentState) -> Refusal {
        let allowed = Transitions.allowed(in: state).map { "\($0)" }.joined(separator: ", ")
        return Refusal(
            .notAllowedInState,
            reason: "\(input) is not possible while \(state); possible: "
                + (allowed.isEmpty ? "nothing" : allowed))
    }
}

extension ProgressStep {
    /// The row of the transition table.
    var input: AssignmentInput {
        switch self {
        case .accept: .accept
        case .arrive: .arrive
        case .deliver: .deliver
        case .giveBack: .giveBack
        }
    }
}

extension OutcomeResult {
    /// The row of the transition table.
    var input: AssignmentInput {
        switch self {
        case .completed: .complete
        case .returned: .return
        case .failed: .fail
        }
    }

    /// Where an assignment stands after it; a failed one is queued again (or stuck).
    var endState: AssignmentState {
        switch self {
        case .completed: .completed
        case .returned: .returned
        case .failed: .queued
        }
    }
}
