/// The English of the protocol's words for people, where the word itself is none.
///
/// A word of a later broker that is not here is shown as it is.
enum EnglishWords {
    /// What clocks measure.
    static let clocks = [
        "dispatch": "dispatch", "accept": "acceptance", "arrive": "arrival",
        "resolve": "disposal", "check": "check", "review": "legal review",
        "reply": "supervision reply", "reportDue": "report",
    ]

    /// What happened to a call, by the names of facts.
    static let steps = [
        "callFiled": "filed", "callVerified": "verified", "stageBegan": "stage began",
        "checkOpened": "check opened", "checkDecided": "checked", "callClosed": "closed",
        "callVoided": "voided", "callMerged": "merged", "callUnmerged": "merge undone",
        "commandDecided": "command", "assignmentQueued": "queued",
        "assignmentDispatched": "dispatched", "assignmentDelivered": "delivered",
        "assignmentAccepted": "accepted", "assignmentArrived": "arrived",
        "assignmentReleased": "taken back", "assignmentStuck": "stuck",
        "assignmentCompleted": "completed", "assignmentReturned": "returned",
        "assignmentWithdrawn": "withdrawn", "assignmentRedispatched": "re-dispatched",
        "assignmentRequeued": "queued again", "assignmentReworked": "rework",
        "measuresProposed": "measures proposed", "proposalReviewed": "legal review",
        "extensionRequested": "extension asked for", "extensionDecided": "extension decided",
        "assignmentSuspended": "suspended", "assignmentResumed": "resumed",
        "deadlineWarned": "deadline near", "deadlineMissed": "deadline missed",
        "deadlineRevised": "deadline moved", "supervisionOpened": "supervision",
        "supervisionReplied": "supervision reply", "leadTaken": "lead taken",
        "mergeSettled": "merge settled", "reportScheduled": "report due",
        "reportFiled": "report filed", "duplicateReported": "duplicate suggested",
        "erasureRequested": "erasure asked for", "personalDataErased": "texts erased",
    ]

    /// Why work was taken back.
    static let causes = [
        "leaseEnded": "the worker fell silent", "failed": "the attempt failed",
        "gaveBack": "the worker gave it back",
    ]

    /// What a reviewer decided on a proposal.
    static let verdicts = [
        "corrected": "to be corrected", "bypassed": "bypassed in an emergency",
    ]
}
