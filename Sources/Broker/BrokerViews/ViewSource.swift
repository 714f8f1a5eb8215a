package import BrokerEngine
package import BrokerJournal

/// Where the views read durable batches.
package protocol ViewSource: Sendable {
    /// The batches after `seq`, in order: as many as `byteBudget` bytes hold, but at least one if
    /// there is one.
    func batches(after seq: UInt64, byteBudget: Int) throws -> [Batch]

    /// The link of the chain at `seq`, which tells one history from another; `nil` if the journal
    /// has no such batch.
    func chain(at seq: UInt64) throws -> Digest?
}

extension JournalReader: ViewSource {
    package func batches(after seq: UInt64, byteBudget: Int) throws -> [Batch] {
        try batches(after: seq, limit: byteBudget)
    }

    package func chain(at seq: UInt64) throws -> Digest? { try position(at: seq)?.chain }
}

extension Batch {
    /// The bytes after the salt at `place`; empty if there is no place or they were erased.
    func text(at place: TextPlace?) -> ArraySlice<UInt8> {
        guard let place, place.length > JournalReader.saltBytes,
            Int(place.offset) + Int(place.length) <= texts.count
        else { return [] }
        let start = Int(place.offset)
        let text = texts[start + JournalReader.saltBytes..<start + Int(place.length)]
        // An erased place is all zero; neither a message nor a text begins with a zero byte.
        return text.first == 0 ? [] : text
    }
}
