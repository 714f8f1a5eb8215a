package import GridCodec
package import GridModel

/// What the worker must do after an event; the lists keep the order of the event's items.
package struct WorkerActions: Equatable, Sendable {
    /// Assignments whose handler is to be started; of an inbox those that somebody is notified of.
    package var starts: [AssignItem] = []
    /// Claims whose handler is to be ended.
    package var stops: [Claim] = []
    /// Claims to send ACCEPT for.
    package var accepts: [Claim] = []
    /// Claims to send GIVE_BACK for.
    package var giveBacks: [Claim] = []
    /// Claims to send DELIVER for.
    package var deliveries: [Claim] = []
    /// Outcomes to send, and to send again until they are answered.
    package var outcomes: [WireOutcomeItem] = []
    /// Claims the worker gives up without another message: they are no longer renewed.
    package var releases: [Claim] = []
    /// The credit to announce from now on.
    package var credit: Int?
    /// The handler is to begin nothing again, since the worker drains.
    package var drains = false
    /// Nothing is left to do: say Goodbye and end.
    package var isDone = false
    /// What people should know.
    package var notices: [WorkerNotice] = []

    /// Nothing to do.
    package init() {}
}

/// Something a person who runs a worker should know.
package enum WorkerNotice: Equatable, Sendable {
    /// The broker takes nothing new from now on: so many assignments are still in hand.
    case draining(inHand: Int)
    /// The grace time is over, or a second signal came: so many handlers are ended.
    case givingBack(running: Int)
    /// A third signal came: so many answers are not waited for.
    case leaving(unanswered: Int)
    /// A handler failed; the broker hands the assignment out again.
    case workFailed(Claim, reason: String)
    /// A claim was lost; its handler is ended and its outcome will not be sent.
    case claimLost(Claim, reason: String)
    /// An outcome came too late: somebody else has the assignment.
    case outcomeTooLate(Claim)
    /// The broker does not take this outcome; the assignment is reported as failed.
    case outcomeRefused(Claim, Refusal)
    /// The broker did not even take that an assignment failed; its lease will end.
    case abandoned(Claim, Refusal)
    /// A major decision without its legal approval: the assignment was left to the officers.
    case leftToPeople(Claim, Refusal)
    /// The broker does not take this delivery; the assignment is reported as failed.
    case deliveryRefused(Claim, Refusal)
    /// Nobody was notified of an assignment; it lies in the inbox all the same.
    case notificationFailed(Claim, reason: String)
}

/// What a worker did since its start; the numbers never shrink.
package struct WorkerCounts: Hashable, Sendable {
    /// Assignments taken in hand.
    package var assigned = 0
    /// Outcomes the broker confirmed.
    package var confirmed = 0
    /// Handlers that failed.
    package var failed = 0
    /// Assignments given back.
    package var givenBack = 0
    /// Claims lost before their work had ended.
    package var claimsLost = 0
    /// Outcomes refused because their claim was lost.
    package var outcomesTooLate = 0
    /// Outcomes refused for another reason.
    package var outcomesRefused = 0
    /// Assignments put into the department's inbox.
    package var delivered = 0
    /// Assignments whose outcome needs a legal review, which were put there for that.
    package var leftToPeople = 0
    /// Deliveries refused, other than for a lost claim.
    package var deliveriesRefused = 0
    /// Notifications that failed or were left out.
    package var notificationsFailed = 0

    /// Nothing yet.
    package init() {}
}
