import GridModel

/// What waits in one department, in order of need: urgency, nearest deadline, filing order.
///
/// Workers may serve only some grids and categories. Each distinct choice is a *profile*; an
/// assignment waits in the lane of exactly the profiles that serve it, so that a free worker's
/// best assignment is the best head among few lanes, however many wait.
struct ReadyQueue: Sendable {
    /// One waiting assignment. Entries are not removed when an assignment leaves the queue by
    /// another way; `ticket` tells a stale one when it comes up.
    struct Entry: Comparable, Sendable {
        /// Urgency in the upper two bits, then the due time of the resolve clock.
        let need: UInt64
        /// Lower half of the assignment number: filing order, and the ticket.
        let ticket: UInt32
        let slot: Slot

        init(urgency: Urgency, due: Timestamp, number: AssignmentNumber, slot: Slot) {
            let clamped = UInt64(clamping: due.milliseconds) & ~(3 << 62)
            need = UInt64(urgency.rawValue) << 62 | (due == .distantFuture ? ~(3 << 62) : clamped)
            ticket = number.ticket
            self.slot = slot
        }

        static func < (left: Entry, right: Entry) -> Bool {
            left.need == right.need ? left.ticket < right.ticket : left.need < right.need
        }
    }

    /// Lanes by the set of profiles that serve what waits in them.
    private var lanes: [(profiles: UInt64, heap: Heap<Entry>)] = []

    mutating func insert(_ entry: Entry, profiles: UInt64) {
        if let lane = lanes.firstIndex(where: { $0.profiles == profiles }) {
            lanes[lane].heap.insert(entry)
        } else {
            var heap = Heap<Entry>()
            heap.insert(entry)
            lanes.append((profiles, heap))
        }
    }

    /// Takes the best entry that one of the `free` profiles serves; it may be stale.
    mutating func takeFirst(servedBy free: UInt64) -> (entry: Entry, profiles: UInt64)? {
        var best: (lane: Int, entry: Entry)?
        for lane in lanes.indices where lanes[lane].profiles & free != 0 {
            guard let first = lanes[lane].heap.first else { continue }
            if let best, best.entry < first { continue }
            best = (lane, first)
        }
        guard let best else { return nil }
        let profiles = lanes[best.lane].profiles
        let entry = lanes[best.lane].heap.removeFirst()
        if lanes[best.lane].heap.count == 0 { lanes.remove(at: best.lane) }
        return (entry, profiles)
    }

    /// Entries, stale ones included.
    var count: Int { lanes.reduce(0) { $0 + $1.heap.count } }

    /// Keeps only the entries that still wait; costs as much as looking at every one.
    mutating func filter(_ isWanted: (Entry) -> Bool) {
        for lane in lanes.indices { lanes[lane].heap.filter(isWanted) }
    }

    /// Everything that waits, stale entries included, in no order; the queue is empty afterwards.
    mutating func takeAll() -> [Entry] {
        defer { lanes = [] }
        return lanes.flatMap(\.heap.elements)
    }
}
