import GridCodec
import GridModel

extension WireCallUrgency {
    /// The word of the command line and of JSON; empty if unspecified.
    package var word: String {
        switch self {
        case .emergency: "emergency"
        case .urgent: "urgent"
        case .ordinary: "ordinary"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension WirePartRole {
    /// The word of JSON; empty if unspecified.
    package var word: String {
        switch self {
        case .lead: "lead"
        case .assist: "assist"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension WireReviewVerdict {
    /// The word of JSON; empty if unspecified.
    var word: String {
        switch self {
        case .approved: "approved"
        case .corrected: "corrected"
        case .rejected: "rejected"
        case .bypassed: "bypassed"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension WireWorkerOrder {
    /// The word of JSON; empty if none was given.
    var word: String {
        switch self {
        case .work: "work"
        case .quiet: "quiet"
        case .drain: "drain"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension WirePartView {
    /// The part's number for people, from 1.
    package var number: Int { AssignmentNumber(rawValue: assignment).ordinal + 1 }

    /// The number of the part's stage for people, from 1.
    package var stageNumber: UInt64 { UInt64(stage) + 1 }

    /// Whether the department still owes something; states of later brokers count as open.
    package var isOpen: Bool { state != "completed" && state != "withdrawn" }
}

extension WireCallView {
    /// Whether the call has come to its end, good or bad.
    package var isFinal: Bool { state == "closed" || state == "voided" || state == "merged" }

    /// The nearest due time of the parts that still owe something; 0 if there is none.
    package var nextDue: Int64 {
        if isFinal { return 0 }
        return parts.filter { $0.isOpen && $0.resolveDue != 0 }.map(\.resolveDue).min() ?? 0
    }

    /// The call's id as a text; empty if it is none.
    package var idText: String { CallID(bytes: id)?.description ?? "" }
}
