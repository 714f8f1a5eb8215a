import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel

import struct Foundation.Data

extension SimulatedDisk {
    /// Overwrites texts with zeros, in one transaction.
    mutating func erase(_ texts: [ErasedText]) {
        for (seq, texts) in Dictionary(grouping: texts, by: \.seq) where seq <= UInt64(rows.count) {
            var bytes = Data(rows[Int(seq) - 1].texts)
            if JournalErasure.overwrite(texts, in: &bytes) {
                rows[Int(seq) - 1].texts = [UInt8](bytes)
            }
        }
    }

    /// What a start does about erasures before anything is served.
    mutating func finishErasures(replayed: [Fact], record: Record) throws -> PendingErasures {
        let facts = replayed.compactMap { fact -> PersonalDataErased? in
            if case .personalDataErased(let erased) = fact { erased } else { nil }
        }
        let pending = PendingErasures(
            list: erasures, replayed: facts, record: record,
            known: { texts, serial in
                texts.filter { text in
                    text.seq <= UInt64(rows.count)
                        && JournalErasure.isTold(
                            text.place, ofCall: serial, in: rows[Int(text.seq) - 1].original.facts)
                }
            })
        erase(pending.texts)
        return pending
    }

    /// Throws if a text is still there of which a durable fact says that it was erased, or a text
    /// is gone of which neither a fact nor the list says so.
    func checkErasures() throws {
        var told: Set<ErasedText> = []
        for row in rows[..<syncedCount] {
            for case .personalDataErased(let erased) in row.original.facts {
                told.formUnion(erased.texts)
            }
        }
        for text in told where isThere(text) {
            throw Violation("a text of batch \(text.seq) was erased and is there")
        }
        let listed = Set(erasures.flatMap(\.texts)).union(told)
        let damaged = Set(flips.map(\.place))
        for (place, row) in rows[..<syncedCount].enumerated() where !damaged.contains(place) {
            for text in row.original.facts.compactMap(\.textPlace) {
                let text = ErasedText(seq: row.seq, place: text)
                guard isThere(text) || listed.contains(text) else {
                    throw Violation("a text of batch \(row.seq) is gone and nobody erased it")
                }
            }
        }
    }

    private func isThere(_ text: ErasedText) -> Bool {
        let row = rows[Int(text.seq) - 1]
        let place = text.place
        guard Int(place.offset) + Int(place.length) <= row.texts.count else { return false }
        let bytes = row.texts[Int(place.offset)..<Int(place.offset) + Int(place.length)]
        return bytes.elementsEqual(
            row.original.texts[Int(place.offset)..<Int(place.offset) + Int(place.length)])
            && bytes.contains { $0 != 0 }
    }
}
