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
            detail(require(number)) { $0.supervision = .init(reply: DetailClock(deadline)) }
        case .supervisionReplied(let number, _, _):
            detail(require(number)) { $0.supervision?.isReplied = true }
        case .leadTaken(let number): assignments[require(number)].role = .lead
        case .clockJumped: isClockConfirmed = false
        case .clockConfirmed: isClockConfirmed = true
        default: break
        case .workerDirected(let worker, let order, _, true):
            if order == .quiet { quietWorkers.insert(worker) } else { quietWorkers.remove(worker) }
        }
    }

    /// A clock of a detail warns or runs out.
    mutating func applyDetailClock(
        _ number: AssignmentNumber, _ clock: ClockKind, _ change: (inout DetailClock) -> Void
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
                guard var report = detail.report else { return }
                change(&report)
                detail.report = report
            }
        case .dispatch, .accept, .arrive, .resolve, .review: break
        }
    }

    mutating func applyCheckOpened(_ serial: UInt64, _ deadline: Deadline) {
        modifyCall(serial) { $0.state = .checking }
        guard deadline != .none, let slot = call(serial: serial) else { return }
        detail(ofCall: slot) { $0.check = DetailClock(deadline) }
        bearCallClocks(slot)
    }

    mutating func applyReportScheduled(_ serial: UInt64, _ deadline: Deadline) {
        guard let slot = call(serial: serial) else { return }
        detail(ofCall: slot) { $0.report = DetailClock(deadline) }
        bearCallClocks(slot)
    }

    /// Called when a check is decided or a merge takes the call away: nobody waits for it.
    mutating func stopCheck(_ slot: Slot) {
        if calls[slot].hasDetail { detail(ofCall: slot) { $0.check = nil } }
    }

    mutating func applyMerged(_ serial: UInt64, into root: UInt64) {
        street.merged += 1
        street.mergedNow += 1
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
