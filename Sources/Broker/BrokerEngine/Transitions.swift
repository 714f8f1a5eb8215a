package import GridModel

/// What can happen to an assignment; docs/protocol.md and ARCHITECTURE.md tell each in words.
package enum AssignmentInput: UInt8, CaseIterable, Sendable {
    /// A worker has credit.
    case credit
    /// It lies in the department's inbox; what was accepted before stays so, with the officers.
    case deliver
    case accept
    case arrive
    case leaseEnd
    case giveBack
    /// Measures that need no review.
    case proposeMinor
    /// Measures that need legal review.
    case proposeMajor
    case reviewApprove
    case reviewCorrect
    case reviewReject
    case reviewBypass
    case complete
    case `return`
    case fail
    case requestExtension
    case decideExtension
    case suspend
    case resume
    case withdraw
    case redispatch
    case requeue
    case rework
}

/// What can happen to a call.
package enum CallInput: UInt8, CaseIterable, Sendable {
    case verifyPass
    case verifyFail
    /// The first of its assignments is dispatched.
    case firstDispatch
    /// A stage is complete and another follows.
    case nextStage
    /// The last stage is complete and the category asks for a check.
    case openCheck
    /// The last stage is complete and there is nothing to check.
    case close
    case checkPass
    case checkFail
    case void
    case merge
    case unmerge
    case supervise
    case reply
    /// A report on the case, where one is due.
    case report
}

/// The life of assignments and calls as data: where an input is allowed and where it leads.
///
/// A pair that is not listed is refused, and the refusal names what would be allowed. The engine
/// decides *whether* (claims, limits, reviews); this table decides *where*.
package enum Transitions {
    /// Where an input leads.
    package enum Target<State: Equatable & Sendable>: Equatable, Sendable {
        /// One state.
        case state(State)
        /// The first, or the second once all attempts are used up.
        case either(State, State)
        /// The state before the review.
        case stateBefore
        /// No change of state.
        case same
    }

    /// Every allowed (state, input) pair of an assignment.
    package static let assignment: [AssignmentState: [AssignmentInput: Target<AssignmentState>]] = [
        .queued: [
            .credit: .state(.dispatched),
            .withdraw: .state(.withdrawn), .redispatch: .state(.withdrawn),
            .requestExtension: .same, .decideExtension: .same, .suspend: .same, .resume: .same,
        ],
        .dispatched: inHand(
            also: [.deliver: .state(.delivered), .accept: .state(.accepted)], underClaim: true),
        .delivered: inHand(also: [.accept: .state(.accepted)], underClaim: false),
        .accepted: inHand(
            also: [
                .deliver: .same, .arrive: .state(.arrived), .proposeMinor: .same,
                .proposeMajor: .state(.underReview),
            ], underClaim: true),
        .arrived: inHand(
            also: [
                .deliver: .same, .proposeMinor: .same, .proposeMajor: .state(.underReview),
            ], underClaim: true),
        .underReview: [
            .reviewApprove: .stateBefore, .reviewCorrect: .stateBefore,
            .reviewReject: .stateBefore, .reviewBypass: .stateBefore,
            .leaseEnd: .either(.queued, .stuck), .giveBack: .state(.queued),
            .withdraw: .state(.withdrawn),
            .requestExtension: .same, .decideExtension: .same, .suspend: .same, .resume: .same,
        ],
        .completed: [.rework: .state(.queued)],
        .returned: [
            .redispatch: .state(.withdrawn), .withdraw: .state(.withdrawn),
            .suspend: .same, .resume: .same,
        ],
        .withdrawn: [:],
        .stuck: [
            .requeue: .state(.queued), .withdraw: .state(.withdrawn),
            .requestExtension: .same, .decideExtension: .same, .suspend: .same, .resume: .same,
        ],
    ]

    /// Every allowed (state, input) pair of a call.
    package static let call: [CallState: [CallInput: Target<CallState>]] = [
        .verifying: [
            .verifyPass: .state(.filed), .verifyFail: .state(.voided), .void: .state(.voided),
        ],
        .filed: [
            .firstDispatch: .state(.working), .void: .state(.voided), .merge: .state(.merged),
            .supervise: .same, .reply: .same, .report: .same,
        ],
        .working: [
            .firstDispatch: .same, .nextStage: .same, .openCheck: .state(.checking),
            .close: .state(.closed), .void: .state(.voided), .merge: .state(.merged),
            .supervise: .same, .reply: .same, .report: .same,
        ],
        .checking: [
            .checkPass: .state(.closed), .checkFail: .state(.working), .void: .state(.voided),
            .merge: .state(.merged), .supervise: .same, .reply: .same, .report: .same,
        ],
        .closed: [:],
        .voided: [:],
        .merged: [.unmerge: .state(.working)],
    ]

    /// The inputs an assignment in `state` accepts, in the order of their declaration.
    package static func allowed(in state: AssignmentState) -> [AssignmentInput] {
        AssignmentInput.allCases.filter { assignment[state]?[$0] != nil }
    }

    /// The inputs a call in `state` accepts, in the order of their declaration.
    package static func allowed(in state: CallState) -> [CallInput] {
        CallInput.allCases.filter { call[state]?[$0] != nil }
    }

    /// What every state in a department's hands accepts, and what one of them accepts besides.
    ///
    /// A lease ends only where a machine holds the claim: what lies in an inbox has none.
    private static func inHand(
        also own: [AssignmentInput: Target<AssignmentState>], underClaim: Bool
    ) -> [AssignmentInput: Target<AssignmentState>] {
        var table: [AssignmentInput: Target<AssignmentState>] = [
            .complete: .state(.completed), .return: .state(.returned),
            .fail: .either(.queued, .stuck), .withdraw: .state(.withdrawn),
            .requestExtension: .same, .decideExtension: .same, .suspend: .same, .resume: .same,
        ]
        if underClaim {
            table[.leaseEnd] = .either(.queued, .stuck)
            table[.giveBack] = .state(.queued)
        }
        return table.merging(own) { _, new in new }
    }
}
