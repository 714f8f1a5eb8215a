import BrokerEngine
import GridModel

extension FactFields {
    /// The fact of `kind` in these fields; any kind but a catalogue, whose JSON is read elsewhere.
    mutating func fact(_ kind: FactKind) throws(FactCodecError) -> Fact {
        switch kind {
        case .catalogueAdopted: preconditionFailure("a catalogue is read from JSON")
        case .turnBegan: .turnBegan(at: Timestamp(milliseconds: signed(1)))
        case .epochBegan: .epochBegan(epoch: try unsigned(1), firstSerial: try unsigned(2))
        case .actorNamed: .actorNamed(actor: try unsigned(1), name: try string(4))
        case .commandDecided: try commandDecided()
        case .callFiled: try callFiled()
        case .callVerified:
            .callVerified(
                serial: try unsigned(1), passed: try flag(4), actor: try unsigned(2),
                note: try text(3))
        case .stageBegan: .stageBegan(serial: try unsigned(1), stage: try unsigned(4))
        case .checkOpened: .checkOpened(serial: try unsigned(1), deadline: try deadline(4))
        case .checkDecided:
            .checkDecided(
                serial: try unsigned(1), passed: try flag(4), actor: try unsigned(2),
                note: try text(3))
        case .callClosed: .callClosed(serial: try unsigned(1))
        case .callVoided:
            .callVoided(serial: try unsigned(1), actor: try unsigned(2), reason: try text(3))
        case .callMerged:
            .callMerged(
                serial: try unsigned(1), into: try unsigned(4), actor: try unsigned(2),
                reason: try text(3))
        case .callUnmerged:
            .callUnmerged(serial: try unsigned(1), actor: try unsigned(2), reason: try text(3))
        case .assignmentQueued: try assignmentQueued()
        case .assignmentDispatched:
            .assignmentDispatched(
                AssignmentDispatched(
                    number: try number(1), attempt: try unsigned(4), worker: try unsigned(2),
                    accept: try deadline(5)))
        case .assignmentDelivered: .assignmentDelivered(try number(1))
        case .assignmentAccepted:
            .assignmentAccepted(
                AssignmentAccepted(
                    number: try number(1), actor: try unsigned(2), arrive: try deadline(4)))
        case .assignmentArrived: .assignmentArrived(try number(1), actor: try unsigned(2))
        case .assignmentReleased: try assignmentReleased()
        case .assignmentStuck: .assignmentStuck(try number(1), cause: try choice(4))
        case .assignmentCompleted: .assignmentCompleted(try assignmentEnded())
        case .assignmentReturned: .assignmentReturned(try assignmentEnded())
        case .assignmentWithdrawn:
            .assignmentWithdrawn(try number(1), actor: try unsigned(2), reason: try text(3))
        case .assignmentRedispatched:
            .assignmentRedispatched(
                from: try number(1), to: try number(4), actor: try unsigned(2),
                reason: try text(3))
        case .assignmentRequeued:
            .assignmentRequeued(try number(1), actor: try unsigned(2), reason: try text(3))
        case .assignmentReworked:
            .assignmentReworked(
                try number(1), dispatch: try deadline(4), resolve: try deadline(5))
        case .measuresProposed: try measuresProposed()
        case .proposalReviewed: try proposalReviewed()
        case .extensionRequested:
            .extensionRequested(try number(1), actor: try unsigned(2), reason: try text(3))
        case .extensionDecided:
            .extensionDecided(
                try number(1), approved: try flag(4), resolve: try deadline(5),
                actor: try unsigned(2), reason: try text(3))
        case .assignmentSuspended:
            .assignmentSuspended(
                try number(1), remaining: signed(4), until: time(5), actor: try unsigned(2),
                reason: try text(3))
        case .assignmentResumed: try assignmentResumed()
        case .deadlineWarned:
            .deadlineWarned(try number(1), clock: try choice(4), report: try unsigned(5))
        case .deadlineMissed:
            .deadlineMissed(try number(1), clock: try choice(4), report: try unsigned(5))
        case .deadlineRevised:
            .deadlineRevised(try number(1), clock: try choice(4), deadline: try deadline(5))
        case .supervisionOpened:
            .supervisionOpened(
                try number(1), deadline: try deadline(4), supervisor: try optionalNumber(5),
                actor: try unsigned(2), order: try text(3))
        case .supervisionReplied:
            .supervisionReplied(try number(1), actor: try unsigned(2), reply: try text(3))
        case .queuePaused:
            .queuePaused(
                department: try unsigned(1), until: time(4), actor: try unsigned(2),
                reason: try text(3))
        case .queueResumed: .queueResumed(department: try unsigned(1), actor: try unsigned(2))
        case .accessRefused: .accessRefused(try accessRefusal())
        case .leadTaken: .leadTaken(try number(1))
        case .mergeSettled: .mergeSettled(serial: try unsigned(1))
        case .workerDirected:
            .workerDirected(
                worker: try unsigned(1), order: try choice(4), actor: try unsigned(2),
                stands: try flag(5))
        case .clockJumped: .clockJumped(milliseconds: signed(1))
        case .clockConfirmed: .clockConfirmed(actor: try unsigned(2))
        case .reportScheduled:
            .reportScheduled(
                serial: try unsigned(1), deadline: try deadline(4), report: try unsigned(5))
        case .reportFiled:
            .reportFiled(
                serial: try unsigned(1), actor: try unsigned(2), text: try text(3),
                report: try unsigned(4))
        case .campaignOpened:
            .campaignOpened(
                campaign: try unsigned(1), until: time(4), actor: try unsigned(2),
                reason: try text(3))
        case .campaignExtended:
            .campaignExtended(
                campaign: try unsigned(1), until: time(4), actor: try unsigned(2),
                reason: try text(3))
        case .campaignClosed:
            .campaignClosed(
                campaign: try unsigned(1), actor: try unsigned(2), summary: try text(3))
        case .activityRecorded: try activityRecorded()
        case .duplicateReported:
            .duplicateReported(
                serial: try unsigned(1), of: try unsigned(4), actor: try unsigned(2))
        case .personalDataErased: .personalDataErased(try personalDataErased())
        case .erasureRequested:
            .erasureRequested(serial: try unsigned(1), actor: try unsigned(2), reason: try text(3))
        }
    }

