extension Record {
    /// The call in a place.
    ///
    /// Other modules ask here and not the array itself, which they would copy to look into it.
    @inline(never)
    package func call(at slot: Slot) -> CallSlot { calls[slot] }

    /// The assignment in a place; see `call(at:)`.
    @inline(never)
    package func assignment(at slot: Slot) -> AssignmentSlot { assignments[slot] }
}
