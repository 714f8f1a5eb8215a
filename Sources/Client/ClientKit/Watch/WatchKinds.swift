/// The names of facts that can be asked for, in the order of docs/audit.md.
package enum WatchKinds {
    /// All of them.
    package static let all = [
        "turnBegan", "epochBegan", "catalogueAdopted", "actorNamed", "commandDecided",
        "callFiled", "callVerified", "stageBegan", "checkOpened", "checkDecided", "callClosed",
        "callVoided", "callMerged", "callUnmerged", "mergeSettled", "reportScheduled",
        "reportFiled", "duplicateReported", "personalDataErased", "erasureRequested",
        "assignmentQueued", "assignmentDispatched", "assignmentDelivered", "assignmentAccepted",
        "assignmentArrived", "assignmentReleased", "assignmentStuck", "assignmentCompleted",
        "assignmentReturned", "assignmentWithdrawn", "assignmentRedispatched",
        "assignmentRequeued", "assignmentReworked", "leadTaken", "measuresProposed",
        "proposalReviewed", "extensionRequested", "extensionDecided", "assignmentSuspended",
        "assignmentResumed", "deadlineWarned", "deadlineMissed", "deadlineRevised",
        "supervisionOpened", "supervisionReplied", "queuePaused", "queueResumed",
        "campaignOpened", "campaignExtended", "campaignClosed", "activityRecorded",
        "accessRefused", "workerDirected", "clockJumped", "clockConfirmed",
    ]
}
