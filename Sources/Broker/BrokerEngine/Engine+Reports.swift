import GridModel

extension Engine {
    /// The clocks of the first reports start, where the category asks for reports, or the one
    /// report that a limit asks for.
    mutating func scheduleReports(_ call: Slot) {
        guard let rules = plan(of: call)?.category.reports, !rules.isEmpty else {
            guard limit(.reportDue, call: call) != nil else { return }
            return scheduleReport(0, of: call, deadline(.reportDue, call: call))
        }
        for (place, rule) in rules.enumerated() {
            let due = next(rule, of: call, after: now)
            scheduleReport(UInt8(place), of: call, Self.deadline(from: now, due))
        }
    }

    /// A report is filed; the next one is due an interval after the last was, or would have been.
    mutating func report(_ order: Order, _ id: String) throws(Refusal) {
        let rules = plan(of: order.call)?.category.reports ?? []
        let place = try place(ofReport: id, among: rules, call: order.call)
        let last = record.detail(ofCall: order.call)?.reports[place]?.deadline.dueAt
        emit(
            .reportFiled(
                serial: order.serial, actor: order.actor, text: order.reason, report: place))
        guard rules.indices.contains(Int(place)) else { return }
        var due = last ?? now
        let filed = due
        repeat {
            due = next(rules[Int(place)], of: order.call, after: due)
        } while due <= now
        scheduleReport(place, of: order.call, Self.deadline(from: min(now, filed), due))
    }

    /// Which report is meant; without an id the only one.
    private func place(
        ofReport id: String, among rules: [ReportRule], call: Slot
    ) throws(Refusal) -> UInt8 {
        guard !rules.isEmpty else {
            guard limit(.reportDue, call: call) != nil else {
                throw Refusal(.notAllowedInState, reason: "its category asks for no reports")
            }
            guard id.isEmpty || id == ReportRule.only.id else {
                throw Refusal(
                    .valueOutOfRange, field: "report",
                    reason: "its category asks for one report, which is called "
                        + ReportRule.only.id)
            }
            return 0
        }
        let names = rules.map(\.id).joined(separator: ", ")
        guard !id.isEmpty || rules.count == 1 else {
            throw Refusal(
                .missingField, field: "report",
                reason: "its category asks for several reports; say which: \(names)")
        }
        guard let place = id.isEmpty ? 0 : rules.firstIndex(where: { $0.id == id }) else {
            throw Refusal(
                .valueOutOfRange, field: "report", reason: "its category asks for: \(names)")
        }
        return UInt8(place)
    }

    private mutating func scheduleReport(_ place: UInt8, of call: Slot, _ deadline: Deadline) {
        emit(
            .reportScheduled(
                serial: record.calls[call].serial, deadline: deadline, report: place))
        scheduleCallClocks(call)
    }

    private static func deadline(from start: Timestamp, _ due: Timestamp) -> Deadline {
        let total = due.milliseconds(since: start)
        return Deadline(
            warnsAt: start.advanced(byMilliseconds: total / 10 * 8), dueAt: due,
            isProvisional: false)
    }

    /// The months of a case are counted from the day it was filed.
    private func next(_ rule: ReportRule, of call: Slot, after time: Timestamp) -> Timestamp {
        let zone = record.catalogue?.catalogue.calendar.zone ?? .utc
        return rule.next(after: time, since: record.calls[call].filedAt, in: zone)
    }
}
