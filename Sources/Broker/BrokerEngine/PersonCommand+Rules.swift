import GridModel

extension PersonCommand.Action {
    /// What a command is about, and the row of the transition table that allows it.
    enum Subject {
        case part(AssignmentInput)
        /// A part, in a state of the call.
        case partOfCall(CallInput)
        case call(CallInput)
        /// A call in any state, also one that ended long ago.
        case anyCall
        case street
    }

    /// What the command is about.
    var subject: Subject {
        switch self {
        case .redispatch: .part(.redispatch)
        case .requeue: .part(.requeue)
        case .withdraw: .part(.withdraw)
        case .accept: .part(.accept)
        case .arrive: .part(.arrive)
        case .propose: .part(.proposeMajor)
        case .complete: .part(.complete)
        case .return: .part(.return)
        case .fail: .part(.fail)
        case .requestExtension: .part(.requestExtension)
        case .decideExtension: .part(.decideExtension)
        case .suspend: .part(.suspend)
        case .resume: .part(.resume)
        case .review(let verdict, _): .part(verdict.input)
        case .supervise: .partOfCall(.supervise)
        case .reply: .partOfCall(.reply)
        case .void: .call(.void)
        case .check(let passed, _): .call(passed ? .checkPass : .checkFail)
        case .verify(let passed): .call(passed ? .verifyPass : .verifyFail)
        case .merge: .call(.merge)
        case .unmerge: .call(.unmerge)
        case .report: .call(.report)
        case .pauseQueue, .resumeQueue, .directWorker, .confirmClock, .openCampaign,
            .extendCampaign, .closeCampaign, .recordActivity:
            .street
        case .requestErasure, .confirmErasure: .anyCall
        }
    }

    /// Whether the person has to say why, or what.
    var needsReason: Bool {
        switch self {
        case .redispatch, .withdraw, .void, .return, .requestExtension, .suspend, .supervise,
            .reply, .report, .merge, .unmerge, .pauseQueue, .extendCampaign, .closeCampaign,
            .recordActivity, .requestErasure:
            true
        case .check(let passed, _), .verify(let passed): !passed
        case .decideExtension(let approved): !approved
        case .review(let verdict, _): verdict != .approved
        case .requeue, .accept, .arrive, .propose, .complete, .fail, .resume, .resumeQueue,
            .directWorker, .confirmClock, .openCampaign, .confirmErasure:
            false
        }
    }
}

extension ReviewVerdict {
    /// The row of the transition table.
    var input: AssignmentInput {
        switch self {
        case .approved: .reviewApprove
        case .corrected: .reviewCorrect
        case .rejected: .reviewReject
        case .bypassed: .reviewBypass
        }
    }
}
