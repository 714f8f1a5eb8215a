import Access
import BrokerEngine
import BrokerJournal
import GridCodec
import GridModel

extension BrokerCore {
    /// Hands an assignment over; if its texts are not in memory, as soon as they are.
    func assign(_ slot: Slot, to session: SessionHandle) {
        let assignment = engine.assignment(at: slot)
        let call = engine.call(at: assignment.call)
        // Paid by the Heartbeat or Hello that has it sent again; nobody pays for a hand-over.
        work += WorkPrice.repeatedItem + Int(call.textsLength) / WorkPrice.replyBytesPerUnit
        guard call.textsSeq != 0 else {
            write(slot, texts: [], to: session)
            return
        }
        if call.textsSeq == formingSeq {
            write(slot, texts: Self.texts(of: call, in: texts.bytes), to: session)
        } else if let batch = cache[call.textsSeq] {
            write(slot, texts: Self.texts(of: call, in: batch), to: session)
        } else {
            let claim = Claim(
                epoch: engine.record.epoch, assignment: assignment.number,
                attempt: assignment.attempt)
            if awaitingTexts[call.textsSeq] == nil, !erasing.contains(call.textsSeq) {
                textRequests.append(call.textsSeq)
            }
            awaitingTexts[call.textsSeq, default: []].append((session, claim))
        }
    }

    /// Batches whose texts the shell shall read from the journal.
    package func takeTextRequests() -> [UInt64] {
        defer { textRequests.removeAll() }
        return textRequests
    }

    /// The texts of a batch were read; empty if they are gone.
    package func textsWereRead(seq: UInt64, _ bytes: [UInt8]) {
        guard staleReads.remove(seq) == nil else {
            if !erasing.contains(seq) { textRequests.append(seq) }
            return
        }
        cache.insert(seq, bytes)
        for (session, claim) in awaitingTexts.removeValue(forKey: seq) ?? [] {
            guard engine.isHeld(claim, by: session),
                let slot = engine.record.assignment(claim.assignment)
            else { continue }
            let call = engine.call(at: engine.assignment(at: slot).call)
            write(slot, texts: Self.texts(of: call, in: bytes), to: session)
        }
    }

    /// The encoded texts of a call among those of its batch; empty if they were erased.
    private static func texts(of call: CallSlot, in batch: [UInt8]) -> ArraySlice<UInt8> {
        let start = Int(call.textsOffset) + JournalReader.saltBytes
        let end = Int(call.textsOffset) + Int(call.textsLength)
        guard start < end, end <= batch.count, batch[start] != 0 else { return [] }
        return batch[start..<end]
    }

    private func write(
        _ slot: Slot, texts: ArraySlice<UInt8>, to session: SessionHandle
    ) {
        Self.write(engine, slot, texts, to: &item)
        let ready = engine.takeReadyNanoseconds(slot)
        guard ready != 0 else {
            forming.add(to: session) { $0.assignsAgain.append(item.bytes) }
            return
        }
        forming.handovers.append((engine.assignment(at: slot).department, ready))
        forming.add(to: session) { $0.assigns.append(item.bytes) }
    }

    /// Not a method: the engine is looked up once and lent, not once for every field.
    private static func write(
        _ engine: borrowing Engine, _ slot: Slot, _ texts: ArraySlice<UInt8>,
        to item: inout ItemWriter
    ) {
        let assignment = engine.assignment(at: slot)
        let call = engine.call(at: assignment.call)
        item.removeAll()
        item.field(
            1,
            Claim(
                epoch: engine.record.epoch, assignment: assignment.number,
                attempt: assignment.attempt))
        item.field(2, call.id)
        item.field(3, engine.caseNumber(call.serial, year: call.year))
        item.field(4, engine.record.symbols.departments.name(of: assignment.department))
        item.field(5, varint: UInt64(assignment.role.rawValue))
        item.field(6, engine.record.symbols.categories.name(of: call.category))
        item.field(7, engine.conditionName(of: call))
        item.field(8, engine.record.symbols.grids.name(of: call.grid))
        if call.campaign != CallFiled.noCampaign {
            item.field(9, engine.record.symbols.campaigns.name(of: call.campaign))
        }
        item.field(10, varint: UInt64(call.urgency.rawValue))
        item.field(11, call.filedAt)
        item.field(12, call.observedAt)
        item.field(13, due: assignment.step.dueAt)
        item.field(14, due: assignment.resolve.dueAt)
        if let place = call.coordinates { item.field(15, place) }
        if !texts.isEmpty { item.field(16, texts) }
    }
}
