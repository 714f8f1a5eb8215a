import GridModel

extension Engine {
    /// A reporter says that the call it just filed may be about the same as another.
    ///
    /// Only a suggestion: the call is filed whatever becomes of it. A suggestion of a call that is
    /// not there, or has ended, is dropped, since nothing can be merged into it any more.
    mutating func reportDuplicate(_ call: CallFiled, of id: CallID) {
        guard let other = record.call(id: id), record.calls[other].serial != call.serial else {
            return
        }
        emit(
            .duplicateReported(
                serial: call.serial, of: record.calls[other].serial, actor: call.actor))
    }

    /// The serials of open calls whose reporter took them for another open call and that nobody has
    /// merged, the oldest first.
    package func suggestedDuplicates() -> [UInt64] {
        let suggested = record.callDetails.filter { serial, detail in
            detail.sameAs != 0 && detail.mergedInto == 0
                && record.call(serial: detail.sameAs) != nil
        }
        return suggested.keys.sorted()
    }
}
