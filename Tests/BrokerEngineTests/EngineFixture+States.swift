import BrokerEngine
import GridModel

/// Ways into every state, also those that no input reaches yet.
extension EngineFixture {
    /// The facts that lead a queued assignment into `state`, by the shortest way.
    static func facts(
        leading number: AssignmentNumber, to state: AssignmentState
    ) -> [Fact] {
        let dispatched = Fact.assignmentDispatched(
            AssignmentDispatched(number: number, attempt: 1, worker: 0, accept: .none))
        let accepted = Fact.assignmentAccepted(
            AssignmentAccepted(number: number, actor: 0, arrive: .none))
        let ended = AssignmentEnded(number: number, attempt: 1, actor: 0, texts: nil)
        switch state {
        case .queued: return []
        case .dispatched: return [dispatched]
        case .delivered: return [dispatched, .assignmentDelivered(number)]
        case .accepted: return [dispatched, accepted]
        case .arrived: return [dispatched, accepted, .assignmentArrived(number, actor: 0)]
        case .underReview: return [dispatched, accepted, proposal(number)]
        case .completed: return [dispatched, .assignmentCompleted(ended)]
        case .returned: return [dispatched, .assignmentReturned(ended)]
        case .withdrawn: return [.assignmentWithdrawn(number, actor: 0, reason: nil)]
        case .stuck: return [dispatched, .assignmentStuck(number, cause: .leaseEnded)]
        }
    }

    private static func proposal(_ number: AssignmentNumber) -> Fact {
        .measuresProposed(
            MeasuresProposed(
                number: number, digest: Digest(words: (1, 1, 1, 1)), isMajor: true, actor: 0,
                review: .none, texts: nil))
    }
}
