package import BrokerEngine
package import BrokerJournal
import GridCodec
package import GridModel

/// A confirmed erasure whose texts the shell shall look for in the journal.
package struct ErasureSearch: Sendable {
    package let serial: UInt64
    package let filedAt: Timestamp
    /// The batch that was durable when it arrived.
    package let durableSeq: UInt64
    let session: SessionID
    let command: WireCommandItem
}

extension BrokerCore {
    /// Has the texts of a call looked for if its erasure waits for this command; false if the
    /// command can be answered as it is.
    func searchTexts(
        of call: CallID, for command: WireCommandItem, _ session: SessionHandle
    ) throws(Refusal) -> Bool {
        guard let (serial, filedAt) = try filing(of: call),
            engine.record.erasures[serial]?.requestedBy != nil,
            let id = engine.sessionID(of: session)
        else { return false }
        // Sent again before it was answered: the search under way answers both.
        if erasureSearches.contains(where: { $0.command.id == command.id }) { return true }
        erasureSearches.append(
            ErasureSearch(
                serial: serial, filedAt: filedAt, durableSeq: durableSeq, session: id,
                command: command))
        return true
    }

    /// Erasures whose texts are to be looked for since the last call.
    package func takeErasureSearches() -> [ErasureSearch] {
        defer { erasureSearches.removeAll() }
        return erasureSearches
    }

    /// The texts of a call were found: the erasure is decided if whoever confirmed it is still
    /// there, else it is confirmed again.
    package func textsWereFound(_ search: ErasureSearch, _ texts: [ErasedText]) {
        guard let session = engine.session(search.session) else { return }
        command(search.command, from: session, erasing: texts)
        collect()
    }

    /// Writes erasures down again that the journal does not tell of.
    package func repeatErasures(_ entries: [ErasureList.Entry]) {
        for entry in entries {
            engine.repeatErasure(
                serial: entry.serial, by: entry.actor, requestedBy: entry.requestedBy,
                texts: entry.texts)
        }
        collect()
    }

    /// A batch with erasures is about to be written: from here on nothing of what they name may
    /// be put into a frame, since that would leave with a later batch, when it is gone.
    func beginErasing(_ entries: [ErasureList.Entry]) {
        erasing = Set(entries.flatMap(\.texts).map(\.seq))
        cache.remove(erasing)
        staleReads.formUnion(erasing.filter { awaitingTexts[$0] != nil })
    }

    /// The batch is durable and the texts are gone: what waited for them is read now.
    func endErasing() {
        textRequests += erasing.sorted().filter {
            awaitingTexts[$0] != nil && !staleReads.contains($0)
        }
        erasing = []
    }

    /// What facts say of erasures, with the names of calls and people in place of numbers.
    func erasures(in facts: [Fact]) -> [ErasureList.Entry] {
        facts.compactMap { fact in
            guard case .personalDataErased(let erased) = fact, let id = callID(of: erased.serial)
            else { return nil }
            erasedCalls.insert(id)
            let names = engine.record.actors
            return ErasureList.Entry(
                call: id, serial: erased.serial, actor: names[Int(erased.actor)],
                requestedBy: names[Int(erased.requestedBy)], texts: erased.texts)
        }
    }

    private func filing(
        of id: CallID
    ) throws(Refusal) -> (serial: UInt64, filedAt: Timestamp)? {
        if let slot = engine.record.call(id: id) {
            let call = engine.call(at: slot)
            return (call.serial, call.filedAt)
        }
        if let ended = engine.endedCall(id) { return (ended.serial, ended.filedAt) }
        guard let ended = try oldCall(id) else { return nil }
        return (ended.serial, ended.filedAt)
    }

    private func callID(of serial: UInt64) -> CallID? {
        if let slot = engine.record.call(serial: serial) {
            return engine.call(at: slot).id
        }
        return engine.endedCall(serial: serial)?.id ?? (try? archive.call(serial: serial))?.id
    }
}
