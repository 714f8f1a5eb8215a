import GridModel

extension Engine {
    /// Computes again, by a new calendar, every deadline that ran past the published part of the
    /// one before, as if the new one had been known when the clock started.
    ///
    /// Nothing is stored for it: the times at which clocks started, stood still and ran on are in
    /// the record, and the few parts with more to them have a detail. A clock that was missed stays
    /// missed.
    mutating func reviseDeadlines(by calendar: WorkCalendar) {
        for call in 0..<Slot(record.calls.capacity)
        where record.calls[call].serial != 0 && record.calls[call].state.isOpen {
            var slot = record.calls[call].firstAssignment
            while slot != .none {
                reviseClocks(of: slot, by: calendar)
                slot = record.assignments[slot].next
            }
            reviseClocks(ofCall: call, by: calendar)
        }
    }

    private mutating func reviseClocks(of slot: Slot, by calendar: WorkCalendar) {
        let assignment = record.assignments[slot]
        if assignment.state.isOpen {
            if let clock = assignment.stepClock, !assignment.flags.contains(.stepMissed) {
                revise(slot, clock, assignment.step) { $0.step(clock, of: slot, by: calendar) }
            }
            if !assignment.flags.contains(.resolveMissed) {
                revise(slot, .resolve, assignment.resolve) { $0.resolve(of: slot, by: calendar) }
            }
        }
        guard assignment.state != .withdrawn,
            let supervision = record.detail(of: slot)?.supervision, !supervision.isReplied
        else { return }
        revise(slot, .reply, supervision.reply, by: calendar)
    }

    private mutating func reviseClocks(ofCall call: Slot, by calendar: WorkCalendar) {
        let first = record.calls[call].firstAssignment
        guard first != .none, let detail = record.detail(ofCall: call) else { return }
        if let check = detail.check { revise(first, .check, check, by: calendar) }
        if let report = detail.reports[0] { revise(first, .reportDue, report, by: calendar) }
    }

    private mutating func revise(
        _ slot: Slot, _ clock: ClockKind, _ known: DetailClock, by calendar: WorkCalendar
    ) {
        guard !known.isMissed else { return }
        let call = record.assignments[slot].call
        revise(slot, clock, known.deadline) { engine in
            engine.limit(clock, call: call).map {
                calendar.deadline(from: known.startedAt, limit: $0)
            }
        }
    }

    private mutating func revise(
        _ slot: Slot, _ clock: ClockKind, _ known: Deadline,
        as revised: (borrowing Engine) -> Deadline?
    ) {
        guard known.isProvisional, let revised = revised(self), revised != known else { return }
        emit(.deadlineRevised(record.assignments[slot].number, clock: clock, deadline: revised))
        scheduleClocks(slot)
    }

    // MARK: Clocks from their beginning

    /// When the clock of the step at hand started.
    func stepStart(of slot: Slot) -> Timestamp {
        let assignment = record.assignments[slot]
        return switch assignment.state {
        case .dispatched, .delivered, .accepted, .arrived: assignment.dispatchedAt
        case .underReview: record.detail(of: slot)?.proposal?.at ?? assignment.dispatchedAt
        case .queued, .completed, .returned, .withdrawn, .stuck: assignment.queuedAt
        }
    }

    private func step(
        _ clock: ClockKind, of slot: Slot, by calendar: WorkCalendar
    ) -> Deadline? {
        guard let limit = limit(clock, call: record.assignments[slot].call) else { return nil }
        let start = stepStart(of: slot)
        let deadline = calendar.deadline(from: start, limit: limit)
        guard let pause = record.detail(of: slot)?.pause(since: start) else { return deadline }
        return calendar.restarted(
            deadline, stoppedAt: pause.from, at: pause.until, limit: limit)
    }

    /// The resolve deadline of a part as a calendar has it from the start of its clock on: what a
    /// merge took and gave back, its extensions and its suspension in the order in which they were.
    private func resolve(of slot: Slot, by calendar: WorkCalendar) -> Deadline? {
        let assignment = record.assignments[slot]
        guard let limit = limit(.resolve, call: assignment.call) else { return nil }
        guard let detail = record.detail(of: slot) else {
            return calendar.deadline(from: assignment.queuedAt, limit: limit)
        }
        var deadline = calendar.deadline(from: assignment.queuedAt, limit: limit)
        if let continued = detail.continued, let old = record.assignment(continued.part),
            let taken = resolve(of: old, by: calendar)
        {
            deadline = calendar.restarted(
                taken, stoppedAt: continued.stoppedAt, at: assignment.queuedAt, limit: limit)
        }
        let pause = detail.pause(since: assignment.queuedAt)
        let before = pause == nil ? detail.extensions : detail.extensionsBeforePause
        for count in 0..<detail.extensions {
            if count == before { resume() }
            deadline = calendar.extended(deadline, count: Int(count) + 1, limit: limit)
        }
        if before >= detail.extensions { resume() }
        return deadline

        func resume() {
            guard let pause else { return }
            deadline = calendar.restarted(
                deadline, stoppedAt: pause.from, at: pause.until, limit: limit)
        }
    }

    /// The resolve deadline of a part that a merge withdrew: no catalogue revised it since.
    func currentResolve(of slot: Slot) -> Deadline {
        let known = record.assignments[slot].resolve
        guard known.isProvisional, let calendar = record.catalogue?.catalogue.calendar else {
            return known
        }
        return resolve(of: slot, by: calendar) ?? known
    }
}
