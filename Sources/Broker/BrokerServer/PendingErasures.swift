package import BrokerEngine
package import BrokerJournal
package import GridModel

/// What a start has to do about erasures: those that a stop cut short, and those that a journal
/// which was restored from a backup does not know of.
package struct PendingErasures {
    /// Erasures that the journal does not tell of.
    package private(set) var untold: [ErasureList.Entry] = []
    /// The calls whose texts were erased, also those that the journal does not hold.
    package private(set) var calls: Set<CallID> = []
    /// What is to be overwritten if it is still there.
    package private(set) var texts: [ErasedText]

    /// Compares the list, and the erasures in the batches that were replayed, with the journal,
    /// of which `known` says which of a call's texts its facts tell of.
    package init(
        list: [ErasureList.Entry], replayed: [PersonalDataErased], record: Record,
        known: ([ErasedText], _ serial: UInt64) throws -> [ErasedText]
    ) rethrows {
        texts = replayed.flatMap(\.texts)
        for var entry in list {
            calls.insert(entry.call)
            // After a restore other batches may bear the numbers of those that were lost.
            entry.texts = try known(entry.texts, entry.serial)
            guard let last = entry.texts.map(\.seq).max() else { continue }
            texts += entry.texts
            let told = record.erasures[entry.serial]?.erasedThrough ?? 0
            if told < last { untold.append(entry) }
        }
    }
}
