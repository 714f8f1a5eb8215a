import GridModel

/// What the engine derives from the record to act in time: queues, timers, leases.
///
/// Never journaled; rebuilt from the record at every start. The arrays run beside the record's
/// assignment slots.
struct Schedule: Sendable {
    /// An assignment that wants to be looked at.
    struct Timer: Comparable, Sendable {
        let at: Timestamp
        let ticket: UInt32
        let slot: Slot

        static func < (left: Timer, right: Timer) -> Bool {
            left.at == right.at ? left.ticket < right.ticket : left.at < right.at
        }
    }

    /// Who holds an assignment, until when, and its neighbours in the holder's list.
    struct Hold: Sendable {
        var session = SessionHandle.none
        var previous = Slot.none
        var next = Slot.none
        /// The holder's heartbeat count when it last listed the claim.
        var listedAt: UInt32 = 0
        /// Monotonic milliseconds.
        var leaseEnds: Int64 = 0
    }

    var queues: [ReadyQueue] = []
    var ages: [AgeQueue] = []
    var timers = Heap<Timer>()
    var holds: [Hold] = []
    /// The earliest timer of each slot; `distantFuture` for none.
    var timerAt: [Timestamp] = []
    /// When the assignment became ready, on the shell's monotonic clock in nanoseconds.
    var readyAt: [UInt64] = []
    /// Assignments in hand whose holder is gone: their leases run on.
    var orphans: Set<Slot> = []
    /// Parts that were put under review; those that are not any more are found out when asked.
    var reviews: Set<Slot> = []
    /// The waits of parts before their next attempts.
    var backoffs = Backoffs()
    /// Parts whose clocks would have spoken, had the wall clock not jumped.
    var unconfirmed: Set<Slot> = []
    private var staleTimers = 0

    mutating func grow(departments: Int, assignments: Int) {
        while queues.count < departments {
            queues.append(ReadyQueue())
            ages.append(AgeQueue())
        }
        while holds.count < assignments {
            holds.append(Hold())
            timerAt.append(.distantFuture)
            readyAt.append(0)
        }
    }

    /// Looks at the assignment again at `time` at the latest.
    mutating func schedule(_ slot: Slot, number: AssignmentNumber, at time: Timestamp) {
        guard time < timerAt[Int(slot)] else { return }
        if timerAt[Int(slot)] != .distantFuture { staleTimers += 1 }
        timerAt[Int(slot)] = time
        timers.insert(
            Timer(at: time, ticket: number.ticket, slot: slot))
    }

    /// The assignment needs no timer any more: it ended.
    mutating func forget(_ slot: Slot) {
        if timerAt[Int(slot)] != .distantFuture { staleTimers += 1 }
        timerAt[Int(slot)] = .distantFuture
        guard staleTimers > 4_096, staleTimers > timers.count / 2 else { return }
        let wanted = timerAt
        timers.filter { wanted[Int($0.slot)] == $0.at }
        staleTimers = 0
    }

    /// The next assignment whose timer has come, if any.
    mutating func takeDue(at now: Timestamp) -> Slot? {
        while let first = timers.first, first.at <= now {
            _ = timers.removeFirst()
            guard timerAt[Int(first.slot)] == first.at else {
                staleTimers -= 1
                continue
            }
            timerAt[Int(first.slot)] = .distantFuture
            return first.slot
        }
        return nil
    }
}

/// Finds how long the oldest assignment of a department has been waiting.
///
/// Entries come in the order of time; those that left the queue by then are dropped when they
/// reach the front.
struct AgeQueue: Sendable {
    struct Entry: Sendable {
        let since: Timestamp
        let ticket: UInt32
        let slot: Slot
    }

    private var entries: [Entry] = []
    private var head = 0

    var first: Entry? { head < entries.count ? entries[head] : nil }

    /// Entries, stale ones included.
    var count: Int { entries.count - head }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// Restores the order of time after entries were appended in another.
    mutating func sort() {
        entries.sort { $0.since == $1.since ? $0.ticket < $1.ticket : $0.since < $1.since }
    }

    /// Keeps only the entries that still wait; costs as much as looking at every one.
    mutating func filter(_ isWanted: (Entry) -> Bool) {
        entries = entries[head...].filter(isWanted)
        head = 0
    }

    mutating func removeFirst() {
        head += 1
        guard head > 1_024, head > entries.count / 2 else { return }
        entries.removeFirst(head)
        head = 0
    }
}
