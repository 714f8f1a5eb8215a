import BrokerEngine
import GridCodec
import GridModel
import ZeroMQ

import struct Foundation.Data

/// Hears every frame the broker lets go and holds it against what is durable at that moment.
struct Witness {
    /// The first receipt of each call: every later one must say the same.
    private(set) var receipts: [CallID: WireFiledCall] = [:]
    /// Calls of which it was confirmed that what the reporter wrote is gone, over all restores.
    private var erased: Set<CallID> = []
    /// Calls in the list beside the secret: their texts may be gone already.
    var listed: Set<CallID> = []
    /// The texts each call was submitted with.
    private(set) var texts: [CallID: WireCallTexts] = [:]
    /// Commands whose confirmation has left.
    private var confirmedCommands: Set<CommandID> = []
    /// Calls whose id was also sent with other content.
    private(set) var clashed: Set<CallID> = []
    /// Calls the broker must refuse.
    private(set) var unacceptable: Set<CallID> = []
    /// Batches of which a text has a flipped bit.
    var damagedTexts: Set<UInt64> = []
    /// The highest serial in any receipt, over all restores.
    private(set) var highestSerial: UInt64 = 0
    /// Whose each case number is, for ever.
    private var numbers: [String: CallID] = [:]
    private var strangers: Set<RoutingID> = []
    /// The parts each worker was given over its connection and has not ended.
    private var handed: [RoutingID: Set<Claim>] = [:]
    /// The highest batch a tag has named.
    private(set) var highestTag: UInt64 = 0

    /// A terminal is about to submit a call.
    mutating func expect(_ item: WireSubmitItem, isAcceptable: Bool) {
        guard let id = CallID(data: item.id) else { return }
        texts[id] = item.texts
        if !isAcceptable { unacceptable.insert(id) }
    }

    /// A terminal is about to send another call under the same id.
    mutating func expectClash(_ id: CallID) { clashed.insert(id) }

    /// Whether the answer to a call is one that the journal still holds.
    func isSettled(_ item: WireSubmitItem) -> Bool {
        CallID(data: item.id).map { receipts[$0] != nil } ?? false
    }

    /// Somebody whom nobody knows is about to send bytes that make no sense.
    mutating func expectStranger(_ route: RoutingID) { strangers.insert(route) }

    /// A backup was restored: what was confirmed after batch `seq` must be offered, and confirmed,
    /// again. `auditor` knows what was there before.
    mutating func journalIsRestored(to seq: UInt64, _ auditor: Auditor) {
        receipts = receipts.filter { id, _ in (auditor.filings[id]?.seq ?? .max) <= seq }
        confirmedCommands = confirmedCommands.filter { id in
            (auditor.commands[id]?.seq ?? .max) <= seq
        }
        handed = [:]
    }

    /// A frame leaves the broker.
    mutating func hear(
        _ message: WireMessage, from route: RoutingID, _ auditor: Auditor, syncedSeq: UInt64
    ) throws {
        switch message {
        case .welcome(let body):
            // Only what it listed is counted as its own from now on.
            handed[route] = []
            try check(body.tag, syncedSeq)
        case .heartbeat(let body): try check(body.tag, syncedSeq)
        case .receipt(let body):
            try check(body.tag, syncedSeq)
            for item in body.items { try check(item, auditor, syncedSeq) }
        case .assign(let body):
            try check(body.tag, syncedSeq)
            for item in body.items { try check(item, route, auditor, syncedSeq) }
        case .withdraw(let body): try check(body.tag, syncedSeq)
        case .outcomeReceipt(let body):
            try check(body.tag, syncedSeq)
            for item in body.items { try check(item, auditor, syncedSeq) }
        case .commandReply(let body):
            try check(body.tag, syncedSeq)
            for item in body.items { try check(item, auditor, syncedSeq) }
        case .error(let body):
            // Workers of a department that the office took out are refused until it is back.
            let expected = [
                RefusalCode.helloRequired, .unknownDepartment, .tooManySessions, .rateExceeded,
            ].map(\.rawValue)
            guard strangers.contains(route) || expected.contains(UInt16(clamping: body.code)) else {
                throw Violation("the broker refused a frame with code \(body.code): \(body.reason)")
            }
        case .hello, .goodbye, .submit, .progress, .outcome, .command, .query, .queryReply: break
        }
    }

    private mutating func check(_ tag: WireTag, _ syncedSeq: UInt64) throws {
        guard tag.seq <= syncedSeq else {
            throw Violation("a tag names batch \(tag.seq), but only \(syncedSeq) is durable")
        }
        highestTag = max(highestTag, tag.seq)
    }

    private mutating func check(
        _ item: WireReceiptItem, _ auditor: Auditor, _ syncedSeq: UInt64
    ) throws {
        guard let id = CallID(data: item.id) else { throw Violation("a receipt without an id") }
        switch item.answer {
        case .filed(let filed): try check(filed, of: id, auditor, syncedSeq)
        case .refused(let refusal): try check(refusal, of: id, auditor)
        case nil: throw Violation("the receipt of call \(id) says nothing")
        }
    }

