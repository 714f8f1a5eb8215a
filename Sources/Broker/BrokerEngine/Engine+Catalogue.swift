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
        if previous.calendar != catalogue.calendar { reviseDeadlines(by: catalogue.calendar) }
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
}
