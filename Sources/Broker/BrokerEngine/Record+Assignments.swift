import GridModel

extension Record {
    /// Applies the facts that concern one assignment.
    mutating func applyToAssignment(_ fact: Fact) {
        switch fact {
        case .assignmentQueued(let fact): applyQueued(fact)
        case .assignmentDispatched(let fact): applyDispatched(fact)
        case .assignmentDelivered(let number): applyDelivered(number)
        case .assignmentAccepted(let fact): applyAccepted(fact)
        case .assignmentArrived(let number, _): applyArrived(number)
        case .assignmentReleased(let fact): applyReleased(fact)
        case .assignmentStuck(let number, let cause):
            move(number, to: .stuck) {
                $0.lastRelease = cause.rawValue
                $0.step = .none
            }
        case .assignmentCompleted(let fact): applyEnded(fact, as: .completed)
        case .assignmentReturned(let fact): applyEnded(fact, as: .returned)
        case .assignmentWithdrawn(let number, _, _): applyWithdrawn(number)
        case .assignmentRedispatched(let number, _, _, _): move(number, to: .withdrawn)
        case .assignmentRequeued(let number, _, _):
            move(number, to: .queued) { $0.failures = 0 }
        case .assignmentReworked(let number, let dispatch, let resolve):
            applyReworked(number, dispatch: dispatch, resolve: resolve)
        case .queuePaused(let department, let until, _, _):
            departments[Int(department)].pausedUntil = until
        case .queueResumed(let department, _):
            departments[Int(department)].pausedUntil = .zero
        default: applyReviewOrClock(fact)
        }
    }

    private mutating func applyReviewOrClock(_ fact: Fact) {
        switch fact {
        case .measuresProposed(let fact): applyProposed(fact)
        case .proposalReviewed(let fact): applyReviewed(fact)
        case .extensionDecided(let number, let approved, let resolve, _, _):
            if approved { setResolve(number, to: resolve) }
            detail(require(number)) {
                $0.isExtensionRequested = false
                if approved { $0.extensions += 1 }
            }
        case .assignmentSuspended(let number, _, let until, _, _): suspend(number, until: until)
        case .assignmentResumed(let number, let step, let resolve, _, _):
            modify(number) {
                $0.step = step
                $0.resolve = resolve
                $0.flags.remove(.suspended)
            }
            let now = now
            detail(require(number)) { $0.resumedAt = now }
        case .deadlineWarned(let number, let clock, let report):
            applyWarned(number, clock, report)
        case .deadlineMissed(let number, let clock, let report):
            applyMissed(number, clock, report)
        case .deadlineRevised(let number, let clock, let deadline):
            applyRevised(number, clock, deadline)
        default: applyToDetails(fact)
        }
    }

    private mutating func suspend(_ number: AssignmentNumber, until: Timestamp) {
        let slot = require(number)
        let now = now
        assignments[slot].flags.insert(.suspended)
        detail(slot) {
            $0.wasSuspended = true
            $0.suspendedAt = now
            $0.extensionsBeforePause = $0.extensions
            $0.suspendedUntil = until
        }
    }

    private mutating func applyQueued(_ fact: AssignmentQueued) {
        guard let call = call(serial: fact.number.serial) else {
            preconditionFailure("batch \(batchSeq): \(fact.number) is queued for no open call")
        }
        var assignment = AssignmentSlot()
        assignment.number = fact.number
        assignment.call = call
        assignment.queuedAt = now
        assignment.waitingSince = now
        assignment.step = fact.dispatch
        assignment.resolve = fact.resolve
        assignment.department = fact.department
        assignment.role = fact.role
        assignment.stage = fact.stage
        let slot = assignments.insert(assignment)
        if calls[call].lastAssignment == .none {
            calls[call].firstAssignment = slot
        } else {
            assignments[calls[call].lastAssignment].next = slot
        }
        calls[call].lastAssignment = slot
        if let ordinal = fact.continues { continueClock(of: ordinal, in: slot) }
        calls[call].nextOrdinal = UInt8(fact.number.ordinal + 1)
        departments[Int(fact.department)].queued += 1
        departments[Int(fact.department)].received += 1
    }

    private mutating func applyDispatched(_ fact: AssignmentDispatched) {
        let slot = moved(fact.number, to: .dispatched)
        let wait = now.milliseconds(since: assignments[slot].queuedAt)
        if assignments[slot].attempt == 0 {
            recordLatency(slot, .dispatch, milliseconds: wait)
        }
        assignments[slot].attempt = fact.attempt
        assignments[slot].worker = fact.worker
        assignments[slot].dispatchedAt = now
        assignments[slot].lastRelease = 0
        restartStep(slot, with: fact.accept)
        departments[Int(assignments[slot].department)].dispatched += 1
        let call = assignments[slot].call
        if calls[call].state == .filed { calls[call].state = .working }
        if !calls[call].wasDispatched {
            calls[call].wasDispatched = true
            street.dispatched += 1
        }
    }

