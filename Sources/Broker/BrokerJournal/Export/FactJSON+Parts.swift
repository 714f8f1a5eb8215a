import BrokerEngine
import GridModel

extension FactJSON {
    /// Facts of one part of a call.
    func writeOfPart(_ fact: Fact, _ step: inout JSONLine) {
        switch fact {
        case .assignmentQueued(let queued): write(queued, &step)
        case .assignmentDispatched(let dispatched):
            part("assignmentDispatched", dispatched.number, &step)
            step.number("attempt", dispatched.attempt)
            step.text("worker", names.actor(dispatched.worker))
            deadline("accept", dispatched.accept, &step)
        case .assignmentDelivered(let number): part("assignmentDelivered", number, &step)
        case .assignmentAccepted(let accepted):
            part("assignmentAccepted", accepted.number, &step)
            deadline("arrive", accepted.arrive, &step)
            step.text("actor", names.actor(accepted.actor))
        case .assignmentArrived(let number, let actor):
            part("assignmentArrived", number, &step)
            step.text("actor", names.actor(actor))
        case .assignmentReleased(let released): write(released, &step)
        case .assignmentStuck(let number, let cause):
            part("assignmentStuck", number, &step)
            step.text("cause", "\(cause)")
        case .assignmentCompleted(let ended): write(ended, "assignmentCompleted", &step)
        case .assignmentReturned(let ended): write(ended, "assignmentReturned", &step)
        case .assignmentWithdrawn(let number, let actor, let reason):
            part("assignmentWithdrawn", number, &step)
            person(actor, reason, &step)
        case .assignmentRedispatched(let from, let to, let actor, let reason):
            part("assignmentRedispatched", from, &step)
            step.number("toPart", to.ordinal)
            person(actor, reason, &step)
        case .assignmentRequeued(let number, let actor, let reason):
            part("assignmentRequeued", number, &step)
            person(actor, reason, &step)
        case .assignmentReworked(let number, let dispatch, let resolve):
            part("assignmentReworked", number, &step)
            deadline("dispatch", dispatch, &step)
            deadline("resolve", resolve, &step)
        case .leadTaken(let number): part("leadTaken", number, &step)
        default: writeLater(fact, &step)
        }
    }

    /// Facts of reviews, clocks and supervision.
    private func writeLater(_ fact: Fact, _ step: inout JSONLine) {
        switch fact {
        case .measuresProposed(let proposed): write(proposed, &step)
        case .proposalReviewed(let reviewed): write(reviewed, &step)
        case .extensionRequested(let number, let actor, let reason):
            part("extensionRequested", number, &step)
            person(actor, reason, &step)
        case .extensionDecided(let number, let approved, let resolve, let actor, let reason):
            part("extensionDecided", number, &step)
            step.flag("approved", approved)
            deadline("resolve", resolve, &step)
            person(actor, reason, &step)
        case .assignmentSuspended(let number, let remaining, let until, let actor, let reason):
            part("assignmentSuspended", number, &step)
            step.number("remainingMilliseconds", remaining)
            time("until", until, &step)
            person(actor, reason, &step)
        case .assignmentResumed(let number, let stepClock, let resolve, let actor, let reason):
            part("assignmentResumed", number, &step)
            deadline("step", stepClock, &step)
            deadline("resolve", resolve, &step)
            step.text("actor", actor.map(names.actor))
            text(reason, &step)
        case .deadlineWarned(let number, let clock, let report):
            part("deadlineWarned", number, &step)
            step.text("clock", "\(clock)")
            step.number("report", report)
        case .deadlineMissed(let number, let clock, let report):
            part("deadlineMissed", number, &step)
            step.text("clock", "\(clock)")
            step.number("report", report)
        case .deadlineRevised(let number, let clock, let revised):
            part("deadlineRevised", number, &step)
            step.text("clock", "\(clock)")
            deadline("deadline", revised, &step)
        case .supervisionOpened(let number, let reply, let supervisor, let actor, let order):
            part("supervisionOpened", number, &step)
            deadline("reply", reply, &step)
            step.text("supervisor", supervisor.map { names.id($0, in: names.departments) })
            person(actor, order, &step)
        case .supervisionReplied(let number, let actor, let reply):
            part("supervisionReplied", number, &step)
            person(actor, reply, &step)
        default: preconditionFailure("facts of whole calls and of the street are written apart")
        }
    }

    /// What facts of a part have in common; parts count from 0, as in the facts.
    private func part(_ name: String, _ number: AssignmentNumber, _ step: inout JSONLine) {
        call(name, number.serial, &step) { $0.number("part", number.ordinal) }
    }

    private func write(_ queued: AssignmentQueued, _ step: inout JSONLine) {
        part("assignmentQueued", queued.number, &step)
        step.text("department", names.id(queued.department, in: names.departments))
        step.text("role", "\(queued.role)")
        step.number("stage", queued.stage)
        deadline("dispatch", queued.dispatch, &step)
        deadline("resolve", queued.resolve, &step)
        step.number("continues", queued.continues)
    }

    private func write(_ released: AssignmentReleased, _ step: inout JSONLine) {
        part("assignmentReleased", released.number, &step)
        step.text("cause", "\(released.cause)")
        step.number("failures", released.failures)
        time("notBefore", released.notBefore, &step)
        text(released.reason, &step)
    }

    private func write(_ ended: AssignmentEnded, _ name: String, _ step: inout JSONLine) {
        part(name, ended.number, &step)
        step.number("attempt", ended.attempt)
        person(ended.actor, ended.texts, &step)
    }

    private func write(_ proposed: MeasuresProposed, _ step: inout JSONLine) {
        part("measuresProposed", proposed.number, &step)
        step.hexadecimal("proposal", proposed.digest.bytes)
        step.flag("major", proposed.isMajor)
        deadline("review", proposed.review, &step)
        person(proposed.actor, proposed.texts, &step)
    }

    private func write(_ reviewed: ProposalReviewed, _ step: inout JSONLine) {
        part("proposalReviewed", reviewed.number, &step)
        step.hexadecimal("proposal", reviewed.digest.bytes)
        step.text("verdict", "\(reviewed.verdict)")
        person(reviewed.actor, reviewed.reason, &step)
    }
}