    private mutating func activityRecorded() throws(FactCodecError) -> Fact {
        .activityRecorded(
            Activity(
                kind: try choice(1), heldAt: Timestamp(milliseconds: signed(4)),
                sessions: try unsigned(5), people: try unsigned(6)),
            actor: try unsigned(2), theme: try text(3))
    }

    /// A number that is written one higher, 0 for none.
    private mutating func optionalNumber(_ field: Int) throws(FactCodecError) -> UInt16? {
        let number: UInt32 = try unsigned(field)
        guard number > 0 else { return nil }
        guard let value = UInt16(exactly: number - 1) else { throw .unknown }
        return value
    }

    private mutating func assignmentResumed() throws(FactCodecError) -> Fact {
        let actor: ActorID = try unsigned(2)
        let isByPerson = try flag(6)
        guard isByPerson || actor == 0 else { throw .unknown }
        return .assignmentResumed(
            try number(1), step: try deadline(5), resolve: try deadline(4),
            actor: isByPerson ? actor : nil, reason: try text(3))
    }

    private mutating func accessRefusal() throws(FactCodecError) -> AccessRefusal {
        guard let code = RefusalCode(rawValue: try unsigned(4)) else { throw .unknown }
        return AccessRefusal(
            actor: try unsigned(2), action: try choice(1), code: code, unlisted: try unsigned(5))
    }

    private mutating func number(_ field: Int) throws(FactCodecError) -> AssignmentNumber {
        AssignmentNumber(rawValue: try unsigned(field))
    }

    private mutating func string(_ field: Int) throws(FactCodecError) -> String {
        guard let part = part(field) else { return "" }
        guard let text = String(validating: part, as: UTF8.self) else { throw .malformed }
        return text
    }

    private mutating func commandDecided() throws(FactCodecError) -> Fact {
        .commandDecided(
            CommandDecided(
                id: id(4), contentDigest: id(6), serial: try unsigned(1),
                revision: try unsigned(8)))
    }

    private mutating func callFiled() throws(FactCodecError) -> Fact {
        let campaign: UInt16 = try unsigned(12)
        return .callFiled(
            CallFiled(
                serial: try unsigned(1), year: try unsigned(8), id: id(4), contentDigest: id(6),
                category: try unsigned(9), condition: try unsigned(10), grid: try unsigned(11),
                campaign: campaign &- 1, urgency: try choice(13),
                observedAt: Timestamp(milliseconds: signed(14)),
                isRecordedEarlier: try flag(16), isClockSuspect: try flag(17),
                isVerifying: try flag(18), coordinates: try coordinates(19),
                catalogueVersion: try unsigned(15), actor: try unsigned(2),
                texts: try text(3)))
    }

    private mutating func assignmentQueued() throws(FactCodecError) -> Fact {
        .assignmentQueued(
            AssignmentQueued(
                number: try number(1), department: try unsigned(4), role: try choice(5),
                stage: try unsigned(6), dispatch: try deadline(7), resolve: try deadline(8),
                continues: try optionalNumber(9).flatMap { UInt8(exactly: $0) }))
    }

    private mutating func assignmentReleased() throws(FactCodecError) -> Fact {
        .assignmentReleased(
            AssignmentReleased(
                number: try number(1), cause: try choice(4), failures: try unsigned(5),
                notBefore: time(6), reason: try text(3)))
    }

    private mutating func assignmentEnded() throws(FactCodecError) -> AssignmentEnded {
        AssignmentEnded(
            number: try number(1), attempt: try unsigned(4), actor: try unsigned(2),
            texts: try text(3))
    }

    private mutating func measuresProposed() throws(FactCodecError) -> Fact {
        .measuresProposed(
            MeasuresProposed(
                number: try number(1), digest: digest(4), isMajor: try flag(8),
                actor: try unsigned(2), review: try deadline(9), texts: try text(3)))
    }

    private mutating func proposalReviewed() throws(FactCodecError) -> Fact {
        .proposalReviewed(
            ProposalReviewed(
                number: try number(1), digest: digest(4), verdict: try choice(8),
                actor: try unsigned(2), reason: try text(3)))
    }
}