    private mutating func applyWithdrawn(_ number: AssignmentNumber) {
        let slot = moved(number, to: .withdrawn)
        if calls[assignments[slot].call].state == .merged {
            assignments[slot].flags.insert(.mergedAway)
        }
    }

    private mutating func applyAccepted(_ fact: AssignmentAccepted) {
        let slot = require(fact.number)
        if assignments[slot].state == .delivered { assignments[slot].flags.insert(.withOfficers) }
        _ = moved(fact.number, to: .accepted)
        let wait = now.milliseconds(since: assignments[slot].dispatchedAt)
        recordLatency(slot, .accept, milliseconds: wait)
        assignments[slot].flags.insert(.wasAccepted)
        assignments[slot].dispatchedAt = now
        restartStep(slot, with: fact.arrive)
        departments[Int(assignments[slot].department)].accepted += 1
    }

    /// What the worker had accepted before goes on where it stands, without a lease.
    private mutating func applyDelivered(_ number: AssignmentNumber) {
        let slot = require(number)
        if assignments[slot].state == .dispatched { return move(number, to: .delivered) }
        assignments[slot].flags.insert(.withOfficers)
    }

    private mutating func applyArrived(_ number: AssignmentNumber) {
        let slot = moved(number, to: .arrived)
        let wait = now.milliseconds(since: assignments[slot].dispatchedAt)
        recordLatency(slot, .arrive, milliseconds: wait)
        restartStep(slot, with: .none)
    }

    private mutating func applyReleased(_ fact: AssignmentReleased) {
        move(fact.number, to: .queued) {
            $0.failures = fact.failures
            $0.notBefore = fact.notBefore
            $0.lastRelease = fact.cause.rawValue
            $0.step = .none
        }
    }

    private mutating func applyEnded(_ fact: AssignmentEnded, as state: AssignmentState) {
        let slot = moved(fact.number, to: state)
        let department = Int(assignments[slot].department)
        if state == .returned {
            assignments[slot].wasReturned = true
            departments[department].returned += 1
            countReturn(assignments[slot].call)
            return
        }
        departments[department].completed += 1
        let wait = now.milliseconds(since: assignments[slot].queuedAt)
        recordLatency(slot, .resolve, milliseconds: wait)
    }

    private mutating func countReturn(_ call: Slot) {
        let returns = calls[call].returns
        calls[call].returns = returns == .max ? .max : returns + 1
        if returns == 0 { street.misdispatched += 1 }
        if returns == 1 { street.passedOn += 1 }
    }

    private mutating func applyReworked(
        _ number: AssignmentNumber, dispatch: Deadline, resolve: Deadline
    ) {
        let slot = require(number)
        assignments[slot].flags.formIntersection([.hasDetail, .bearsCallClocks])
        _ = moved(number, to: .queued)
        let attempt = assignments[slot].attempt
        detail(slot) {
            $0.extensions = 0
            $0.isExtensionRequested = false
            $0.proposal = nil
            $0.approved = nil
            $0.continued = nil
            $0.reworkedAttempts.append(attempt)
        }
        assignments[slot].queuedAt = now
        assignments[slot].failures = 0
        assignments[slot].notBefore = .zero
        assignments[slot].resolve = resolve
        departments[Int(assignments[slot].department)].received += 1
        restartStep(slot, with: dispatch)
    }

    private mutating func applyProposed(_ fact: MeasuresProposed) {
        let now = now
        detail(require(fact.number)) {
            $0.proposal = .init(
                digest: fact.digest, isMajor: fact.isMajor, actor: fact.actor, at: now)
            $0.approved = nil
        }
        guard fact.isMajor else { return modify(fact.number) { $0.flags.remove(.reviewApproved) } }
        modify(fact.number) { $0.stateBeforeReview = $0.state }
        let slot = moved(fact.number, to: .underReview)
        assignments[slot].flags.insert(.reviewOpen)
        assignments[slot].flags.remove(.reviewApproved)
        restartStep(slot, with: fact.review)
    }

    private mutating func applyReviewed(_ fact: ProposalReviewed) {
        let slot = require(fact.number)
        _ = moved(fact.number, to: assignments[slot].stateBeforeReview)
        assignments[slot].flags.remove(.reviewOpen)
        if fact.verdict == .approved || fact.verdict == .bypassed {
            assignments[slot].flags.insert(.reviewApproved)
            detail(slot) { $0.approved = fact.digest }
        }
        restartStep(slot, with: .none)
    }

