/// No slot, in a chain of slots.
private let none = -1

/// The items of one lane that have no answer yet: some in flight, the rest waiting, both in order.
///
/// Every operation but `requeueAll` takes constant time for each item it moves: the items lie in
/// slots chained into two lists, found by key.
struct ReliableQueue {
    private struct Slot {
        var parcel: Parcel
        /// When it was sent last; `nil` while it waits.
        var sentAt: Int64?
        var previous = none
        var next = none
    }

    /// A doubly linked list through the slots.
    private struct Chain {
        var first = none
        var last = none
        var count = 0

        mutating func append(_ place: Int, in slots: inout [Slot]) {
            slots[place].previous = last
            slots[place].next = none
            if last == none { first = place } else { slots[last].next = place }
            last = place
            count += 1
        }

        mutating func prepend(_ place: Int, in slots: inout [Slot]) {
            slots[place].previous = none
            slots[place].next = first
            if first == none { last = place } else { slots[first].previous = place }
            first = place
            count += 1
        }

        mutating func remove(_ place: Int, in slots: inout [Slot]) {
            let (previous, next) = (slots[place].previous, slots[place].next)
            if previous == none { first = next } else { slots[previous].next = next }
            if next == none { last = previous } else { slots[next].previous = previous }
            count -= 1
        }
    }

    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var places: [ParcelKey: Int] = [:]
    private var inFlight = Chain()
    private var waiting = Chain()

    /// Items without an answer.
    var count: Int { places.count }
    /// Items sent and not answered.
    var inFlightCount: Int { inFlight.count }
    /// When the item longest in flight was sent.
    var oldestSentAt: Int64? { inFlight.first == none ? nil : slots[inFlight.first].sentAt }
    /// The item to be sent next.
    var firstWaiting: Parcel? { waiting.first == none ? nil : slots[waiting.first].parcel }

    func contains(_ key: ParcelKey) -> Bool { places[key] != nil }

    /// Adds an item at the end; one whose key is there already is the same and changes nothing.
    mutating func append(_ parcel: Parcel) {
        let place = freeSlots.last ?? slots.count
        let held = places.updateValue(place, forKey: parcel.key)
        if let held {
            places[parcel.key] = held
            return
        }
        if freeSlots.popLast() == nil {
            slots.append(Slot(parcel: parcel))
        } else {
            slots[place] = Slot(parcel: parcel)
        }
        waiting.append(place, in: &slots)
    }

    /// Takes an answered item out; `false` if it is not there (any more).
    mutating func remove(_ key: ParcelKey) -> Bool {
        guard let place = places.removeValue(forKey: key) else { return false }
        if slots[place].sentAt == nil {
            waiting.remove(place, in: &slots)
        } else {
            inFlight.remove(place, in: &slots)
        }
        slots[place].parcel = Parcel.none
        freeSlots.append(place)
        return true
    }

    /// Notes that the first waiting item has been sent.
    mutating func sendFirstWaiting(now: Int64) {
        let place = waiting.first
        precondition(place != none)
        waiting.remove(place, in: &slots)
        slots[place].sentAt = now
        inFlight.append(place, in: &slots)
    }

    /// Lets the items sent at `time` or before wait again, in front of those that wait already.
    mutating func requeue(sentAtOrBefore time: Int64) {
        var stale: [Int] = []
        while let sentAt = oldestSentAt, sentAt <= time {
            let place = inFlight.first
            inFlight.remove(place, in: &slots)
            slots[place].sentAt = nil
            stale.append(place)
        }
        for place in stale.reversed() { waiting.prepend(place, in: &slots) }
    }

    /// Lets every item wait again: the connection they were sent on has gone.
    mutating func requeueAll() { requeue(sentAtOrBefore: .max) }
}
