import GridModel

extension Engine {
    /// An officer takes a part from the department's inbox; no lease runs from now on.
    mutating func accept(_ order: Order) throws(Refusal) {
        let assignment = record.assignments[order.part]
        guard assignment.state == .delivered else {
            throw Refusal(
                .notAllowedInState,
                reason: "a worker of the department has it in hand; an officer accepts what was "
                    + "delivered", possible: Transitions.commands(in: assignment.state))
        }
        takeLead(order.part)
        emit(
            .assignmentAccepted(
                AssignmentAccepted(
                    number: assignment.number, actor: order.actor,
                    arrive: deadline(.arrive, call: order.call))))
        scheduleClocks(order.part)
    }

    /// An officer's team is on site.
    mutating func arrive(_ order: Order) {
        emit(.assignmentArrived(record.assignments[order.part].number, actor: order.actor))
    }

    /// An officer's department has done its part; throws while the gate of legal review is shut.
    mutating func complete(_ order: Order, _ proposal: Proposal) throws(Refusal) {
        if let refusal = completionRefusal(order.part, proposal) { throw refusal }
        callBack(order.part)
        complete(
            AssignmentEnded(
                number: record.assignments[order.part].number,
                attempt: record.assignments[order.part].attempt, actor: order.actor,
                texts: order.reason), order.part)
    }

    /// An officer says that it is not the department's.
    mutating func returnPart(_ order: Order) {
        callBack(order.part)
        emit(
            .assignmentReturned(
                AssignmentEnded(
                    number: record.assignments[order.part].number,
                    attempt: record.assignments[order.part].attempt, actor: order.actor,
                    texts: order.reason)))
    }

    /// An officer could not do it this time.
    mutating func fail(_ order: Order) {
        if record.assignments[order.part].isUnderClaim {
            let holder = schedule.holds[Int(order.part)].session
            if holder != .none { effects.append(.callBack(holder, claim(order.part))) }
        }
        release(order.part, cause: .failed, reason: order.reason)
    }

    /// A part is done: its call goes on.
    mutating func complete(_ ended: AssignmentEnded, _ slot: Slot) {
        let call = record.assignments[slot].call
        takeLead(slot)
        schedule.forget(slot)
        emit(.assignmentCompleted(ended))
        scheduleClocks(slot)
        advance(call)
    }

    /// Where nobody leads, the first to accept (or to be done) does.
    mutating func takeLead(_ slot: Slot) {
        let assignment = record.assignments[slot]
        guard plan(of: assignment.call)?.category.leadUnclear == true else { return }
        let isLed = record.assignments(of: assignment.call).contains {
            let other = record.assignments[$0]
            return other.stage == assignment.stage && other.role == .lead
                && other.state != .withdrawn
        }
        if !isLed { emit(.leadTaken(assignment.number)) }
    }
}