    private mutating func applyWarned(
        _ number: AssignmentNumber, _ clock: ClockKind, _ report: UInt8
    ) {
        switch clock {
        case .resolve: modify(number) { $0.flags.insert(.resolveWarned) }
        case .dispatch, .accept, .arrive, .review:
            modify(number) { $0.flags.insert(.stepWarned) }
        case .check, .reply, .reportDue:
            applyDetailClock(number, clock, report) { $0.isWarned = true }
        }
    }

    private mutating func applyMissed(
        _ number: AssignmentNumber, _ clock: ClockKind, _ report: UInt8
    ) {
        street.missed[Int(clock.rawValue)] += 1
        switch clock {
        case .resolve: break
        case .dispatch, .accept, .arrive, .review:
            return modify(number) { $0.flags.insert(.stepMissed) }
        case .check, .reply, .reportDue:
            return applyDetailClock(number, clock, report) { $0.isMissed = true }
        }
        let slot = require(number)
        guard !assignments[slot].flags.contains(.resolveMissed) else { return }
        assignments[slot].flags.insert(.resolveMissed)
        calls[assignments[slot].call].missedResolve = true
        if assignments[slot].state.isOpen { countOverdue(slot, by: 1) }
    }

    private mutating func setResolve(_ number: AssignmentNumber, to deadline: Deadline) {
        let slot = require(number)
        if assignments[slot].flags.contains(.resolveMissed), assignments[slot].state.isOpen {
            countOverdue(slot, by: -1)
        }
        assignments[slot].flags.subtract([.resolveWarned, .resolveMissed])
        assignments[slot].resolve = deadline
    }

    private mutating func restartStep(_ slot: Slot, with deadline: Deadline) {
        assignments[slot].step = deadline
        assignments[slot].flags.subtract([.stepWarned, .stepMissed])
    }
}

extension Record {
    private mutating func move(
        _ number: AssignmentNumber, to state: AssignmentState,
        _ change: (inout AssignmentSlot) -> Void = { _ in }
    ) {
        change(&assignments[moved(number, to: state)])
    }

    /// Moves an assignment between states and keeps the "now" counters true.
    private mutating func moved(_ number: AssignmentNumber, to state: AssignmentState) -> Slot {
        let slot = require(number)
        leaveState(slot)
        assignments[slot].state = state
        if state == .queued {
            assignments[slot].waitingSince = now
            assignments[slot].flags.subtract([.withOfficers, .reviewOpen])
        }
        enterState(slot)
        return slot
    }

    /// Takes an assignment out of the "now" counters.
    mutating func leaveState(_ slot: Slot) { count(slot, by: -1) }

    private mutating func enterState(_ slot: Slot) { count(slot, by: 1) }

    private mutating func count(_ slot: Slot, by step: Int) {
        let assignment = assignments[slot]
        let department = Int(assignment.department)
        switch assignment.state {
        case .queued: departments[department].queued += step
        case .stuck: departments[department].stuck += step
        case .returned: departments[department].returnedNow += step
        case .dispatched, .delivered, .accepted, .arrived, .underReview:
            departments[department].inHand += step
        case .completed, .withdrawn: break
        }
        if assignment.flags.contains(.resolveMissed), assignment.state.isOpen {
            countOverdue(slot, by: step)
        }
    }

    private mutating func countOverdue(_ slot: Slot, by step: Int) {
        departments[Int(assignments[slot].department)].overdue += step
        let call = assignments[slot].call
        let before = calls[call].overdueParts
        calls[call].overdueParts = UInt8(Int(before) + step)
        let campaign = calls[call].campaign
        guard campaign != CallFiled.noCampaign else { return }
        if before == 0, step > 0 { campaigns[Int(campaign)].overdue += 1 }
        if calls[call].overdueParts == 0, step < 0 { campaigns[Int(campaign)].overdue -= 1 }
    }

    private mutating func recordLatency(
        _ slot: Slot, _ step: Latencies.Step, milliseconds: Int64
    ) {
        let call = assignments[slot].call
        let urgency = Int(calls[call].urgency.rawValue)
        let campaign = calls[call].campaign
        departments[Int(assignments[slot].department)].latencies
            .record(step, milliseconds: milliseconds)
        street.latencies[urgency].record(step, milliseconds: milliseconds)
        guard campaign != CallFiled.noCampaign else { return }
        campaigns[Int(campaign)].latencies.record(step, milliseconds: milliseconds)
    }

    private mutating func modify(
        _ number: AssignmentNumber, _ change: (inout AssignmentSlot) -> Void
    ) {
        let slot = require(number)
        change(&assignments[slot])
    }

    func require(_ number: AssignmentNumber) -> Slot {
        guard let slot = assignment(number) else {
            preconditionFailure(
                "batch \(batchSeq): a fact names assignment \(number.rawValue), which is not open")
        }
        return slot
    }
}
