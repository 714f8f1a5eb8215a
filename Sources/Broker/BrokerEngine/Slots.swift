package import GridModel

/// A place in one of the record's slot arrays.
package typealias Slot = Int32

extension Slot {
    /// No place.
    package static let none: Slot = -1
}

/// What the record holds of one open call; texts are not among it.
package struct CallSlot: Hashable, Sendable {
    package var serial: UInt64 = 0
    package var id = CallID(high: 0, low: 0)
    package var contentDigest = UniqueID(high: 0, low: 0)
    package var filedAt = Timestamp.zero
    package var observedAt = Timestamp.zero
    /// The batch whose texts hold this call's, 0 if it has none.
    package var textsSeq: UInt64 = 0
    package var textsOffset: UInt32 = 0
    package var textsLength: UInt32 = 0
    package var revision: UInt32 = 0
    package var catalogueVersion: UInt32 = 0
    /// The first of its assignments; they are linked in the order of their ordinals.
    package var firstAssignment = Slot.none
    package var lastAssignment = Slot.none
    /// Ten-millionths of a degree; `Int32.min` in both for "no place".
    package var latitude = Int32.min
    package var longitude = Int32.min
    package var category: UInt16 = 0
    package var grid: UInt16 = 0
    package var campaign = CallFiled.noCampaign
    package var year: UInt16 = 0
    package var condition: UInt8 = 0
    package var urgency = Urgency.ordinary
    package var state = CallState.filed
    package var stage: UInt8 = 0
    package var nextOrdinal: UInt8 = 0
    /// How many of its open assignments are past their resolve clock.
    package var overdueParts: UInt8 = 0
    package var isRecordedEarlier = false
    package var isClockSuspect = false
    /// Whether `Record.callDetails` holds more of it.
    package var hasDetail = false
    /// A part of it was handed out.
    package var wasDispatched = false
    /// How often parts of it were returned; stops at 255.
    package var returns: UInt8 = 0
    /// A part of it ran past its resolve clock, ever.
    package var missedResolve = false
    /// Who filed it.
    package var reporter: ActorID = 0

    init() {}
}

/// What the record holds of one department's part of an open call.
package struct AssignmentSlot: Hashable, Sendable {
    package var number = AssignmentNumber(rawValue: 0)
    package var call = Slot.none
    package var next = Slot.none
    package var queuedAt = Timestamp.zero
    /// When it last entered its queue; the backoff, if any, ends at `notBefore`.
    package var waitingSince = Timestamp.zero
    package var notBefore = Timestamp.zero
    package var dispatchedAt = Timestamp.zero
    /// The clock of the step at hand: dispatch, accept or arrive, by state.
    package var step = Deadline.none
    package var resolve = Deadline.none
    package var attempt: UInt32 = 0
    package var worker: ActorID = 0
    package var department: UInt16 = 0
    package var failures: UInt16 = 0
    package var state = AssignmentState.queued
    package var stateBeforeReview = AssignmentState.accepted
    package var role = DepartmentRole.lead
    package var stage: UInt8 = 0
    package var flags: Flags = []
    /// How it left the hands of the attempt's worker unfinished, 0 if it did not.
    package var lastRelease: UInt8 = 0
    /// The attempt's worker returned it; still true once it is withdrawn.
    package var wasReturned = false

    /// What happened once and must not happen again.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let stepWarned = Flags(rawValue: 1)
        package static let stepMissed = Flags(rawValue: 2)
        package static let resolveWarned = Flags(rawValue: 4)
        package static let resolveMissed = Flags(rawValue: 8)
        package static let suspended = Flags(rawValue: 16)
        package static let reviewOpen = Flags(rawValue: 32)
        package static let reviewApproved = Flags(rawValue: 64)
        package static let wasAccepted = Flags(rawValue: 128)
        /// `Record.partDetails` holds more of it.
        package static let hasDetail = Flags(rawValue: 256)
        /// An officer took it from the inbox: no worker holds it, no lease runs.
        package static let withOfficers = Flags(rawValue: 512)
        /// The merge of its call withdrew it; undoing the merge brings it back.
        package static let mergedAway = Flags(rawValue: 1_024)
        /// Clocks of the whole call ring with this one's timer.
        package static let bearsCallClocks = Flags(rawValue: 2_048)
    }

    /// Whether a worker's claim holds it, with a lease.
    package var isUnderClaim: Bool {
        state.isInHand && state != .delivered && !flags.contains(.withOfficers)
    }

    init() {}
}

/// An array whose places are used again; the same facts always use the same places.
package struct SlotArray<Element: Hashable & Sendable>: Hashable, Sendable {
    private var elements: [Element] = []
    private var free: [Slot] = []
    private let empty: Element

    init(empty: Element) { self.empty = empty }

    /// Places in use.
    package var count: Int { elements.count - free.count }
    /// Places in use or free: an array beside this one needs so many.
    package var capacity: Int { elements.count }

    mutating func insert(_ element: Element) -> Slot {
        if let slot = free.popLast() {
            elements[Int(slot)] = element
            return slot
        }
        elements.append(element)
        return Slot(elements.count - 1)
    }

    mutating func remove(_ slot: Slot) {
        elements[Int(slot)] = empty
        free.append(slot)
    }

    /// Places that are free, the one that is used next last.
    var freePlaces: [Slot] { free }

    /// Makes room for so many places, so that adding them one by one copies nothing.
    mutating func reserve(places: Int) { elements.reserveCapacity(places) }

    /// Adds a place at the end, in use or free.
    mutating func append(_ element: Element) { elements.append(element) }

    /// Says which of the places are free. Throws if one of them is not there.
    mutating func restore(freePlaces: [Slot]) throws(RecordSnapshot.Unreadable) {
        guard freePlaces.allSatisfy({ elements.indices.contains(Int($0)) }) else {
            throw RecordSnapshot.Unreadable(reason: "a free place is not there")
        }
        free = freePlaces
    }

    package subscript(slot: Slot) -> Element {
        @inline(__always) _read { yield elements[Int(slot)] }
        @inline(__always) _modify { yield &elements[Int(slot)] }
    }
}
