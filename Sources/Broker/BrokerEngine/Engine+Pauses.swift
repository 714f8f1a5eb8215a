import GridModel

extension Engine {
    /// At most so many extensions of one part's resolve clock.
    static let maximumExtensions = 2
    /// A suspension lasts at most a year.
    static let longestSuspension: Int64 = 366 * 86_400_000

    /// An officer asks for once more the limit.
    mutating func requestExtension(_ order: Order) throws(Refusal) {
        let assignment = record.assignments[order.part]
        let detail = record.detail(of: order.part)
        let objection: (reason: String, possible: [String])? =
            if assignment.resolve.dueAt == .distantFuture {
                ("its clock has no limit", [])
            } else if assignment.flags.contains(.suspended) {
                ("its clocks stand still", ["resume"])
            } else if assignment.resolve.dueAt <= now {
                ("it is overdue; an extension is asked for before", [])
            } else if detail?.isExtensionRequested == true {
                ("an extension was asked for and is not decided", ["decideExtension"])
            } else if Int(detail?.extensions ?? 0) >= Self.maximumExtensions {
                ("\(Self.maximumExtensions) extensions were granted", [])
            } else {
                nil
            }
        if let objection {
            throw Refusal(
                .notAllowedInState, reason: objection.reason, possible: objection.possible)
        }
        emit(.extensionRequested(assignment.number, actor: order.actor, reason: order.reason))
    }

    /// An operator grants the extension or does not.
    mutating func decideExtension(_ order: Order, approved: Bool) throws(Refusal) {
        let assignment = record.assignments[order.part]
        guard let detail = record.detail(of: order.part), detail.isExtensionRequested else {
            throw Refusal(
                .notAllowedInState, reason: "nobody asked for an extension",
                possible: ["requestExtension"])
        }
        guard !assignment.flags.contains(.suspended) || !approved else {
            throw Refusal(
                .notAllowedInState, reason: "its clocks stand still", possible: ["resume"])
        }
        let resolve =
            approved
            ? extended(assignment.resolve, count: Int(detail.extensions) + 1, call: order.call)
            : assignment.resolve
        emit(
            .extensionDecided(
                assignment.number, approved: approved, resolve: resolve, actor: order.actor,
                reason: order.reason))
        if approved { scheduleClocks(order.part) }
    }

    /// Once more the limit, from where the clock would have run out.
    private func extended(_ deadline: Deadline, count: Int, call: Slot) -> Deadline {
        guard let limit = limit(.resolve, call: call),
            let calendar = record.catalogue?.catalogue.calendar
        else { return deadline }
        return calendar.extended(deadline, count: count, limit: limit)
    }

    /// Every clock of a part stands still for a while.
    mutating func suspend(_ order: Order, until: Timestamp) throws(Refusal) {
        let assignment = record.assignments[order.part]
        guard record.detail(of: order.part)?.wasSuspended != true else {
            throw assignment.flags.contains(.suspended)
                ? Refusal(
                    .notAllowedInState, reason: "it is suspended", possible: ["resume"])
                : Refusal(
                    .notAllowedInState,
                    reason: "it was suspended before; that is possible once")
        }
        guard until > now, until.milliseconds(since: now) <= Self.longestSuspension else {
            throw Refusal(
                .valueOutOfRange, field: "until",
                reason: "a suspension ends in the future, within 366 days")
        }
        emit(
            .assignmentSuspended(
                assignment.number, remaining: remaining(assignment, of: order.call), until: until,
                actor: order.actor, reason: order.reason))
        scheduleClocks(order.part)
    }

    /// A person lets the clocks run on.
    mutating func resume(_ order: Order) throws(Refusal) {
        guard record.assignments[order.part].flags.contains(.suspended) else {
            throw Refusal(
                .notAllowedInState, reason: "it is not suspended", possible: ["suspend"])
        }
        resume(order.part, actor: order.actor, reason: order.reason)
    }

    /// The clocks of a part run on with the time that was left; without an actor by themselves.
    mutating func resume(_ slot: Slot, actor: ActorID?, reason: TextPlace?) {
        let assignment = record.assignments[slot]
        let since = record.detail(of: slot)?.suspendedAt ?? now
        let started = max(since, stepStart(of: slot))
        let step =
            assignment.stepClock.map {
                restarted(
                    assignment.step, stoppedAt: started, limit: limit($0, call: assignment.call))
            } ?? assignment.step
        emit(
            .assignmentResumed(
                assignment.number, step: step,
                resolve: restarted(
                    assignment.resolve, stoppedAt: since,
                    limit: limit(.resolve, call: assignment.call)),
                actor: actor, reason: reason))
        if assignment.state == .queued, isBackoffOver(slot) { offer(slot) }
        scheduleClocks(slot)
    }

    /// A clock that stood still since `stoppedAt` and runs again from now, with what was left.
    func restarted(_ deadline: Deadline, stoppedAt: Timestamp, limit: Limit?) -> Deadline {
        guard let limit, let calendar = record.catalogue?.catalogue.calendar else {
            return deadline
        }
        return calendar.restarted(deadline, stoppedAt: stoppedAt, at: now, limit: limit)
    }

    /// Milliseconds of its unit's time that a resolve clock has left.
    private func remaining(_ assignment: AssignmentSlot, of call: Slot) -> Int64 {
        guard assignment.resolve.dueAt != .distantFuture,
            let limit = limit(.resolve, call: call),
            let calendar = record.catalogue?.catalogue.calendar
        else { return 0 }
        return calendar.milliseconds(of: limit.unit, from: now, to: assignment.resolve.dueAt)
    }
}
