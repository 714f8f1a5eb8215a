import Access
import BrokerEngine
import GridCodec
import GridModel
import ZeroMQ

extension BrokerCore {
    /// Puts what an effect tells a peer into its outbox.
    func handle(_ effect: Effect) {
        switch effect {
        case .welcome(let session, let kept): welcome(session, kept: kept)
        case .helloRefused(_, let refusal):
            answerDirectly(refusal, kind: .hello, to: helloRoute)
        case .confirmFiled(let session, let receipt): confirm(receipt, to: session)
        case .refuseSubmit(let session, let id, let refusal):
            refuseSubmit(id.bytes, refusal, to: session)
        case .assign(let session, let slot): assign(slot, to: session)
        case .callBack(let session, let claim): callBack(claim, to: session)
        case .confirmOutcome(let session, let claim, let isRepeated):
            answerOutcome(claim, isRepeated: isRepeated, to: session)
        case .refuseOutcome(let session, let claim, let refusal):
            if refusal.code == .claimLost { counters.outcomesLost += 1 }
            answerOutcome(claim, refusal: refusal, to: session)
        case .confirmProgress(let session, let claim, let step, let isRepeated):
            answerOutcome(
                claim, stepNumber: UInt64(step.rawValue), isRepeated: isRepeated, to: session)
        case .refuseProgress(let session, let claim, let step, let refusal):
            answerOutcome(
                claim, stepNumber: UInt64(step.rawValue), refusal: refusal, to: session)
        case .confirmCommand(let session, let id, let revision, let isRepeated):
            answerCommand(id.bytes, revision: revision, isRepeated: isRepeated, to: session)
        case .refuseCommand(let session, let id, let refusal):
            answerCommand(id.bytes, refusal: refusal.namingWhoMay, to: session)
        case .directWorker(let session, let order): direct(session, order)
        case .dismiss(let session, let reason): dismiss(session, reason: reason)
        case .sessionEnded(let session, _): forget(session)
        }
    }

    /// The Goodbye waits for the catalogue that caused it, and for what the peer is told besides.
    private func dismiss(_ session: SessionHandle, reason: String) {
        var goodbye = WireGoodbye()
        goodbye.reason = reason
        forming.add(to: session) { $0.farewell = Frame.encode(.goodbye(goodbye)) }
    }

    private func confirm(
        _ receipt: FiledReceipt, to session: SessionHandle
    ) {
        if receipt.isRepeated {
            counters.submitsRepeated += 1
            work += WorkPrice.repeatedItem
        }
        item.removeAll()
        item.field(1, receipt.id)
        item.message(2) { filed in
            filed.field(1, engine.caseNumber(receipt.serial, year: receipt.year))
            filed.field(2, receipt.filedAt)
            filed.field(3, varint: receipt.isRepeated ? 1 : 0)
            filed.field(4, varint: receipt.isClockSuspect ? 1 : 0)
            if receipt.campaign != CallFiled.noCampaign {
                filed.field(5, engine.record.symbols.campaigns.name(of: receipt.campaign))
            }
        }
        forming.add(to: session) { $0.receipts.append(item.bytes) }
    }

    /// So much of a malformed id is sent back: enough to tell which one it was.
    private static let echoedIDBytes = 64

    /// Refuses one item of a Submit; `id` as it came.
    func refuseSubmit(
        _ id: some Collection<UInt8>, _ refusal: Refusal, to session: SessionHandle
    ) {
        noteRefusedItem()
        item.removeAll()
        item.field(1, id.prefix(Self.echoedIDBytes))
        item.field(3, refusal)
        forming.add(to: session) { $0.receipts.append(item.bytes) }
    }

    private func noteRefusedItem() {
        counters.itemsRefused += 1
        work += WorkPrice.refusedItem
    }

    private func callBack(_ claim: Claim, to session: SessionHandle) {
        item.removeAll()
        item.field(1, claim)
        forming.add(to: session) { $0.withdraws.append(item.bytes) }
    }

    /// Answers an outcome, or a step of progress.
    func answerOutcome(
        _ claim: Claim, stepNumber: UInt64 = 0, isRepeated: Bool = false,
        refusal: Refusal? = nil, to session: SessionHandle
    ) {
        item.removeAll()
        item.field(1, claim)
        item.field(2, varint: stepNumber)
        item.field(3, varint: isRepeated ? 1 : 0)
        if let refusal {
            noteRefusedItem()
            item.field(4, refusal)
        }
        // After a step of progress work goes on; at its end the worker has other work, or none.
        forming.add(to: session, isAwaited: stepNumber != 0 || refusal != nil) {
            $0.outcomeReceipts.append(item.bytes)
        }
    }

    /// Answers a command; `id` as it came.
    func answerCommand(
        _ id: some Collection<UInt8>, revision: UInt32 = 0, isRepeated: Bool = false,
        refusal: Refusal? = nil, to session: SessionHandle
    ) {
        item.removeAll()
        item.field(1, id.prefix(Self.echoedIDBytes))
        item.field(2, varint: UInt64(revision))
        item.field(3, varint: isRepeated ? 1 : 0)
        if let refusal {
            noteRefusedItem()
            item.field(4, refusal)
        }
        forming.add(to: session) { $0.commandReplies.append(item.bytes) }
    }

    /// Answers a frame that no session's outbox can answer.
    func answerDirectly(_ refusal: Refusal, kind: MessageKind?, to route: RoutingID) {
        counters.framesRefused += 1
        work += WorkPrice.refusedFrame
        var error = WireError()
        error.code = UInt32(refusal.code.rawValue)
        error.field = refusal.field
        error.reason = refusal.reason
        error.kind = UInt32(kind?.rawValue ?? 0)
        sendDirectly(Frame.encode(.error(error)), to: route)
    }
}
