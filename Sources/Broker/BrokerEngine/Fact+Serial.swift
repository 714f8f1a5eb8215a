package import GridModel

extension Fact {
    /// The call the fact is about; `nil` for facts of the whole street.
    package var serial: UInt64? {
        switch self {
        case .turnBegan, .epochBegan, .catalogueAdopted, .actorNamed, .queuePaused, .queueResumed,
            .accessRefused, .workerDirected, .clockJumped, .clockConfirmed, .campaignOpened,
            .campaignExtended, .campaignClosed, .activityRecorded:
            nil
        case .callFiled(let fact): fact.serial
        case .commandDecided(let fact): fact.serial
        case .callVerified(let serial, _, _, _), .stageBegan(let serial, _),
            .checkOpened(let serial, _), .checkDecided(let serial, _, _, _),
            .callClosed(let serial), .callVoided(let serial, _, _),
            .callMerged(let serial, _, _, _), .callUnmerged(let serial, _, _),
            .mergeSettled(let serial), .reportScheduled(let serial, _, _),
            .reportFiled(let serial, _, _, _), .duplicateReported(let serial, _, _),
            .erasureRequested(let serial, _, _):
            serial
        case .personalDataErased(let fact): fact.serial
        default: assignment?.serial
        }
    }

    /// The part the fact is about; `nil` for facts of a whole call or the whole street.
    package var assignment: AssignmentNumber? {
        switch self {
        case .assignmentQueued(let fact): fact.number
        case .assignmentDispatched(let fact): fact.number
        case .assignmentAccepted(let fact): fact.number
        case .assignmentReleased(let fact): fact.number
        case .assignmentCompleted(let fact), .assignmentReturned(let fact): fact.number
        case .measuresProposed(let fact): fact.number
        case .proposalReviewed(let fact): fact.number
        case .assignmentDelivered(let number), .assignmentArrived(let number, _),
            .assignmentStuck(let number, _), .assignmentWithdrawn(let number, _, _),
            .assignmentRedispatched(let number, _, _, _), .assignmentRequeued(let number, _, _),
            .assignmentReworked(let number, _, _), .extensionRequested(let number, _, _),
            .extensionDecided(let number, _, _, _, _),
            .assignmentSuspended(let number, _, _, _, _),
            .assignmentResumed(let number, _, _, _, _),
            .deadlineWarned(let number, _, _), .deadlineMissed(let number, _, _),
            .deadlineRevised(let number, _, _), .supervisionOpened(let number, _, _, _, _),
            .supervisionReplied(let number, _, _), .leadTaken(let number):
            number
        case .turnBegan, .epochBegan, .catalogueAdopted, .actorNamed, .commandDecided, .callFiled,
            .callVerified, .stageBegan, .checkOpened, .checkDecided, .callClosed, .callVoided,
            .callMerged, .callUnmerged, .queuePaused, .queueResumed, .accessRefused,
            .mergeSettled, .workerDirected, .clockJumped, .clockConfirmed, .reportScheduled,
            .reportFiled, .campaignOpened, .campaignExtended, .campaignClosed,
            .activityRecorded, .duplicateReported, .personalDataErased, .erasureRequested:
            nil
        }
    }
}
