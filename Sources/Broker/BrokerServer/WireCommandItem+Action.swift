import Access
import BrokerEngine
import GridCodec
import GridModel

extension AccessAction {
    /// What a command asks for.
    init(_ command: WireCommandItem.OneOf_Command) {
        self =
            switch command {
            case .redispatch: .redispatch
            case .requeue: .requeue
            case .withdraw: .withdraw
            case .voidCall: .void
            case .accept: .accept
            case .arrive: .arrive
            case .propose: .propose
            case .complete: .complete
            case .returnPart: .return
            case .fail: .fail
            case .requestExtension: .requestExtension
            case .suspend: .suspend
            case .resume: .resume
            case .check: .check
            case .verify: .verify
            case .review: .review
            case .bypass: .bypass
            case .supervise: .supervise
            case .reply: .reply
            case .decideExtension: .decideExtension
            case .merge: .merge
            case .unmerge: .unmerge
            case .report: .report
            case .pauseQueue: .pauseQueue
            case .resumeQueue: .resumeQueue
            case .directWorker: .directWorker
            case .confirmClock: .confirmClock
            case .openCampaign: .openCampaign
            case .extendCampaign: .extendCampaign
            case .closeCampaign: .closeCampaign
            case .recordActivity: .recordActivity
            case .requestErasure: .requestErasure
            case .confirmErasure: .confirmErasure
            }
    }
}

extension WireCommandItem.OneOf_Command {
    /// Whether it concerns the whole street, so that it names no call.
    var isOfStreet: Bool {
        switch self {
        case .pauseQueue, .resumeQueue, .directWorker, .confirmClock, .openCampaign,
            .extendCampaign, .closeCampaign, .recordActivity:
            true
        default: false
        }
    }

    /// The measures it carries; `nil` if it carries none.
    var measures: [WireMeasure]? {
        switch self {
        case .propose(let command): command.measures
        case .complete(let command): command.measures
        default: nil
        }
    }
}

extension ItemValidation {
    /// What a command wants; `proposal` is what its measures are, if it carries any. Throws for
    /// a value that no command can have.
    func action(
        _ command: WireCommandItem.OneOf_Command, proposal: Proposal?
    ) throws(Refusal) -> PersonCommand.Action {
        switch command {
        case .redispatch(let command): .redispatch(department: command.department)
        case .requeue: .requeue
        case .withdraw: .withdraw
        case .voidCall: .void
        case .accept: .accept
        case .arrive: .arrive
        case .propose: .propose(try given(proposal))
        case .complete: .complete(try given(proposal))
        case .returnPart: .return
        case .fail: .fail
        case .requestExtension: .requestExtension
        case .suspend(let command): .suspend(until: try time(command.until, "until"))
        case .resume: .resume
        case .check(let command):
            .check(passed: command.passed, failed: command.failed.map(Int.init))
        case .verify(let command): .verify(passed: command.passed)
        case .review(let command): try review(command)
        case .bypass(let command): .review(.bypassed, digest: try digest(command.digest))
        case .supervise: .supervise
        case .reply: .reply
        case .report(let command): .report(command.report)
        case .decideExtension(let command): .decideExtension(approved: command.approved)
        case .merge(let command): .merge(into: try id(command.into, field: "into"))
        case .unmerge: .unmerge
        case .pauseQueue(let command):
            .pauseQueue(
                department: command.department,
                until: command.until == 0 ? .distantFuture : try time(command.until, "until"))
        case .resumeQueue(let command): .resumeQueue(department: command.department)
        case .directWorker(let command): try directWorker(command)
        case .confirmClock: .confirmClock
        case .openCampaign(let command): .openCampaign(try campaign(command.campaign))
        case .extendCampaign(let command):
            .extendCampaign(
                try campaign(command.campaign), until: try time(command.until, "until"))
        case .closeCampaign(let command): .closeCampaign(try campaign(command.campaign))
        case .recordActivity(let command): .recordActivity(try activity(command))
        case .requestErasure: .requestErasure
        case .confirmErasure: .confirmErasure([])
        }
    }

    private func given(_ proposal: Proposal?) throws(Refusal) -> Proposal {
        guard let proposal else {
            throw Refusal(.missingField, field: "measures", reason: "say what is to be done")
        }
        return proposal
    }

    private func review(_ command: WireReviewProposal) throws(Refusal) -> PersonCommand.Action {
        let verdict: ReviewVerdict
        switch command.verdict {
        case .approved: verdict = .approved
        case .corrected: verdict = .corrected
        case .rejected: verdict = .rejected
        case .bypassed, .unspecified, .UNRECOGNIZED:
            throw Refusal(
                .valueOutOfRange, field: "verdict",
                reason: "a review approves (1), corrects (2) or rejects (3)")
        }
        return .review(verdict, digest: try digest(command.digest))
    }

    private func digest(_ bytes: some Sequence<UInt8>) throws(Refusal) -> Digest {
        guard let digest = Digest(bytes: bytes) else {
            throw Refusal(
                .malformedID, field: "digest", reason: "the digest of a proposal has 32 bytes")
        }
        return digest
    }

    private func directWorker(
        _ command: WireDirectWorker
    ) throws(Refusal) -> PersonCommand.Action {
        guard let order = WorkerOrder(rawValue: UInt8(clamping: command.order.rawValue)) else {
            throw Refusal(
                .valueOutOfRange, field: "order", reason: "work (1), quiet (2) or drain (3)")
        }
        guard command.session.isEmpty else {
            return .directWorker(order, .session(try id(command.session, field: "session")))
        }
        guard !command.name.isEmpty, !command.department.isEmpty else {
            throw Refusal(
                .missingField, field: "name",
                reason: "give the worker's department and name, or its session")
        }
        return .directWorker(order, .named(command.name, department: command.department))
    }

    func time(_ milliseconds: Int64, _ field: String) throws(Refusal) -> Timestamp {
        guard milliseconds > 0, milliseconds <= Self.latestTime else {
            throw Refusal(
                .valueOutOfRange, field: field,
                reason: "a time is milliseconds since 1970, before the year 10000")
        }
        return Timestamp(milliseconds: milliseconds)
    }

    /// Throws unless measures can be stored and read again line by line.
    func check(_ measures: [WireMeasure]) throws(Refusal) {
        for measure in measures {
            try text(measure.name, "measures.name", limits.textBytes)
            try text(measure.value, "measures.value", limits.textBytes)
            guard !measure.name.allSatisfy(\.isWhitespace),
                !measure.name.contains(where: { $0.isNewline || $0 == ":" })
            else {
                throw Refusal(
                    .malformedText, field: "measures.name",
                    reason: "a measure's name is not empty and has no colon or line end")
            }
            guard !measure.value.contains(where: \.isNewline) else {
                throw Refusal(
                    .malformedText, field: "measures.value", reason: "a value is one line")
            }
        }
    }
}
