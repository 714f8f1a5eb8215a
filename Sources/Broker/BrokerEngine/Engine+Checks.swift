import GridModel

extension Engine {
    /// A report is verified and filed, or voided.
    mutating func verify(_ order: Order, passed: Bool) {
        emit(
            .callVerified(
                serial: order.serial, passed: passed, actor: order.actor, note: order.reason))
        guard passed else { return }
        queueStage(0, serial: order.serial)
        scheduleReports(order.call)
    }

    /// The reporter looked on site: the call closes, or parts of it are reworked.
    mutating func check(_ order: Order, passed: Bool, failed: [Int]) throws(Refusal) {
        let parts = passed ? [] : try partsToRework(order.call, failed)
        try checkDepartments(of: parts)
        emit(
            .checkDecided(
                serial: order.serial, passed: passed, actor: order.actor, note: order.reason))
        guard !passed else { return close(order.call) }
        for slot in parts { rework(slot) }
    }

    private func partsToRework(_ call: Slot, _ ordinals: [Int]) throws(Refusal) -> [Slot] {
        let parts = record.assignments(of: call)
        guard !ordinals.isEmpty else {
            let last = parts.filter {
                record.assignments[$0].stage == record.calls[call].stage
                    && record.assignments[$0].state == .completed
            }
            let leads = last.filter { record.assignments[$0].role == .lead }
            return leads.isEmpty ? last : leads
        }
        var chosen: [Slot] = []
        for ordinal in Set(ordinals).sorted() {
            guard parts.indices.contains(ordinal),
                record.assignments[parts[ordinal]].state == .completed
            else {
                throw Refusal(
                    .notFound, field: "failed",
                    reason: "the call has no completed part \(ordinal)")
            }
            chosen.append(parts[ordinal])
        }
        return chosen
    }

    private mutating func rework(_ slot: Slot) {
        let call = record.assignments[slot].call
        emit(
            .assignmentReworked(
                record.assignments[slot].number, dispatch: deadline(.dispatch, call: call),
                resolve: deadline(.resolve, call: call)))
        waitInQueue(slot)
        scheduleClocks(slot)
    }
}
