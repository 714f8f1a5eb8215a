import GridModel

extension Engine {
    /// The wall clock may run ahead of the monotonic one by so much between two turns.
    private static let longestJump: Int64 = 5 * 60_000

    /// Notes that the wall clock jumped ahead since the last turn: whoever set it may have been
    /// wrong, and a deadline that was missed by mistake cannot be taken back.
    mutating func noteJump(since last: Moment) {
        let passed = Int64(
            clamping: (moment.monotonicNanoseconds &- last.monotonicNanoseconds) / 1_000_000)
        let (jump, overflow) = moment.wall.milliseconds(since: last.wall)
            .subtractingReportingOverflow(passed)
        guard moment.monotonicNanoseconds >= last.monotonicNanoseconds, !overflow,
            jump > Self.longestJump, moment.wall > record.now, record.catalogue != nil
        else { return }
        emit(.clockJumped(milliseconds: jump))
        renewLeases()
    }

    /// An operator says that the clock is right: deadlines speak again.
    mutating func confirmClock(_ order: Order) throws(Refusal) {
        guard !record.isClockConfirmed else {
            throw Refusal(.notAllowedInState, reason: "the clock did not jump")
        }
        emit(.clockConfirmed(actor: order.actor))
        let waiting = schedule.unconfirmed.sorted()
        schedule.unconfirmed = []
        for slot in waiting where record.assignments[slot].number.rawValue != 0 {
            scheduleClocks(slot)
        }
    }

    /// Every claim gets one full lease.
    private mutating func renewLeases() {
        let ends = moment.monotonicMilliseconds + leaseMilliseconds
        for slot in 0..<Slot(record.assignments.capacity)
        where record.assignments[slot].isUnderClaim {
            schedule.holds[Int(slot)].leaseEnds = ends
        }
    }
}
