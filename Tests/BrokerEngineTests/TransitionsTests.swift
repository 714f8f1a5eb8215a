import BrokerEngine
import GridModel
import Testing

/// The table as design says it, written down a second time: per input, where from and where to.
private struct Row<State: Equatable & Sendable, Input: Hashable & Sendable>: Sendable {
    let input: Input
    let from: [State]
    let target: Transitions.Target<State>

    init(_ input: Input, from: [State], _ target: Transitions.Target<State>) {
        self.input = input
        self.from = from
        self.target = target
    }
}

private let held: [AssignmentState] = [.dispatched, .accepted, .arrived, .underReview]
private let workable: [AssignmentState] = [.dispatched, .delivered, .accepted, .arrived]
private let timed: [AssignmentState] = [
    .queued, .dispatched, .delivered, .accepted, .arrived, .underReview, .stuck,
]
private let open = timed + [.returned]

private let assignmentRows: [Row<AssignmentState, AssignmentInput>] = [
    Row(.credit, from: [.queued], .state(.dispatched)),
    Row(.deliver, from: [.dispatched], .state(.delivered)),
    Row(.deliver, from: [.accepted, .arrived], .same),
    Row(.accept, from: [.dispatched, .delivered], .state(.accepted)),
    Row(.arrive, from: [.accepted], .state(.arrived)),
    Row(.leaseEnd, from: held, .either(.queued, .stuck)),
    Row(.giveBack, from: held, .state(.queued)),
    Row(.proposeMinor, from: [.accepted, .arrived], .same),
    Row(.proposeMajor, from: [.accepted, .arrived], .state(.underReview)),
    Row(.reviewApprove, from: [.underReview], .stateBefore),
    Row(.reviewCorrect, from: [.underReview], .stateBefore),
    Row(.reviewReject, from: [.underReview], .stateBefore),
    Row(.reviewBypass, from: [.underReview], .stateBefore),
    Row(.complete, from: workable, .state(.completed)),
    Row(.return, from: workable, .state(.returned)),
    Row(.fail, from: workable, .either(.queued, .stuck)),
    Row(.requestExtension, from: timed, .same),
    Row(.decideExtension, from: timed, .same),
    Row(.suspend, from: open, .same),
    Row(.resume, from: open, .same),
    Row(.withdraw, from: open, .state(.withdrawn)),
    Row(.redispatch, from: [.queued, .returned], .state(.withdrawn)),
    Row(.requeue, from: [.stuck], .state(.queued)),
    Row(.rework, from: [.completed], .state(.queued)),
]

/// A call comes to `filed` only after verification, and nothing completes before a dispatch has
/// made it `working`.
private let callRows: [Row<CallState, CallInput>] = [
    Row(.verifyPass, from: [.verifying], .state(.filed)),
    Row(.verifyFail, from: [.verifying], .state(.voided)),
    Row(.firstDispatch, from: [.filed], .state(.working)),
    Row(.firstDispatch, from: [.working], .same),
    Row(.nextStage, from: [.working], .same),
    Row(.openCheck, from: [.working], .state(.checking)),
    Row(.close, from: [.working], .state(.closed)),
    Row(.checkPass, from: [.checking], .state(.closed)),
    Row(.checkFail, from: [.checking], .state(.working)),
    Row(.void, from: [.verifying, .filed, .working, .checking], .state(.voided)),
    Row(.merge, from: [.filed, .working, .checking], .state(.merged)),
    Row(.unmerge, from: [.merged], .state(.working)),
    Row(.supervise, from: [.filed, .working, .checking], .same),
    Row(.reply, from: [.filed, .working, .checking], .same),
    Row(.report, from: [.filed, .working, .checking], .same),
]

@Suite("Transitions")
struct TransitionsTests {
    @Test(
        "every pair of assignment state and input leads where design says",
        arguments: AssignmentState.allCases)
    func assignments(state: AssignmentState) {
        for input in AssignmentInput.allCases {
            let expected = assignmentRows.first { $0.input == input && $0.from.contains(state) }
            #expect(Transitions.assignment[state]?[input] == expected?.target, "\(input)")
        }
    }

    @Test(
        "every pair of call state and input leads where design says", arguments: CallState.allCases)
    func calls(state: CallState) {
        for input in CallInput.allCases {
            let expected = callRows.first { $0.input == input && $0.from.contains(state) }
            #expect(Transitions.call[state]?[input] == expected?.target, "\(input)")
        }
    }

    @Test("both tables have a row for every state, and every input is possible somewhere")
    func complete() {
        #expect(Set(Transitions.assignment.keys) == Set(AssignmentState.allCases))
        #expect(Set(Transitions.call.keys) == Set(CallState.allCases))
        #expect(Set(assignmentRows.map(\.input)) == Set(AssignmentInput.allCases))
        #expect(Set(callRows.map(\.input)) == Set(CallInput.allCases))
    }

    @Test("the array the loop asks says the same as the table, cell by cell")
    func rules() {
        for state in AssignmentState.allCases {
            for input in AssignmentInput.allCases {
                #expect(
                    AssignmentRules.shared.allows(input, in: state)
                        == (Transitions.assignment[state]?[input] != nil), "\(state), \(input)")
            }
        }
    }

    @Test("final states accept nothing that leads back, but a rework after a failed check")
    func finalStates() {
        #expect(Transitions.allowed(in: AssignmentState.withdrawn).isEmpty)
        #expect(Transitions.allowed(in: AssignmentState.completed) == [.rework])
        #expect(Transitions.allowed(in: CallState.closed).isEmpty)
        #expect(Transitions.allowed(in: CallState.voided).isEmpty)
    }

    @Test("from every open state of an assignment some way leads to an end")
    func noTrap() {
        for state in AssignmentState.allCases where state.isOpen {
            #expect(Transitions.assignment[state]?[.withdraw] == .state(.withdrawn), "\(state)")
        }
    }
}
