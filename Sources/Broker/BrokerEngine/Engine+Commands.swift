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
        let order: Order
        do throws(Refusal) {
            order = try self.order(command, actor: actor(of: session))
            try carryOut(order)
        } catch {
            effects.append(.refuseCommand(session, command.id, error))
            return
        }
        let revision = revision(after: order)
        emit(
            .commandDecided(
                CommandDecided(
                    id: command.id, contentDigest: command.contentDigest, serial: order.serial,
                    revision: revision)))
        effects.append(
            .confirmCommand(session, command.id, revision: revision, isRepeated: false))
    }

    /// A command that may be carried out as far as its subject's state goes.
    struct Order {
        let command: PersonCommand
        let actor: ActorID
        /// `none` for commands of the whole street.
        var call = Slot.none
        /// `none` for commands on a whole call.
        var part = Slot.none
        /// 0 for commands of the whole street.
        var serial: UInt64 = 0
        /// The call's revision before, and how many facts there were.
        var revision: UInt32 = 0
        var facts = 0

        var reason: TextPlace? { command.reason }
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

    /// Finds what a command is about; throws why it is not possible, and leaves nothing.
    private func order(_ command: PersonCommand, actor: ActorID) throws(Refusal) -> Order {
        var order = Order(command: command, actor: actor)
        order.facts = facts.count
        if case .street = command.action.subject {
            try checkReason(command)
            return order
        }
        if case .anyCall = command.action.subject {
            try findAnyCall(&order)
            // Nothing happens to a call that ended, so that its revision is not kept.
            if order.call != .none { try checkRevision(of: order) }
            try checkReason(command)
            return order
        }
        order.call = try call(of: command)
        order.serial = record.calls[order.call].serial
        order.revision = record.calls[order.call].revision
        try checkOwner(of: order)
        try checkRevision(of: order)
        try checkReason(command)
        switch command.action.subject {
        case .street, .anyCall: break
        case .call(let input): try checkCall(order.call, input)
        case .part(let input):
            order.part = try part(of: order)
            let state = record.assignments[order.part].state
            guard AssignmentRules.shared.allows(input, in: state) else {
                throw Self.notAllowed(command: input, state)
            }
        case .partOfCall(let input):
            try checkCall(order.call, input)
            order.part = try part(of: order)
        }
        return order
    }

    private func checkRevision(of order: Order) throws(Refusal) {
        let expected = order.command.expectedRevision
        guard expected == 0 || expected == order.revision else {
            throw Refusal(
                .revisionChanged, field: "expected_revision",
                reason: "the call is at revision \(order.revision) now; look again and decide "
                    + "anew")
        }
    }

    private func call(of command: PersonCommand) throws(Refusal) -> Slot {
        guard let call = record.call(id: command.call) else {
            throw command.isCallEnded || recent.call(id: command.call) != nil
                ? Refusal(
                    .notAllowedInState, reason: "the call has ended: nothing more is possible")
                : Self.noCall
        }
        return call
    }

    /// What somebody may not see is not there for them; what is another department's is theirs.
    private func checkOwner(of order: Order) throws(Refusal) {
        switch order.command.authority {
        case .street: return
        case .ownCalls:
            guard order.actor != 0, record.calls[order.call].reporter == order.actor else {
                throw Self.noCall
            }
        case .departments(let departments):
            let parts = record.assignments(of: order.call)
            let own = departments.compactMap(record.symbols.departments.number(of:))
            let ordinal = order.command.ordinal
            let isOwn: Bool
            if case .call = order.command.action.subject {
                isOwn = parts.contains { own.contains(record.assignments[$0].department) }
            } else {
                guard parts.indices.contains(ordinal) else { return }
                isOwn = own.contains(record.assignments[parts[ordinal]].department)
            }
            guard isOwn else {
                throw Refusal(
                    .notOwner, field: "ordinal",
                    reason: "this key acts for \(departments.joined(separator: ", ")); "
                        + "an officer of the part's department may do it")
            }
        }
    }

    private func checkReason(_ command: PersonCommand) throws(Refusal) {
        guard command.action.needsReason, !command.hasReason else { return }
        throw Refusal(.reasonRequired, field: "reason", reason: "this command needs a reason")
    }

    private func checkCall(_ call: Slot, _ input: CallInput) throws(Refusal) {
        let state = record.calls[call].state
        guard Transitions.call[state]?[input] == nil else { return }
        throw Self.notAllowed(command: input, state)
    }

    private func part(of order: Order) throws(Refusal) -> Slot {
        let parts = record.assignments(of: order.call)
        guard parts.indices.contains(order.command.ordinal) else {
            throw Refusal(
                .notFound, field: "ordinal",
                reason: parts.isEmpty
                    ? "the call has no parts yet"
                    : "the call has parts 0 to \(parts.count - 1)")
        }
        return parts[order.command.ordinal]
    }

    /// The call's revision once the command itself is written down, also if the call ended by it.
    private func revision(after order: Order) -> UInt32 {
        guard order.call != .none else { return 0 }
        let changes = facts[order.facts...].count { $0.serial == order.serial }
        return order.revision + UInt32(changes) + 1
    }

    static let noCall = Refusal(
        .notFound, field: "call", reason: "no call has this id")

    /// Leaves the command's facts, or throws and leaves none.
    private mutating func carryOut(_ order: Order) throws(Refusal) {
        switch order.command.action {
        case .redispatch(let department): try redispatch(order, to: department)
        case .requeue: requeue(order)
        case .withdraw:
            withdraw(order.part, actor: order.actor, reason: order.reason)
            advance(order.call)
        case .void: void(order)
        case .verify(let passed): verify(order, passed: passed)
        case .check(let passed, let failed): try check(order, passed: passed, failed: failed)
        case .review(let verdict, let digest): try review(order, verdict, digest)
        case .decideExtension(let approved): try decideExtension(order, approved: approved)
        case .supervise: try supervise(order)
        case .merge(let into): try merge(order, into: into)
        case .unmerge: try unmerge(order)
        case .pauseQueue(let department, let until):
            try pauseQueue(order, department, until: until)
        case .resumeQueue(let department): try resumeQueue(order, department)
        case .directWorker(let wanted, let choice): try directWorker(order, wanted, choice)
        case .confirmClock: try confirmClock(order)
        case .openCampaign(let id): try openCampaign(order, id)
        case .extendCampaign(let id, let until): try extendCampaign(order, id, until: until)
        case .closeCampaign(let id): try closeCampaign(order, id)
        case .recordActivity(let activity): try recordActivity(order, activity)
        case .requestErasure: try requestErasure(order)
        case .confirmErasure(let texts): try confirmErasure(order, texts)
        default: try carryOutWork(order)
        }
    }

    /// What officers do.
    private mutating func carryOutWork(_ order: Order) throws(Refusal) {
        switch order.command.action {
        case .accept: try accept(order)
        case .arrive: arrive(order)
        case .propose(let proposal): try propose(order, proposal)
        case .complete(let proposal): try complete(order, proposal)
        case .return: returnPart(order)
        case .fail: fail(order)
        case .requestExtension: try requestExtension(order)
        case .suspend(let until): try suspend(order, until: until)
        case .resume: try resume(order)
        case .reply: try reply(order)
        case .report(let id): try report(order, id)
        default: preconditionFailure("every other command is carried out above")
        }
    }
}
