/// How soon a call must be acted on; work is handed out in this order.
package enum Urgency: UInt8, CaseIterable, Codable, Comparable, Sendable {
    case emergency = 1
    case urgent = 2
    case ordinary = 3

    package static func < (left: Urgency, right: Urgency) -> Bool { left.rawValue < right.rawValue }
}

/// What a department is to a call: it leads (主办) or assists (协办).
package enum DepartmentRole: UInt8, CaseIterable, Codable, Sendable {
    case lead = 1
    case assist = 2
}

/// Where a call stands.
package enum CallState: UInt8, CaseIterable, Codable, Sendable {
    /// A public report is being checked before it is filed (核实). Can become filed, voided.
    case verifying = 1
    /// Durably accepted (立案), nothing dispatched yet. Can become working, voided, merged.
    case filed = 2
    /// At least one assignment was dispatched. Can become checking, closed, voided, merged.
    case working = 3
    /// Every department has done its part; the reporter checks on site (核查). Can become
    /// working (a failed check), closed, voided.
    case checking = 4
    /// Done (结案). Final.
    case closed = 5
    /// Withdrawn by an operator (作废). Final.
    case voided = 6
    /// Joined to another call (并案). Can become working again when it is undone.
    case merged = 7

    /// Whether the call still needs something from somebody.
    package var isOpen: Bool { self != .closed && self != .voided && self != .merged }
}

/// Where one department's part of a call stands. `suspended` is a flag beside it, not a state.
package enum AssignmentState: UInt8, CaseIterable, Codable, Sendable {
    /// Waits for a worker of its department, perhaps after a backoff.
    case queued = 1
    /// Handed to a worker under a claim (派遣).
    case dispatched = 2
    /// Lies in the department's inbox; no machine holds it any more.
    case delivered = 3
    /// The department took responsibility (签收).
    case accepted = 4
    /// The team is on site (到场).
    case arrived = 5
    /// A major decision was proposed and waits for legal review (法制审核).
    case underReview = 6
    /// The department's part is done (处置).
    case completed = 7
    /// The department said it is not theirs (退回).
    case returned = 8
    /// Taken back by an operator, or by a merge.
    case withdrawn = 9
    /// Could not be delivered after all attempts; waits for an operator.
    case stuck = 10

    /// Whether the department still owes something.
    package var isOpen: Bool { self != .completed && self != .withdrawn }

    /// Whether a worker or officer has it in hand.
    package var isInHand: Bool {
        switch self {
        case .dispatched, .delivered, .accepted, .arrived, .underReview: true
        case .queued, .completed, .returned, .withdrawn, .stuck: false
        }
    }
}

/// What a clock measures.
package enum ClockKind: UInt8, CaseIterable, Codable, Sendable {
    /// Queued until dispatched.
    case dispatch = 1
    /// Dispatched until accepted.
    case accept = 2
    /// Accepted until on site.
    case arrive = 3
    /// Queued until completed; a call is overdue while this clock of an assignment has run out.
    case resolve = 4
    /// Disposed until checked.
    case check = 5
    /// Proposed until reviewed.
    case review = 6
    /// Supervised until replied.
    case reply = 7
    /// Until the next report is due.
    case reportDue = 8
}

/// The name of one department's part of one call, unique for ever.
///
/// Serial of the call times 64 plus the part's place in it, so that one number leads to both.
package struct AssignmentNumber: Hashable, Comparable, Sendable, Codable {
    /// At most this many parts in one call, over all its stages and re-dispatches.
    package static let maximumPerCall = 63

    /// Serial × 64 + ordinal.
    package let rawValue: UInt64

    /// The number as it stands in messages and facts.
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The number of part `ordinal` (from 0) of the call with `serial`.
    package init(serial: UInt64, ordinal: Int) {
        rawValue = serial << 6 | UInt64(ordinal & 63)
    }

    /// The serial of the call.
    package var serial: UInt64 { rawValue >> 6 }
    /// The part's place in the call, from 0.
    package var ordinal: Int { Int(rawValue & 63) }

    package static func < (left: AssignmentNumber, right: AssignmentNumber) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The right to work on an assignment: which attempt, under which epoch of the broker.
///
/// A claim is lost when its lease ends, when it is given back or called back; an outcome under a
/// lost claim is refused.
package struct Claim: Hashable, Sendable {
    /// The broker's epoch when the claim was made; a restore starts a new one.
    package let epoch: UInt32
    /// The assignment.
    package let assignment: AssignmentNumber
    /// Counts the times this assignment was handed out, from 1.
    package let attempt: UInt32

    /// A claim from its parts.
    package init(epoch: UInt32, assignment: AssignmentNumber, attempt: UInt32) {
        self.epoch = epoch
        self.assignment = assignment
        self.attempt = attempt
    }
}
