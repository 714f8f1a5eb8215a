import GridModel

extension Record {
    /// More about a part; `nil` if its slot says everything.
    package func detail(of slot: Slot) -> PartDetail? {
        assignments[slot].flags.contains(.hasDetail)
            ? partDetails[assignments[slot].number] : nil
    }

    /// More about a call; `nil` if its slot says everything.
    package func detail(ofCall slot: Slot) -> CallDetail? {
        calls[slot].hasDetail ? callDetails[calls[slot].serial] : nil
    }

    /// The call that a merged one, or one merged into a merged one, is part of in the end.
    package func root(of slot: Slot) -> Slot {
        var slot = slot
        while calls[slot].state == .merged, let into = detail(ofCall: slot)?.mergedInto,
            let next = call(serial: into)
        {
            slot = next
        }
        return slot
    }

    mutating func detail(_ slot: Slot, _ change: (inout PartDetail) -> Void) {
        assignments[slot].flags.insert(.hasDetail)
        change(&partDetails[assignments[slot].number, default: PartDetail()])
    }

    mutating func detail(ofCall slot: Slot, _ change: (inout CallDetail) -> Void) {
        calls[slot].hasDetail = true
        change(&callDetails[calls[slot].serial, default: CallDetail()])
    }

    /// Applies the facts that live in details.
    mutating func applyToDetails(_ fact: Fact) {
        switch fact {
        case .extensionRequested(let number, _, _):
            detail(require(number)) { $0.isExtensionRequested = true }
        case .supervisionOpened(let number, let deadline, _, _, _):
            let clock = DetailClock(deadline, startedAt: now)
            detail(require(number)) { $0.supervision = .init(reply: clock) }
        case .supervisionReplied(let number, _, _):
            detail(require(number)) { $0.supervision?.isReplied = true }
        case .leadTaken(let number): assignments[require(number)].role = .lead
        case .clockJumped: isClockConfirmed = false
        case .clockConfirmed: isClockConfirmed = true
        case .workerDirected(let worker, let order, _, true):
            if order == .quiet { quietWorkers.insert(worker) } else { quietWorkers.remove(worker) }
        default: break
        }
    }

    /// Notes whose clock goes on in a part that was just queued.
    mutating func continueClock(of ordinal: UInt8, in slot: Slot) {
        let serial = assignments[slot].number.serial
        let number = AssignmentNumber(serial: serial, ordinal: Int(ordinal))
        let old = require(number)
        guard let mergedAt = detail(ofCall: assignments[slot].call)?.mergedAt else { return }
        let stoppedAt = clockStopped(of: old, mergedAt: mergedAt)
        detail(slot) { $0.continued = .init(part: number, stoppedAt: stoppedAt) }
    }

    /// When the clocks of a part that a merge withdrew stood still: one that was suspended by then
    /// had stopped before.
    func clockStopped(of slot: Slot, mergedAt: Timestamp) -> Timestamp {
        guard assignments[slot].flags.contains(.suspended), let detail = detail(of: slot) else {
            return mergedAt
        }
        return min(detail.suspendedAt, mergedAt)
    }

    /// A later calendar moved a deadline; what the clock has said is not said again.
    mutating func applyRevised(
        _ number: AssignmentNumber, _ clock: ClockKind, _ deadline: Deadline
    ) {
        switch clock {
        case .resolve: assignments[require(number)].resolve = deadline
        case .dispatch, .accept, .arrive, .review: assignments[require(number)].step = deadline
        case .check, .reply, .reportDue:
            // Only the limit `report_due` runs past a calendar, and it asks for one report.
            applyDetailClock(number, clock, 0) { $0.deadline = deadline }
        }
    }

    /// A clock of a detail warns or runs out, or is moved.
    mutating func applyDetailClock(
        _ number: AssignmentNumber, _ clock: ClockKind, _ report: UInt8,
        _ change: (inout DetailClock) -> Void
    ) {
        let slot = require(number)
        let call = assignments[slot].call
        switch clock {
        case .reply:
            detail(slot) { detail in
                guard var supervision = detail.supervision else { return }
                change(&supervision.reply)
                detail.supervision = supervision
            }
        case .check:
            detail(ofCall: call) { detail in
                guard var check = detail.check else { return }
                change(&check)
                detail.check = check
            }
        case .reportDue:
            detail(ofCall: call) { detail in
                guard var clock = detail.reports[report] else { return }
                change(&clock)
                detail.reports[report] = clock
            }
        case .dispatch, .accept, .arrive, .resolve, .review: break
        }
    }

    mutating func applyCheckOpened(_ serial: UInt64, _ deadline: Deadline) {
        modifyCall(serial) { $0.state = .checking }
        guard let slot = call(serial: serial) else { return }
        countRectified(slot, by: 1)
        guard deadline != .none else { return }
        let clock = DetailClock(deadline, startedAt: now)
        detail(ofCall: slot) { $0.check = clock }
        bearCallClocks(slot)
    }

    /// A report is due, or, without a deadline, was filed: nobody waits for it.
    mutating func applyReport(_ report: UInt8, of serial: UInt64, _ deadline: Deadline) {
        guard let slot = call(serial: serial) else { return }
        let clock = DetailClock(deadline, startedAt: now)
        detail(ofCall: slot) { $0.reports[report] = deadline == .none ? nil : clock }
        bearCallClocks(slot)
    }

    /// Called when a check is decided or a merge takes the call away: nobody waits for it.
    mutating func stopCheck(_ slot: Slot) {
        if calls[slot].hasDetail { detail(ofCall: slot) { $0.check = nil } }
    }

    mutating func applyMerged(_ serial: UInt64, into root: UInt64) {
        street.merged += 1
        street.mergedNow += 1
        if let slot = call(serial: serial) { takeBackRectified(slot) }
        modifyCall(serial) { $0.state = .merged }
        guard let slot = call(serial: serial) else { return }
        stopCheck(slot)
        let now = now
        detail(ofCall: slot) {
            $0.mergedInto = root
            $0.mergedAt = now
        }
        guard let main = call(serial: root) else { return }
        detail(ofCall: main) { $0.merged.append(serial) }
    }

    mutating func applyUnmerged(_ serial: UInt64) {
        street.mergedNow -= 1
        modifyCall(serial) { $0.state = .working }
        guard let slot = call(serial: serial) else { return }
        for part in assignments(of: slot) { assignments[part].flags.remove(.mergedAway) }
        let main = detail(ofCall: slot).flatMap { call(serial: $0.mergedInto) }
        detail(ofCall: slot) { $0.mergedInto = 0 }
        if let main { detail(ofCall: main) { $0.merged.removeAll { $0 == serial } } }
    }

    mutating func forgetDetails(ofCall slot: Slot) {
        if calls[slot].hasDetail { callDetails[calls[slot].serial] = nil }
    }

    /// The first part's timer looks at the whole call's clocks too. A call without parts has none.
    private mutating func bearCallClocks(_ call: Slot) {
        let first = calls[call].firstAssignment
        if first != .none { assignments[first].flags.insert(.bearsCallClocks) }
    }
}
