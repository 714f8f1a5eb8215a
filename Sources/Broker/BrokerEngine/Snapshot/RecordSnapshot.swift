package import GridModel

/// What a record says, in pieces small enough to be written and read one by one.
///
/// A snapshot saves a start from reading the whole journal; it is never the only copy of anything.
/// Slots are many and are written by hand, field by field; everything else is few and goes through
/// `Codable`, so that a new counter cannot be forgotten. Free places are part of it: the same facts
/// must use the same places after a start as they would have before it.
package enum RecordSnapshot {
    /// A snapshot of another form is not read. The last 24 bits follow the slots' fields by
    /// themselves; the first 8 change when a fact comes to mean something else.
    package static let form =
        1 << 24 | UInt32(CallSlot.byteCount) << 12 | UInt32(AssignmentSlot.byteCount)
    /// So many slots are in one piece at most.
    package static let slotsInPiece = 8_192

    /// One piece of a record; a whole one begins with `summary`.
    package enum Piece: Sendable {
        case summary(Summary)
        /// Slots of calls, each as long as every other.
        case calls([UInt8])
        case assignments([UInt8])
        case freeCalls([Slot])
        case freeAssignments([Slot])
        case partDetails([PartEntry])
        case callDetails([CallEntry])
    }

    /// Everything but slots and details.
    package struct Summary: Codable, Sendable {
        package var now: Timestamp
        package var epoch: UInt32
        package var batchSeq: UInt64
        package var nextSerial: UInt64
        package var isClockConfirmed: Bool
        package var actors: [String]
        package var departmentNames: [String]
        package var gridNames: [String]
        package var categoryNames: [String]
        package var campaignNames: [String]
        package var catalogues: [StreetCatalogue]
        package var departments: [DepartmentCounters]
        package var campaigns: [CampaignCounters]
        package var street: StreetCounters
        package var campaignWindows: [CampaignWindow]
        package var quietWorkers: [ActorID]
        package var erasures: [ErasureEntry]
        /// Places that follow, in use or free; a reader of before did not look at them.
        package var callPlaces: Int?
        package var assignmentPlaces: Int?
    }

    /// The detail of one part.
    package struct PartEntry: Codable, Sendable {
        package var number: UInt64
        package var detail: PartDetail
    }

    /// The detail of one call.
    package struct CallEntry: Codable, Sendable {
        package var serial: UInt64
        package var detail: CallDetail
    }

    /// The erasure of one call's texts.
    package struct ErasureEntry: Codable, Sendable {
        package var serial: UInt64
        package var erasure: CallErasure
    }

    /// Why pieces do not make a record.
    package struct Unreadable: Error, Hashable, Sendable {
        package let reason: String
    }
}
