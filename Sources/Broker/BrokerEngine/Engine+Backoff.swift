import GridModel

/// The wait of a part before its next attempt, which also a wall clock that is set back must end.
///
/// The journal's time stands still until such a clock has caught up, which may take days. Deadlines
/// are moments of the wall clock and wait for it; a backoff is a length of time and does not.
struct Backoffs: Sendable {
    private struct Wait: Comparable, Sendable {
        let ends: Int64
        let ticket: UInt32
        let slot: Slot

        static func < (left: Wait, right: Wait) -> Bool {
            left.ends == right.ends ? left.ticket < right.ticket : left.ends < right.ends
        }
    }

    private var waits = Heap<Wait>()
    /// When each slot's last wait ends, monotonic milliseconds. An entry that is left over does no
    /// harm: it is asked only for parts that wait, and each new wait has its own.
    private var ends: [Slot: Int64] = [:]

    /// The part in a slot waits from now on until `end`, monotonic milliseconds.
    mutating func begin(_ slot: Slot, number: AssignmentNumber, until end: Int64) {
        ends[slot] = end
        waits.insert(Wait(ends: end, ticket: number.ticket, slot: slot))
    }

    /// Whether the last wait of a slot is over.
    func isOver(_ slot: Slot, at monotonicMilliseconds: Int64) -> Bool {
        ends[slot].map { $0 <= monotonicMilliseconds } ?? false
    }

    /// The next slot whose wait has come to its end, with the part it had then.
    mutating func takeOver(
        at monotonicMilliseconds: Int64
    ) -> (slot: Slot, ticket: UInt32)? {
        guard let first = waits.first, first.ends <= monotonicMilliseconds else { return nil }
        _ = waits.removeFirst()
        return (first.slot, first.ticket)
    }

    /// The part is no longer in need of its wait.
    mutating func forget(_ slot: Slot) { ends[slot] = nil }
}

extension Engine {
    /// Notes how long a released part waits, so that no wall clock makes it longer.
    mutating func beginBackoff(_ slot: Slot) {
        let assignment = record.assignments[slot]
        // By the journal's time, not the wall's: what a wall clock that is ahead says to be over
        // waits again once that is set back, and must still have its end.
        guard assignment.state == .queued, assignment.notBefore > record.now else { return }
        let wait = max(0, assignment.notBefore.milliseconds(since: now))
        schedule.backoffs.begin(
            slot, number: assignment.number, until: moment.monotonicMilliseconds + wait)
    }

    /// Offers the parts whose wait is over, whatever the wall clock says.
    ///
    /// Also where it says so too and a timer has offered the part: a clock that is set back before
    /// the next fact takes the journal's time with it, and what was offered by then is dropped.
    mutating func endBackoffs() {
        while let (slot, ticket) = schedule.backoffs.takeOver(at: moment.monotonicMilliseconds) {
            let assignment = record.assignments[slot]
            guard assignment.state == .queued, assignment.number.ticket == ticket else {
                schedule.backoffs.forget(slot)
                continue
            }
            // One that began again meanwhile has an end of its own.
            guard isBackoffOver(slot), !assignment.flags.contains(.suspended) else { continue }
            offer(slot)
        }
    }

    /// Whether the part in a slot may be handed out again.
    func isBackoffOver(_ slot: Slot) -> Bool {
        record.assignments[slot].notBefore <= now
            || schedule.backoffs.isOver(slot, at: moment.monotonicMilliseconds)
    }
}
