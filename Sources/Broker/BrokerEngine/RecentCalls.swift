import GridModel

/// Calls and commands that left the record and are not in the archive yet.
///
/// Derived: what the archive does not hold of the journal. They go to the archive only once the
/// batch they ended in is durable, lest the archive know more than the journal after a crash.
package struct RecentCalls: Sendable {
    private var calls: [(call: EndedCall, seq: UInt64)] = []
    private var head = 0
    private var byID: [CallID: Int] = [:]
    private var bySerial: [UInt64: Int] = [:]
    private var commands: [(command: CommandDecided, seq: UInt64)] = []

    /// Nothing ended yet.
    package init() {}

    /// How many calls wait for the archive.
    package var count: Int { calls.count - head }

    /// Whether nothing waits for the archive.
    package var isEmpty: Bool { count == 0 && commands.isEmpty }

    /// A call ended in batch `seq`.
    package mutating func append(_ call: EndedCall, seq: UInt64) {
        byID[call.id] = calls.count
        bySerial[call.serial] = calls.count
        calls.append((call, seq))
    }

    /// A command was decided in batch `seq`.
    package mutating func append(_ command: CommandDecided, seq: UInt64) {
        commands.append((command, seq))
    }

    func call(id: CallID) -> EndedCall? { byID[id].map { calls[$0].call } }
    func call(serial: UInt64) -> EndedCall? { bySerial[serial].map { calls[$0].call } }
    func command(id: CommandID) -> CommandDecided? {
        commands.first { $0.command.id == id }?.command
    }

    /// The oldest that ended in batches up to `seq`: whole batches while `limit` calls last.
    package func ended(upTo seq: UInt64, _ limit: Int) -> Ended {
        let limit = max(1, limit)
        var end = head
        while end < calls.count, calls[end].seq <= seq,
            end - head < limit || calls[end].seq == calls[end - 1].seq
        {
            end += 1
        }
        let isCut = end < calls.count && calls[end].seq <= seq
        let upTo = isCut ? calls[end - 1].seq : seq
        return Ended(
            calls: calls[head..<end].map(\.call),
            commands: commands.prefix { $0.seq <= upTo }.map(\.command), upTo: upTo)
    }

    /// Forgets what `ended` gave.
    package mutating func forget(_ ended: Ended) {
        commands.removeFirst(ended.commands.count)
        for call in ended.calls {
            byID[call.id] = nil
            bySerial[call.serial] = nil
        }
        head += ended.calls.count
        guard head == calls.count || head > max(4_096, calls.count / 2) else { return }
        calls.removeFirst(head)
        head = 0
        for (index, entry) in calls.enumerated() {
            byID[entry.call.id] = index
            bySerial[entry.call.serial] = index
        }
    }
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
