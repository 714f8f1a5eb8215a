import GridModel

/// How a `SlotTable` hashes the key of what lies in a slot.
protocol SlotKey: Sendable {
    associatedtype Element: Hashable & Sendable
    static func hash(of element: Element, seed: UInt64) -> UInt64
}

/// A call, open or ended, as far as tables look at it.
protocol KeyedCall: Hashable, Sendable {
    var id: CallID { get }
    var serial: UInt64 { get }
}

extension CallSlot: KeyedCall {}

/// The id the terminal gave.
enum CallIDKey<Call: KeyedCall>: SlotKey {
    @inline(__always)
    static func hash(of call: Call, seed: UInt64) -> UInt64 { hash(call.id, seed: seed) }

    /// Peers choose ids; without knowing the seed they cannot choose many that collide.
    @inline(__always)
    static func hash(_ id: CallID, seed: UInt64) -> UInt64 {
        ((id.high ^ seed).scrambled ^ id.low).scrambled
    }
}

/// The serial, scattered: side by side, open calls would form one run that every removal walks.
enum SerialKey<Call: KeyedCall>: SlotKey {
    @inline(__always)
    static func hash(of call: Call, seed: UInt64) -> UInt64 { hash(call.serial) }

    @inline(__always)
    static func hash(_ serial: UInt64) -> UInt64 { serial.scrambled }
}

/// An open-addressing hash table from a key of an element, kept in its slot, to that slot.
///
/// Four bytes an entry at a load of at most 5/8; linear probing; removal shifts back, so that
/// there are no tombstones and cost does not grow with age.
struct SlotTable<Key: SlotKey>: Sendable {
    typealias Elements = SlotArray<Key.Element>

    private var places: [Slot] = [Slot](repeating: .none, count: 16)
    private(set) var count = 0
    /// Differs from process to process; the order of places reaches no output.
    let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    private var mask: Int { places.count - 1 }

    /// The slot whose key has `hash` and for which `isMatch` holds.
    @inline(__always)
    func find(hash: UInt64, isMatch: (Slot) -> Bool) -> Slot? {
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = places[place]
            if slot == .none { return nil }
            if isMatch(slot) { return slot }
            place = (place + 1) & mask
        }
    }

    /// Adds a slot whose key is not in the table.
    mutating func insert(_ slot: Slot, in elements: borrowing Elements) {
        if (count + 1) * 8 > places.count * 5 { grow(elements) }
        place(slot, elements)
        count += 1
    }

    /// Makes room for so many slots more at once, in an empty table.
    mutating func reserve(_ slots: Int) {
        var size = places.count
        while slots * 8 > size * 5 { size *= 2 }
        if count == 0, size > places.count { places = [Slot](repeating: .none, count: size) }
    }

    /// Removes a slot that is in the table.
    mutating func remove(_ slot: Slot, in elements: borrowing Elements) {
        var hole = Int(truncatingIfNeeded: Key.hash(of: elements[slot], seed: seed)) & mask
        while places[hole] != slot {
            precondition(places[hole] != .none, "the slot to remove is in the table")
            hole = (hole + 1) & mask
        }
        var next = (hole + 1) & mask
        while places[next] != .none {
            let home =
                Int(truncatingIfNeeded: Key.hash(of: elements[places[next]], seed: seed)) & mask
            if (next - home) & mask >= (next - hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = .none
        count -= 1
    }

    private mutating func place(_ slot: Slot, _ elements: borrowing Elements) {
        var place = Int(truncatingIfNeeded: Key.hash(of: elements[slot], seed: seed)) & mask
        while places[place] != .none { place = (place + 1) & mask }
        places[place] = slot
    }

    private mutating func grow(_ elements: borrowing Elements) {
        let old = places
        places = [Slot](repeating: .none, count: old.count * 2)
        for slot in old where slot != .none { place(slot, elements) }
    }
}
