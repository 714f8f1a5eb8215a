package import GridModel

/// Everything the journal says about the present: built from facts alone, in their order.
///
/// Two records built from the same facts are equal, slot for slot. What is not in facts
/// (sessions, credit, leases, queues) is elsewhere and is made anew at every start.
package struct Record: Sendable {
    /// Engine time: the time of the last turn that left facts.
    package private(set) var now = Timestamp.zero
    /// Counts restores; part of every claim.
    package internal(set) var epoch: UInt32 = 0
    /// The batch whose facts are being applied.
    package private(set) var batchSeq: UInt64 = 0
    /// The serial of the next call.
    package internal(set) var nextSerial: UInt64 = 1
    /// Names of actors by number.
    package private(set) var actors = ["local"]
    package internal(set) var symbols = Symbols()
    /// Every adopted catalogue; version n is at n − 1.
    package internal(set) var catalogues: [CatalogueVersion] = []
    package internal(set) var calls = SlotArray<CallSlot>(empty: CallSlot())
    package internal(set) var assignments = SlotArray<AssignmentSlot>(empty: AssignmentSlot())
    /// By department number.
    package internal(set) var departments: [DepartmentCounters] = []
    /// By campaign number.
    package internal(set) var campaigns: [CampaignCounters] = []
    /// By campaign number; of one that the catalogue in force leaves out, what held last.
    package internal(set) var campaignWindows: [CampaignWindow] = []
    package internal(set) var street = StreetCounters()
    /// Of the parts whose slot has the flag `hasDetail`.
    package internal(set) var partDetails: [AssignmentNumber: PartDetail] = [:]
    /// By serial, of the calls whose slot says `hasDetail`.
    package internal(set) var callDetails: [UInt64: CallDetail] = [:]
    /// Whether deadlines may speak: false from a jump of the clock until it is confirmed.
    package internal(set) var isClockConfirmed = true

    /// The names of workers that are to get nothing, whoever bears them, until another order.
    package internal(set) var quietWorkers: Set<ActorID> = []
    /// By serial, also of calls that ended: they are few, and must never be forgotten.
    package internal(set) var erasures: [UInt64: CallErasure] = [:]

    private var callsByID: SlotTable<CallIDKey<CallSlot>>
    private var callsBySerial: SlotTable<SerialKey<CallSlot>>
    private var actorsByName: [String: ActorID] = ["local": 0]

    /// The record of an empty journal; `hashSeed` is unpredictable where peers choose ids.
    package init(hashSeed: UInt64 = 0) {
        callsByID = SlotTable(seed: hashSeed)
        callsBySerial = SlotTable(seed: hashSeed)
    }

    /// The catalogue in force, if any was adopted.
    package var catalogue: CatalogueVersion? { catalogues.last }

    /// What the newest catalogue that declares a department calls it: one that was taken out keeps
    /// its figures, and its name.
    package func name(ofDepartment id: String) -> LocalizedName? {
        catalogues.reversed().lazy
            .compactMap { $0.catalogue.departments.first { $0.id == id }?.name }.first
    }

    /// The facts that follow belong to this batch.
    package mutating func beginBatch(_ seq: UInt64) { batchSeq = seq }

    /// The slot of the open call with this id.
    package func call(id: CallID) -> Slot? {
        callsByID.find(hash: CallIDKey<CallSlot>.hash(id, seed: callsByID.seed)) {
            calls[$0].id == id
        }
    }

    /// The slot of the open call with this serial.
    package func call(serial: UInt64) -> Slot? {
        callsBySerial.find(hash: SerialKey<CallSlot>.hash(serial)) { calls[$0].serial == serial }
    }

    /// The slot of an assignment of an open call.
    package func assignment(_ number: AssignmentNumber) -> Slot? {
        guard let call = call(serial: number.serial) else { return nil }
        var slot = calls[call].firstAssignment
        while slot != .none, assignments[slot].number != number { slot = assignments[slot].next }
        return slot == .none ? nil : slot
    }

    /// The slots of a call's assignments, in the order of their ordinals.
    package func assignments(of call: Slot) -> [Slot] {
        var slots: [Slot] = []
        var slot = calls[call].firstAssignment
        while slot != .none {
            slots.append(slot)
            slot = assignments[slot].next
        }
        return slots
    }

    /// The number an actor's name has.
    package func actor(named name: String) -> ActorID? {
        actorsByName[name]
    }

    /// Takes what a snapshot says of itself.
    mutating func restore(now: Timestamp, batchSeq: UInt64, actors: [String]) {
        self.now = now
        self.batchSeq = batchSeq
        self.actors = actors
        actorsByName = Dictionary(
            actors.enumerated().map { ($1, ActorID($0)) }, uniquingKeysWith: { $1 })
    }

    /// Finds calls by id and serial again after their slots were read.
    mutating func indexCalls() {
        callsByID.reserve(calls.count)
        callsBySerial.reserve(calls.count)
        for slot in 0..<Slot(calls.capacity) where calls[slot].serial != 0 {
            callsByID.insert(slot, in: calls)
            callsBySerial.insert(slot, in: calls)
        }
    }

    mutating func advance(to time: Timestamp) { now = max(now, time) }

    mutating func insertCall(_ call: CallSlot) -> Slot {
        let slot = calls.insert(call)
        callsByID.insert(slot, in: calls)
        callsBySerial.insert(slot, in: calls)
        return slot
    }

    mutating func removeCall(_ slot: Slot) {
        callsByID.remove(slot, in: calls)
        callsBySerial.remove(slot, in: calls)
        var assignment = calls[slot].firstAssignment
        while assignment != .none {
            let next = assignments[assignment].next
            if assignments[assignment].flags.contains(.hasDetail) {
                partDetails[assignments[assignment].number] = nil
            }
            assignments.remove(assignment)
            assignment = next
        }
        forgetDetails(ofCall: slot)
        calls.remove(slot)
    }

    mutating func name(_ actor: ActorID, _ name: String) {
        precondition(Int(actor) == actors.count, "actors are numbered in order")
        actors.append(name)
        actorsByName[name] = actor
    }
}

extension Record: Hashable {
    /// Compares what facts determine; the three tables are derived.
    package static func == (left: Record, right: Record) -> Bool {
        left.now == right.now && left.epoch == right.epoch && left.batchSeq == right.batchSeq
            && left.nextSerial == right.nextSerial && left.actors == right.actors
            && left.symbols == right.symbols && left.calls == right.calls
            && left.catalogues.map(\.catalogue) == right.catalogues.map(\.catalogue)
            && left.assignments == right.assignments && left.departments == right.departments
            && left.campaigns == right.campaigns && left.street == right.street
            && left.partDetails == right.partDetails && left.callDetails == right.callDetails
            && left.isClockConfirmed == right.isClockConfirmed
            && left.campaignWindows == right.campaignWindows
            && left.quietWorkers == right.quietWorkers && left.erasures == right.erasures
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(now)
        hasher.combine(nextSerial)
        hasher.combine(calls)
        hasher.combine(assignments)
    }
}
