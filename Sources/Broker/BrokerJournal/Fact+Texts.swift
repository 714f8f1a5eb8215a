package import BrokerEngine

extension Fact {
    /// Where the text that goes with the fact lies, if there is one; no fact has two.
    package var textPlace: TextPlace? {
        switch self {
        case .callFiled(let call): call.texts
        case .assignmentReleased(let released): released.reason
        case .assignmentCompleted(let ended), .assignmentReturned(let ended): ended.texts
        case .measuresProposed(let proposed): proposed.texts
        case .proposalReviewed(let reviewed): reviewed.reason
        case .callVerified(_, _, _, let text), .checkDecided(_, _, _, let text),
            .callVoided(_, _, let text), .callMerged(_, _, _, let text),
            .callUnmerged(_, _, let text), .assignmentWithdrawn(_, _, let text),
            .assignmentRedispatched(_, _, _, let text), .assignmentRequeued(_, _, let text),
            .extensionRequested(_, _, let text), .extensionDecided(_, _, _, _, let text),
            .assignmentSuspended(_, _, _, _, let text), .assignmentResumed(_, _, _, _, let text),
            .supervisionOpened(_, _, _, _, let text), .supervisionReplied(_, _, let text),
            .queuePaused(_, _, _, let text), .reportFiled(_, _, let text, _),
            .campaignOpened(_, _, _, let text), .campaignExtended(_, _, _, let text),
            .campaignClosed(_, _, let text), .activityRecorded(_, _, let text),
            .erasureRequested(_, _, let text):
            text
        case .personalDataErased(let erased): erased.reason
        case .turnBegan, .epochBegan, .catalogueAdopted, .actorNamed, .commandDecided,
            .stageBegan, .checkOpened, .callClosed, .assignmentQueued, .assignmentDispatched,
            .assignmentDelivered, .assignmentAccepted, .assignmentArrived, .assignmentStuck,
            .assignmentReworked, .deadlineWarned, .deadlineMissed, .deadlineRevised,
            .queueResumed, .accessRefused, .leadTaken, .mergeSettled, .workerDirected,
            .clockJumped, .clockConfirmed, .reportScheduled, .duplicateReported:
            nil
        }
    }
}
