/// What a step of a call's story tells; a case bears the name of the fact it tells of.
///
/// Raw values lie in the views' file: a change of one needs a new `ViewSchema.version`.
enum StepKind: UInt8, CaseIterable {
    case callFiled = 1
    case callVerified
    case stageBegan
    case checkOpened
    case checkDecided
    case callClosed
    case callVoided
    case callMerged
    case callUnmerged
    case commandDecided
    case assignmentQueued
    case assignmentDispatched
    case assignmentDelivered
    case assignmentAccepted
    case assignmentArrived
    case assignmentReleased
    case assignmentStuck
    case assignmentCompleted
    case assignmentReturned
    case assignmentWithdrawn
    case assignmentRedispatched
    case assignmentRequeued
    case assignmentReworked
    case measuresProposed
    case proposalReviewed
    case extensionRequested
    case extensionDecided
    case assignmentSuspended
    case assignmentResumed
    case deadlineWarned
    case deadlineMissed
    case deadlineRevised
    case supervisionOpened
    case supervisionReplied
    case leadTaken
    case mergeSettled
    case reportScheduled
    case reportFiled
    case duplicateReported
    case erasureRequested
    case personalDataErased

    /// The word of the wire: the fact's name.
    var name: String { "\(self)" }
}
