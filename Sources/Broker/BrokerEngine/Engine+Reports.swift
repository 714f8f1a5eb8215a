import GridModel

extension Engine {
    /// The clock of the first report starts, where the category asks for reports.
    mutating func scheduleReport(_ call: Slot) {
        guard let rule = plan(of: call)?.category.reports else { return }
        scheduleReport(call, at: next(rule, after: now), from: now)
    }

    /// A report is filed; the next one is due an interval after the last was, or would have been.
    mutating func report(_ order: Order) throws(Refusal) {
        guard let rule = plan(of: order.call)?.category.reports else {
            throw Refusal(.notAllowedInState, reason: "its category asks for no reports")
        }
        var due = record.detail(ofCall: order.call)?.report?.deadline.dueAt ?? now
        let filed = due
        repeat { due = next(rule, after: due) } while due <= now
        emit(.reportFiled(serial: order.serial, actor: order.actor, text: order.reason))
        scheduleReport(order.call, at: due, from: min(now, filed))
    }

    private mutating func scheduleReport(_ call: Slot, at due: Timestamp, from start: Timestamp) {
        let total = due.milliseconds(since: start)
        emit(
            .reportScheduled(
                serial: record.calls[call].serial,
                deadline: Deadline(
                    warnsAt: start.advanced(byMilliseconds: total / 10 * 8), dueAt: due,
                    isProvisional: false)))
        scheduleCallClocks(call)
    }

    private func next(_ rule: ReportRule, after time: Timestamp) -> Timestamp {
        let zone = record.catalogue?.catalogue.calendar.zone ?? .utc
        return rule.next(after: time, in: zone)
    }
}