    private mutating func check(
        _ filed: WireFiledCall, of id: CallID, _ auditor: Auditor, _ syncedSeq: UInt64
    ) throws {
        guard let filing = auditor.filings[id], filing.seq <= syncedSeq else {
            throw Violation("call \(id) is confirmed, but its filing is not durable")
        }
        let number = CaseNumber(
            prefix: SimulatedStreet.prefix, year: Int(filing.year), serial: filing.serial)
        guard filed.caseNumber == number.description else {
            throw Violation("call \(id) is \(number), its receipt says \(filed.caseNumber)")
        }
        var receipt = filed
        receipt.repeated = false
        guard receipts[id] ?? receipt == receipt else {
            throw Violation("the receipt of call \(id) changed")
        }
        receipts[id] = receipt
        highestSerial = max(highestSerial, filing.serial)
        guard numbers.updateValue(id, forKey: filed.caseNumber) ?? id == id else {
            throw Violation("case number \(filed.caseNumber) was given to two calls")
        }
    }

    private func check(_ refusal: WireRefusal, of id: CallID, _ auditor: Auditor) throws {
        // The broker has no room now; the terminal sends it again.
        let passing: [RefusalCode] = [
            .tooManyOpenCalls, .windowExceeded, .diskFull, .tooMuchUnread,
        ]
        if passing.contains(where: { UInt32($0.rawValue) == refusal.code }) { return }
        let isClash = refusal.code == UInt32(RefusalCode.contentDiffers.rawValue)
        guard isClash ? clashed.contains(id) : unacceptable.contains(id) else {
            throw Violation("call \(id) is refused with code \(refusal.code): \(refusal.reason)")
        }
    }

    private mutating func check(
        _ item: WireAssignItem, _ route: RoutingID, _ auditor: Auditor, _ syncedSeq: UInt64
    ) throws {
        let claim = item.claim.model
        handed[route, default: []].insert(claim)
        handed[route] = handed[route]?.filter { auditor.isInWorkersHand($0) }
        guard handed[route]?.count ?? 0 <= SimulatedWorker.capacity else {
            throw Violation("a worker has more than \(SimulatedWorker.capacity) parts in hand")
        }
        guard let seq = auditor.dispatches[claim], seq <= syncedSeq else {
            throw Violation("\(claim) is handed out, but its dispatch is not durable")
        }
        guard let id = CallID(data: item.call), item.texts == texts[id] || isErased(item, auditor)
        else {
            throw Violation("\(claim) is handed out with the texts of another call")
        }
        guard !erased.contains(id) || item.texts == WireCallTexts() else {
            throw Violation("\(claim) is handed out with texts that were erased")
        }
    }

    /// The journal says, durably, that these calls' texts were erased.
    mutating func areErased(_ calls: some Sequence<CallID>) { erased.formUnion(calls) }

    /// A damaged text, and one that may be gone already, is left out as if it had been erased;
    /// never is another handed out.
    private func isErased(_ item: WireAssignItem, _ auditor: Auditor) -> Bool {
        guard item.texts == WireCallTexts(), let id = CallID(data: item.call),
            let filing = auditor.filings[id]
        else { return false }
        return damagedTexts.contains(filing.seq) || listed.contains(id)
    }

    private func check(
        _ item: WireOutcomeReceiptItem, _ auditor: Auditor, _ syncedSeq: UInt64
    ) throws {
        guard item.step == .unspecified else { return }
        let claim = item.claim.model
        let ending = auditor.endings[claim]
        // A part that was reworked had an outcome, and has another one to come.
        guard !auditor.reworked.contains(claim) else { return }
        if item.hasRefused {
            // The gate of legal review, or an officer who was there before the worker.
            let refusals: [RefusalCode] = [.reviewRequired, .notAllowedInState, .contentDiffers]
            if refusals.contains(where: { UInt32($0.rawValue) == item.refused.code }) { return }
            guard item.refused.code == UInt32(RefusalCode.claimLost.rawValue) else {
                throw Violation("the outcome of \(claim) is refused: \(item.refused.reason)")
            }
            // A restore voids claims of before, also for what the backup holds (decision 11).
            if let ending, ending.result != .failed, claim.epoch == auditor.epoch {
                throw Violation("the outcome of \(claim) counted and is refused as lost")
            }
            return
        }
        guard let ending, ending.seq <= syncedSeq else {
            throw Violation("the outcome of \(claim) is confirmed, but it is not durable")
        }
    }

    private mutating func check(
        _ item: WireCommandReplyItem, _ auditor: Auditor, _ syncedSeq: UInt64
    ) throws {
        if item.hasRefused {
            // Refusals are not remembered: a copy that comes later may be carried out.
            guard CommandID(data: item.id).map({ !confirmedCommands.contains($0) }) ?? false else {
                throw Violation("a confirmed command is refused: \(item.refused.reason)")
            }
            return
        }
        guard let id = CommandID(data: item.id), let command = auditor.commands[id],
            command.seq <= syncedSeq
        else { throw Violation("a command is confirmed, but it is not durable") }
        guard item.revision == command.revision else {
            throw Violation(
                "command \(id) led to revision \(command.revision), not \(item.revision)")
        }
        confirmedCommands.insert(id)
    }
}
