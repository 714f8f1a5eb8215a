import GridModel

extension Engine {
    /// Puts a catalogue in force, whole or not at all.
    ///
    /// What is open keeps the plan and the limits it was filed with; policy and calendar hold for
    /// whatever begins from now on. The shell has asked for `objections` before.
    mutating func adopt(_ catalogue: StreetCatalogue) {
        let previous = record.catalogue?.catalogue
        guard previous != catalogue, record.objections(to: catalogue).isEmpty else { return }
        emit(.catalogueAdopted(catalogue))
        deadlines.clear()
        prepareSchedule()
        guard let previous else { return }
        dismissWorkers(missingIn: catalogue)
        if previous.calendar != catalogue.calendar { reviseDeadlines(from: previous.calendar) }
    }

    /// Tells the workers of departments that are gone; they hold nothing, or the catalogue would
    /// have been refused. Their sessions end by silence, and their next Hello is refused.
    private mutating func dismissWorkers(missingIn catalogue: StreetCatalogue) {
        let declared = Set(catalogue.departments.map(\.id))
        for (index, crew) in presence.crews.enumerated() {
            let id = record.symbols.departments.name(of: UInt16(index))
            guard !declared.contains(id) else { continue }
            for worker in crew.workers {
                effects.append(
                    .dismiss(
                        worker,
                        reason: "the catalogue in force no longer declares the department "
                            + id))
            }
        }
    }

    /// Computes again what ran past the published part of the calendar before.
    ///
    /// Only a deadline that the old calendar explains from the time of queueing is touched: one
    /// that was moved since for another reason stays.
    private mutating func reviseDeadlines(from previous: WorkCalendar) {
        for call in 0..<Slot(record.calls.capacity) where record.calls[call].serial != 0 {
            guard let limit = limit(.resolve, call: call) else { continue }
            for slot in record.assignments(of: call) { revise(slot, limit, from: previous) }
        }
    }

    private mutating func revise(_ slot: Slot, _ limit: Limit, from previous: WorkCalendar) {
        let assignment = record.assignments[slot]
        guard assignment.state.isOpen, assignment.resolve.isProvisional,
            !assignment.flags.contains(.resolveMissed),
            !assignment.flags.contains(.suspended),
            previous.deadline(from: assignment.queuedAt, limit: limit) == assignment.resolve,
            let calendar = record.catalogue?.catalogue.calendar
        else { return }
        let revised = calendar.deadline(from: assignment.queuedAt, limit: limit)
        guard revised != assignment.resolve else { return }
        emit(.deadlineRevised(assignment.number, clock: .resolve, deadline: revised))
        scheduleClocks(slot)
    }
}
