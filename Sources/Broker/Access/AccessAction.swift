/// Everything a peer can ask for, in the words of docs/protocol.md.
package enum AccessAction: String, CaseIterable, Sendable {
    case submit
    case progress
    case outcome
    case redispatch
    case requeue
    case withdraw
    case void
    case accept
    case arrive
    case propose
    case complete
    case `return`
    case fail
    case requestExtension
    case suspend
    case resume
    case reply
    case report
    case check
    case verify
    case review
    case bypass
    case supervise
    case decideExtension
    case merge
    case unmerge
    case pauseQueue
    case resumeQueue
    case directWorker
    case confirmClock
    case openCampaign
    case extendCampaign
    case closeCampaign
    case recordActivity
    case requestErasure
    case confirmErasure
    case track
    case list
    case stats
    case campaigns
    case catalogue
    case audit
    case tasks
    case reviews
    case workers
    case similar
    case campaign
    case activities
    case export
    case duplicates

    /// Whether it is a question that the broker answers without its views.
    package var isAnsweredFromMemory: Bool {
        switch self {
        case .stats, .campaigns, .catalogue, .workers, .similar: true
        default: false
        }
    }

    /// The kind of message that carries it.
    package var kind: String {
        switch self {
        case .submit: "Submit"
        case .progress: "Progress"
        case .outcome: "Outcome"
        case .track, .list, .stats, .campaigns, .catalogue, .audit, .tasks, .reviews, .workers,
            .similar, .campaign, .activities, .export, .duplicates:
            "Query"
        default: "Command"
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
