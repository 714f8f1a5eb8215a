/// Everything a peer can ask for, in the words of docs/protocol.md.
package enum AccessAction: String, CaseIterable, Sendable {
    case submit
    case progress
    case outcome
    case redispatch
    case requeue
    case withdraw
    case void
    case track
    case list
    case stats
    case campaigns
    case catalogue
    case audit

    /// Whether it is a question that the broker answers without its views.
    package var isAnsweredFromMemory: Bool {
        self == .stats || self == .campaigns || self == .catalogue
    }

    /// The kind of message that carries it.
    package var kind: String {
        switch self {
        case .submit: "Submit"
        case .progress: "Progress"
        case .outcome: "Outcome"
        case .redispatch, .requeue, .withdraw, .void: "Command"
        case .track, .list, .stats, .campaigns, .catalogue, .audit: "Query"
        }
    }
}

/// How far a role may go with an action.
package enum AccessReach: String, CaseIterable, Sendable {
    /// Not at all.
    case none = "–"
    /// For a terminal the calls it filed and the grids of its key; for a worker or an officer what
    /// concerns the departments of its key.
    case own
    /// Everywhere in the street.
    case all
}
