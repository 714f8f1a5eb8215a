/// The kinds of facts; the numbers are the journal's and never change.
///
/// They are the field numbers of `Fact.kind` in `journal.proto`.
enum FactKind: UInt64, CaseIterable, Sendable {
    case turnBegan = 1
    case epochBegan = 2
    case catalogueAdopted = 3
    case actorNamed = 4
    case commandDecided = 5
    case callFiled = 6
    case assignmentQueued = 7
    case assignmentDispatched = 8
    case assignmentAccepted = 9
    case assignmentCompleted = 10
    case callClosed = 11
    case stageBegan = 12
    case assignmentArrived = 13
    case assignmentDelivered = 14
    case assignmentReleased = 15
    case callVerified = 16
    case checkOpened = 17
    case checkDecided = 18
    case callVoided = 19
    case callMerged = 20
    case callUnmerged = 21
    case assignmentStuck = 22
    case assignmentReturned = 23
    case assignmentWithdrawn = 24
    case assignmentRedispatched = 25
    case assignmentRequeued = 26
    case assignmentReworked = 27
    case measuresProposed = 28
    case proposalReviewed = 29
    case extensionRequested = 30
    case extensionDecided = 31
    case assignmentSuspended = 32
    case assignmentResumed = 33
    case deadlineWarned = 34
    case deadlineMissed = 35
    case deadlineRevised = 36
    case supervisionOpened = 37
    case supervisionReplied = 38
    case queuePaused = 39
    case queueResumed = 40
    case accessRefused = 41
    case leadTaken = 42
    case mergeSettled = 43
    case workerDirected = 44
    case clockJumped = 45
    case clockConfirmed = 46
    case reportScheduled = 47
    case reportFiled = 48
    case campaignOpened = 49
    case campaignExtended = 50
    case campaignClosed = 51
    case activityRecorded = 52
    case duplicateReported = 53
}
