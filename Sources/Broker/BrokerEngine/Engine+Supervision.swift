import GridModel

extension Engine {
    /// A supervisor orders a department to act; a reply is owed.
    mutating func supervise(_ order: Order) throws(Refusal) {
        let assignment = record.assignments[order.part]
        guard assignment.state.isOpen else {
            throw Refusal(
                .notAllowedInState, reason: "the part is \(assignment.state): nothing is owed")
        }
        guard !owesReply(order.part) else {
            throw Refusal(
                .notAllowedInState, reason: "the reply to the last order is still owed",
                possible: ["reply"])
        }
        openSupervision(order.part, supervisor: nil, actor: order.actor, order.reason)
    }

    /// The department replies.
    mutating func reply(_ order: Order) throws(Refusal) {
        guard owesReply(order.part) else {
            throw Refusal(
                .notAllowedInState, reason: "no reply is owed", possible: ["supervise"])
        }
        emit(
            .supervisionReplied(
                record.assignments[order.part].number, actor: order.actor, reply: order.reason))
    }

    /// A missed clock is put before the department that the catalogue names, once a reply.
    mutating func escalate(_ slot: Slot, _ clock: ClockKind) {
        guard let plan = plan(of: record.assignments[slot].call),
            !plan.escalation.isEmpty, let supervisor = plan.escalation[clock], !owesReply(slot)
        else { return }
        openSupervision(slot, supervisor: supervisor, actor: 0, nil)
    }

    private func owesReply(_ slot: Slot) -> Bool {
        record.detail(of: slot)?.supervision?.isReplied == false
    }

    private mutating func openSupervision(
        _ slot: Slot, supervisor: UInt16?, actor: ActorID, _ order: TextPlace?
    ) {
        let assignment = record.assignments[slot]
        emit(
            .supervisionOpened(
                assignment.number, deadline: deadline(.reply, call: assignment.call),
                supervisor: supervisor, actor: actor, order: order))
        scheduleClocks(slot)
    }
}
