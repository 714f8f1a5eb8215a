package import GridModel

extension Engine {
    /// The open call in a place; where an assignment points there is one.
    ///
    /// Other modules ask here and not the record, which they would copy to look into it.
    package func call(at slot: Slot) -> CallSlot { record.calls[slot] }

    /// The assignment in a place; see `call(at:)`.
    package func assignment(at slot: Slot) -> AssignmentSlot { record.assignments[slot] }

    /// The id of the condition of a call's category under which it was filed; empty if that
    /// catalogue does not have it.
    package func conditionName(of call: CallSlot) -> String {
        let version = Int(call.catalogueVersion) - 1
        guard record.catalogues.indices.contains(version),
            let plan = record.catalogues[version].plan(of: call.category),
            plan.category.conditions.indices.contains(Int(call.condition))
        else { return "" }
        return plan.category.conditions[Int(call.condition)].id
    }

    /// The case number of a call filed in `year`.
    package func caseNumber(_ serial: UInt64, year: UInt16) -> CaseNumber {
        let prefix = record.catalogue?.catalogue.street.casePrefix ?? ""
        return CaseNumber(prefix: prefix, year: Int(year), serial: serial)
    }
}
