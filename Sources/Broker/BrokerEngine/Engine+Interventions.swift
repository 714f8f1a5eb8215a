import GridModel

extension Engine {
    /// A queued or returned part goes to another department.
    mutating func redispatch(_ order: Order, to department: String) throws(Refusal) {
        let department = try number(ofDepartment: department)
        try checkRoom(for: 1, in: order.call)
        let assignment = record.assignments[order.part]
        schedule.forget(order.part)
        let next = AssignmentNumber(
            serial: order.serial, ordinal: Int(record.calls[order.call].nextOrdinal))
        emit(
            .assignmentRedispatched(
                from: assignment.number, to: next, actor: order.actor, reason: order.reason))
        scheduleClocks(order.part)
        queue(
            department, role: assignment.role, stage: Int(assignment.stage), call: order.call)
    }

    /// A stuck part waits for a worker again.
    mutating func requeue(_ order: Order) {
        let number = record.assignments[order.part].number
        emit(.assignmentRequeued(number, actor: order.actor, reason: order.reason))
        waitInQueue(order.part)
        scheduleClocks(order.part)
    }

    /// A call ends undone.
    mutating func void(_ order: Order) {
        for slot in record.assignments(of: order.call)
        where record.assignments[slot].state.isOpen {
            withdraw(slot, actor: order.actor, reason: order.reason)
        }
        let merged = record.detail(ofCall: order.call)?.merged ?? []
        finish(order.call)
        emit(.callVoided(serial: order.serial, actor: order.actor, reason: order.reason))
        settle(merged)
    }

    /// Takes an assignment out of every hand and queue; whoever holds it is told.
    mutating func withdraw(_ slot: Slot, actor: ActorID, reason: TextPlace?) {
        let assignment = record.assignments[slot]
        callBack(slot)
        schedule.forget(slot)
        emit(.assignmentWithdrawn(assignment.number, actor: actor, reason: reason))
        scheduleClocks(slot)
    }

    /// Takes work out of the hands of the worker that holds it, and tells it; nothing happens to
    /// what no worker holds.
    mutating func callBack(_ slot: Slot) {
        guard record.assignments[slot].isUnderClaim else { return }
        let holder = schedule.holds[Int(slot)].session
        if holder != .none { effects.append(.callBack(holder, claim(slot))) }
        letGo(slot)
    }

    /// Throws if one of these parts is a department's that the catalogue in force took out: nobody
    /// would ever do it.
    func checkDepartments(of parts: [Slot]) throws(Refusal) {
        for slot in parts {
            let id = record.symbols.departments.name(of: record.assignments[slot].department)
            guard record.catalogue?.declares(department: id) == true else {
                throw Refusal(
                    .unknownDepartment,
                    reason: "the catalogue in force declares no department \(id) any more")
            }
        }
    }

    /// Throws unless a call may have so many parts more; the stages to come need ordinals too.
    func checkRoom(for count: Int, in call: Slot) throws(Refusal) {
        let later =
            plan(of: call)?.stages.dropFirst(Int(record.calls[call].stage) + 1)
            .reduce(0) { $0 + $1.count } ?? 0
        let most = AssignmentNumber.maximumPerCall
        guard Int(record.calls[call].nextOrdinal) + count + later > most else { return }
        throw Refusal(
            .tooManyAssignments,
            reason: later == 0
                ? "a call has at most \(most) parts"
                : "a call has at most \(most) parts, and \(later) are kept for later stages")
    }
}
