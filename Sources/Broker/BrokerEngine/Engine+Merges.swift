import GridModel

extension Engine {
    /// Joins a duplicate to the call it repeats, or to what that one was merged into.
    mutating func merge(_ order: Order, into id: CallID) throws(Refusal) {
        guard let target = record.call(id: id) else {
            throw recent.call(id: id) == nil
                ? Refusal(.notFound, field: "into", reason: "no open call has this id")
                : Refusal(.notAllowedInState, field: "into", reason: "that call has ended")
        }
        let root = record.root(of: target)
        guard root != order.call else {
            throw Refusal(
                .valueOutOfRange, field: "into", reason: "a call is not merged into itself")
        }
        guard record.calls[root].state != .verifying else {
            throw Refusal(
                .notAllowedInState, field: "into", reason: "that call is not verified yet",
                possible: ["verify"])
        }
        emit(
            .callMerged(
                serial: order.serial, into: record.calls[root].serial, actor: order.actor,
                reason: order.reason))
        for slot in record.assignments(of: order.call)
        where record.assignments[slot].state.isOpen {
            withdraw(slot, actor: order.actor, reason: nil)
        }
        finish(order.call)
    }

    /// Takes a merged call out again: what the merge withdrew is queued anew, with the time that
    /// was left.
    mutating func unmerge(_ order: Order) throws(Refusal) {
        let withdrawn = record.assignments(of: order.call).filter {
            record.assignments[$0].flags.contains(.mergedAway)
        }
        try checkRoom(for: withdrawn.count, in: order.call)
        try checkDepartments(of: withdrawn)
        let mergedAt = record.detail(ofCall: order.call)?.mergedAt ?? now
        emit(.callUnmerged(serial: order.serial, actor: order.actor, reason: order.reason))
        for slot in withdrawn {
            let part = record.assignments[slot]
            let stoppedAt = record.clockStopped(of: slot, mergedAt: mergedAt)
            queue(
                part.department, role: part.role, stage: Int(part.stage), call: order.call,
                resolve: restarted(
                    currentResolve(of: slot), stoppedAt: stoppedAt,
                    limit: limit(.resolve, call: order.call)),
                continues: UInt8(part.number.ordinal))
        }
        scheduleCallClocks(order.call)
        if withdrawn.isEmpty { advance(order.call) }
    }

    /// A call is done.
    mutating func close(_ call: Slot) {
        let serial = record.calls[call].serial
        let merged = record.detail(ofCall: call)?.merged ?? []
        finish(call)
        emit(.callClosed(serial: serial))
        settle(merged)
    }

    /// The main call ended, so that what was merged into it, or into that, cannot be taken out.
    mutating func settle(_ merged: [UInt64]) {
        for serial in merged {
            guard let call = record.call(serial: serial) else { continue }
            let more = record.detail(ofCall: call)?.merged ?? []
            finish(call)
            emit(.mergeSettled(serial: serial))
            settle(more)
        }
    }
}
