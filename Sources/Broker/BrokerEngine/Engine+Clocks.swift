package import GridModel

extension Engine {
    /// Looks at an assignment again when its next clock warns or runs out, or its backoff ends.
    mutating func scheduleClocks(_ slot: Slot) {
        let assignment = record.assignments[slot]
        guard let time = nextEvent(of: assignment) else { return }
        schedule.schedule(slot, number: assignment.number, at: time)
    }

    /// Lets every clock speak whose time has come.
    mutating func fireTimers() {
        guard let first = schedule.timers.first, first.at <= now else { return }
        while let slot = schedule.takeDue(at: now) { fire(slot) }
    }

    private mutating func fire(_ slot: Slot) {
        let assignment = record.assignments[slot]
        guard assignment.state.isOpen, assignment.number.rawValue != 0 else { return }
        if assignment.state == .queued, assignment.notBefore != .zero, assignment.notBefore <= now,
            !assignment.flags.contains(.suspended)
        {
            offer(slot)
        }
        if !assignment.flags.contains(.suspended) {
            if let clock = assignment.stepClock {
                ring(
                    assignment.number, clock, assignment.step,
                    warned: assignment.flags.contains(.stepWarned),
                    missed: assignment.flags.contains(.stepMissed))
            }
            ring(
                assignment.number, .resolve, assignment.resolve,
                warned: assignment.flags.contains(.resolveWarned),
                missed: assignment.flags.contains(.resolveMissed))
        }
        scheduleClocks(slot)
    }

    private mutating func ring(
        _ number: AssignmentNumber, _ clock: ClockKind, _ deadline: Deadline, warned: Bool,
        missed: Bool
    ) {
        if deadline.warnsAt <= now, !warned { emit(.deadlineWarned(number, clock: clock)) }
        if deadline.dueAt <= now, !missed { emit(.deadlineMissed(number, clock: clock)) }
    }

    private func nextEvent(of assignment: AssignmentSlot) -> Timestamp? {
        guard assignment.state.isOpen, !assignment.flags.contains(.suspended) else { return nil }
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
        return next == .distantFuture ? nil : next
    }
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
