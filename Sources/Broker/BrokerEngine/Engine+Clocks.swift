package import GridModel

extension Engine {
    /// Looks at an assignment again when its next clock warns or runs out, or its backoff ends.
    mutating func scheduleClocks(_ slot: Slot) {
        let assignment = record.assignments[slot]
        var next = nextEvent(of: assignment)
        if !assignment.flags.isDisjoint(with: .rare) {
            next = min(next, nextRareEvent(of: slot, assignment))
        }
        guard next != .distantFuture else { return }
        schedule.schedule(slot, number: assignment.number, at: next)
    }

    /// Looks at the clocks of a whole call again when one of them speaks.
    mutating func scheduleCallClocks(_ call: Slot) {
        let first = record.calls[call].firstAssignment
        if first != .none { scheduleClocks(first) }
    }

    /// Lets every clock speak whose time has come.
    mutating func fireTimers() {
        guard let first = schedule.timers.first, first.at <= now else { return }
        while let slot = schedule.takeDue(at: now) { fire(slot) }
    }

    private mutating func fire(_ slot: Slot) {
        let assignment = record.assignments[slot]
        guard assignment.number.rawValue != 0 else { return }
        if assignment.state == .queued, assignment.notBefore != .zero, assignment.notBefore <= now,
            !assignment.flags.contains(.suspended)
        {
            offer(slot)
        }
        guard record.isClockConfirmed else {
            schedule.unconfirmed.insert(slot)
            if assignment.state == .queued, assignment.notBefore > now {
                schedule.schedule(slot, number: assignment.number, at: assignment.notBefore)
            }
            return
        }
        if !assignment.flags.isDisjoint(with: .rare) { fireRare(slot, assignment) }
        if assignment.state.isOpen, !assignment.flags.contains(.suspended) {
            if let clock = assignment.stepClock {
                ring(
                    slot, clock, assignment.step,
                    warned: assignment.flags.contains(.stepWarned),
                    missed: assignment.flags.contains(.stepMissed))
            }
            ring(
                slot, .resolve, assignment.resolve,
                warned: assignment.flags.contains(.resolveWarned),
                missed: assignment.flags.contains(.resolveMissed))
        }
        scheduleClocks(slot)
    }

    private mutating func ring(
        _ slot: Slot, _ clock: ClockKind, _ deadline: Deadline, warned: Bool, missed: Bool,
        _ report: UInt8 = 0
    ) {
        let number = record.assignments[slot].number
        if deadline.warnsAt <= now, !warned {
            emit(.deadlineWarned(number, clock: clock, report: report))
        }
        guard deadline.dueAt <= now, !missed else { return }
        emit(.deadlineMissed(number, clock: clock, report: report))
        escalate(slot, clock)
    }

    private func nextEvent(of assignment: AssignmentSlot) -> Timestamp {
        guard assignment.state.isOpen, !assignment.flags.contains(.suspended) else {
            return .distantFuture
        }
        var next = Timestamp.distantFuture
        if assignment.state == .queued, assignment.notBefore > now { next = assignment.notBefore }
        if assignment.stepClock != nil {
            if !assignment.flags.contains(.stepWarned) {
                next = min(next, assignment.step.warnsAt)
            } else if !assignment.flags.contains(.stepMissed) {
                next = min(next, assignment.step.dueAt)
            }
        }
        if !assignment.flags.contains(.resolveWarned) {
            next = min(next, assignment.resolve.warnsAt)
        } else if !assignment.flags.contains(.resolveMissed) {
            next = min(next, assignment.resolve.dueAt)
        }
        return next
    }

    // MARK: What few parts have

    private func nextRareEvent(of slot: Slot, _ assignment: AssignmentSlot) -> Timestamp {
        var next = Timestamp.distantFuture
        if let detail = record.detail(of: slot) {
            if assignment.flags.contains(.suspended), assignment.state.isOpen {
                next = detail.suspendedUntil
            }
            if let supervision = detail.supervision, !supervision.isReplied,
                assignment.state != .withdrawn
            {
                next = min(next, supervision.reply.nextEvent)
            }
        }
        guard assignment.flags.contains(.bearsCallClocks),
            record.calls[assignment.call].state.isOpen,
            let detail = record.detail(ofCall: assignment.call)
        else { return next }
        if let check = detail.check { next = min(next, check.nextEvent) }
        for (_, clock) in detail.reports.running { next = min(next, clock.nextEvent) }
        return next
    }

    private mutating func fireRare(_ slot: Slot, _ assignment: AssignmentSlot) {
        let detail = record.detail(of: slot)
        if assignment.flags.contains(.suspended), assignment.state.isOpen,
            let until = detail?.suspendedUntil, until <= now
        {
            resume(slot, actor: nil, reason: nil)
        }
        if let supervision = detail?.supervision, !supervision.isReplied,
            assignment.state != .withdrawn
        {
            ring(slot, .reply, supervision.reply)
        }
        guard assignment.flags.contains(.bearsCallClocks),
            record.calls[assignment.call].state.isOpen,
            let detail = record.detail(ofCall: assignment.call)
        else { return }
        if let check = detail.check { ring(slot, .check, check) }
        for (report, clock) in detail.reports.running { ring(slot, .reportDue, clock, report) }
    }

    private mutating func ring(
        _ slot: Slot, _ clock: ClockKind, _ detail: DetailClock, _ report: UInt8 = 0
    ) {
        ring(
            slot, clock, detail.deadline, warned: detail.isWarned, missed: detail.isMissed, report)
    }
}

extension AssignmentSlot.Flags {
    /// Flags of parts that have more clocks than others.
    fileprivate static let rare: Self = [.hasDetail, .bearsCallClocks]
}

extension AssignmentSlot {
    /// The clock of the step at hand; `nil` where no step is owed.
    package var stepClock: ClockKind? {
        switch state {
        case .queued: .dispatch
        case .dispatched, .delivered: .accept
        case .accepted: .arrive
        case .underReview: .review
        case .arrived, .completed, .returned, .withdrawn, .stuck: nil
        }
    }
}
