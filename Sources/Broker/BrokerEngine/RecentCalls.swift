import GridModel

/// Calls and commands that left the record and are not in the archive yet.
///
/// Derived: what the archive does not hold of the journal. They go to the archive only once the
/// batch they ended in is durable, lest the archive know more than the journal after a crash.
package struct RecentCalls: Sendable {
    private struct Entry: KeyedCall {
        var call: EndedCall
        /// The batch it ended in.
        var seq: UInt64

        var id: CallID { call.id }
        var serial: UInt64 { call.serial }
    }

    private var entries = SlotArray<Entry>(empty: Entry(call: .none, seq: 0))
    private var byID: SlotTable<CallIDKey<Entry>>
    private var bySerial: SlotTable<SerialKey<Entry>>
    /// Slots in the order in which the calls ended, from `head` on.
    private var order: [Slot] = []
    private var head = 0
    private var commands: [(command: CommandDecided, seq: UInt64)] = []

    /// Nothing ended yet; `hashSeed` is unpredictable where peers choose ids.
    package init(hashSeed: UInt64 = 0) {
        byID = SlotTable(seed: hashSeed)
        bySerial = SlotTable(seed: hashSeed)
    }

    /// How many calls wait for the archive.
    package var count: Int { order.count - head }

    /// Whether nothing waits for the archive.
    package var isEmpty: Bool { count == 0 && commands.isEmpty }

    /// A call ended in batch `seq`.
    package mutating func append(_ call: EndedCall, seq: UInt64) {
        let slot = entries.insert(Entry(call: call, seq: seq))
        byID.insert(slot, in: entries)
        bySerial.insert(slot, in: entries)
        order.append(slot)
    }

    /// A command was decided in batch `seq`.
    package mutating func append(_ command: CommandDecided, seq: UInt64) {
        commands.append((command, seq))
    }

    func call(id: CallID) -> EndedCall? {
        byID.find(hash: CallIDKey<Entry>.hash(id, seed: byID.seed)) { entries[$0].call.id == id }
            .map { entries[$0].call }
    }

    func call(serial: UInt64) -> EndedCall? {
        bySerial.find(hash: SerialKey<Entry>.hash(serial)) { entries[$0].call.serial == serial }
            .map { entries[$0].call }
    }

    func contains(id: CallID) -> Bool {
        byID.find(hash: CallIDKey<Entry>.hash(id, seed: byID.seed)) { entries[$0].call.id == id }
            != nil
    }

    func command(id: CommandID) -> CommandDecided? {
        commands.first { $0.command.id == id }?.command
    }

    /// The oldest that ended in batches up to `seq`: whole batches while `limit` calls last.
    package func ended(upTo seq: UInt64, _ limit: Int) -> Ended {
        let limit = max(1, limit)
        var end = head
        while end < order.count, self.seq(end) <= seq,
            end - head < limit || self.seq(end) == self.seq(end - 1)
        {
            end += 1
        }
        let isCut = end < order.count && self.seq(end) <= seq
        let upTo = isCut ? self.seq(end - 1) : seq
        return Ended(
            calls: order[head..<end].map { entries[$0].call },
            commands: commands.prefix { $0.seq <= upTo }.map(\.command), upTo: upTo)
    }

    /// Forgets what `ended` gave.
    package mutating func forget(_ ended: Ended) {
        commands.removeFirst(ended.commands.count)
        for slot in order[head..<head + ended.calls.count] {
            byID.remove(slot, in: entries)
            bySerial.remove(slot, in: entries)
            entries.remove(slot)
        }
        head += ended.calls.count
        guard head == order.count || head > max(4_096, order.count / 2) else { return }
        order.removeFirst(head)
        head = 0
    }

    private func seq(_ position: Int) -> UInt64 { entries[order[position]].seq }
}

/// What goes to the archive in one step.
package struct Ended: Sendable {
    /// Calls in the order in which they ended.
    package let calls: [EndedCall]
    /// Commands in the order in which they were decided.
    package let commands: [CommandDecided]
    /// With them the archive is complete up to this batch.
    package let upTo: UInt64
}
