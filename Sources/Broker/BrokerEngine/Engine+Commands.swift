import GridModel

extension Engine {
    /// Carries out a person's command once; a repeat gets the same answer.
    mutating func command(
        _ command: PersonCommand, from session: SessionHandle, old: OldCommand?
    ) {
        if let known = recent.command(id: command.id) ?? old {
            effects.append(repeated(known, command, session))
            return
        }
        switch target(of: command) {
        case .failure(let refusal):
            effects.append(.refuseCommand(session, command.id, refusal))
        case .success(let target): carryOut(command, on: target, from: session)
        }
    }

    private struct Target {
        let call: Slot
        /// `none` where the command concerns the whole call.
        let assignment: Slot
    }

    private func repeated(
        _ known: CommandDecided, _ command: PersonCommand, _ session: SessionHandle
    ) -> Effect {
        guard known.contentDigest == command.contentDigest else {
            return .refuseCommand(
                session, command.id,
                Refusal(.contentDiffers, field: "id", reason: "this id named another command"))
        }
        return .confirmCommand(session, command.id, revision: known.revision, isRepeated: true)
    }

    private func target(of command: PersonCommand) -> Result<Target, Refusal> {
        guard let call = record.call(id: command.call) else {
            return .failure(
                command.isCallEnded || recent.call(id: command.call) != nil
                    ? Refusal(.notAllowedInState, reason: "the call has ended")
                    : Refusal(.notFound, field: "call", reason: "no call has this id"))
        }
        let revision = record.calls[call].revision
        guard command.expectedRevision == 0 || command.expectedRevision == revision else {
            return .failure(
                Refusal(
                    .revisionChanged, field: "expected_revision",
                    reason: "the call is at revision \(revision) now; look again and decide anew"))
        }
        if command.action.needsReason, command.reason == nil {
            return .failure(
                Refusal(.reasonRequired, field: "reason", reason: "this command needs a reason"))
        }
        if command.action == .void { return checkVoid(call) }
        return checkPart(command, of: call)
    }

    private func checkVoid(_ call: Slot) -> Result<Target, Refusal> {
        let state = record.calls[call].state
        guard Transitions.call[state]?[.void] != nil else {
            return .failure(
                Refusal(
                    .notAllowedInState,
                    reason: "a call that is \(state) cannot be voided; possible: "
                        + Transitions.allowed(in: state).map { "\($0)" }.joined(separator: ", ")))
        }
        return .success(Target(call: call, assignment: .none))
    }

    private func checkPart(_ command: PersonCommand, of call: Slot) -> Result<Target, Refusal> {
        let parts = record.assignments(of: call)
        guard parts.indices.contains(command.ordinal) else {
            return .failure(
                Refusal(
                    .notFound, field: "ordinal",
                    reason: parts.isEmpty
                        ? "the call has no parts yet"
                        : "the call has parts 0 to \(parts.count - 1)"))
        }
        let slot = parts[command.ordinal]
        let state = record.assignments[slot].state
        guard AssignmentRules.shared.allows(command.action.input, in: state) else {
            return .failure(Self.notAllowed(command.action.input, state))
        }
        if case .redispatch(let department) = command.action,
            let refusal = redispatchRefusal(department, call)
        {
            return .failure(refusal)
        }
        return .success(Target(call: call, assignment: slot))
    }

    private func redispatchRefusal(_ department: String, _ call: Slot) -> Refusal? {
        guard let catalogue = record.catalogue?.catalogue,
            catalogue.departments.contains(where: { $0.id == department })
        else {
            return Refusal(
                .unknownDepartment, field: "department",
                reason: "the catalogue in force declares no such department")
        }
        // The stages to come need their ordinals too.
        let later =
            plan(of: call)?.stages.dropFirst(Int(record.calls[call].stage) + 1)
            .reduce(0) { $0 + $1.count } ?? 0
        let most = AssignmentNumber.maximumPerCall
        guard Int(record.calls[call].nextOrdinal) + 1 + later > most else { return nil }
        return Refusal(
            .tooManyAssignments,
            reason: later == 0
                ? "a call has at most \(most) parts"
                : "a call has at most \(most) parts, and \(later) are kept for later stages")
    }

    private mutating func carryOut(
        _ command: PersonCommand, on target: Target, from session: SessionHandle
    ) {
        let serial = record.calls[target.call].serial
        let actor = actor(of: session)
        let revision = perform(command, on: target, serial: serial, actor: actor)
        emit(
            .commandDecided(
                CommandDecided(
                    id: command.id, contentDigest: command.contentDigest, serial: serial,
                    revision: revision)))
        effects.append(
            .confirmCommand(session, command.id, revision: revision, isRepeated: false))
    }

    /// Leaves the command's facts; returns the revision the call has once the command itself is
    /// written down too.
    private mutating func perform(
        _ command: PersonCommand, on target: Target, serial: UInt64, actor: ActorID
    ) -> UInt32 {
        switch command.action {
        case .redispatch(let department):
            redispatch(target, to: department, actor: actor, reason: command.reason)
        case .requeue:
            let number = record.assignments[target.assignment].number
            emit(.assignmentRequeued(number, actor: actor, reason: command.reason))
            waitInQueue(target.assignment)
            scheduleClocks(target.assignment)
        case .withdraw:
            withdraw(target.assignment, actor: actor, reason: command.reason)
            let revision = record.calls[target.call].revision
            advance(target.call)
            return (record.call(serial: serial).map { record.calls[$0].revision } ?? revision + 1)
                + 1
        case .void:
            for slot in record.assignments(of: target.call)
            where record.assignments[slot].state.isOpen {
                withdraw(slot, actor: actor, reason: command.reason)
            }
            let revision = record.calls[target.call].revision
            emit(.callVoided(serial: serial, actor: actor, reason: command.reason))
            return revision + 2
        }
        return record.calls[target.call].revision + 1
    }

    private mutating func redispatch(
        _ target: Target, to department: String, actor: ActorID, reason: TextPlace?
    ) {
        guard let department = record.symbols.departments.number(of: department) else { return }
        let assignment = record.assignments[target.assignment]
        schedule.forget(target.assignment)
        let next = AssignmentNumber(
            serial: record.calls[target.call].serial,
            ordinal: Int(record.calls[target.call].nextOrdinal))
        emit(
            .assignmentRedispatched(
                from: assignment.number, to: next, actor: actor, reason: reason))
        queue(department, role: assignment.role, stage: Int(assignment.stage), call: target.call)
    }

    /// Takes an assignment out of every hand and queue; whoever holds it is told.
    private mutating func withdraw(_ slot: Slot, actor: ActorID, reason: TextPlace?) {
        let assignment = record.assignments[slot]
        if assignment.state.isInHand, assignment.state != .delivered {
            let holder = schedule.holds[Int(slot)].session
            if holder != .none { effects.append(.callBack(holder, claim(slot))) }
            letGo(slot)
        }
        schedule.forget(slot)
        emit(.assignmentWithdrawn(assignment.number, actor: actor, reason: reason))
    }
}

extension PersonCommand.Action {
    /// The row of the transition table; `void` concerns the call.
    fileprivate var input: AssignmentInput {
        switch self {
        case .redispatch: .redispatch
        case .requeue: .requeue
        case .withdraw, .void: .withdraw
        }
    }

    fileprivate var needsReason: Bool {
        switch self {
        case .redispatch, .withdraw, .void: true
        case .requeue: false
        }
    }
}
