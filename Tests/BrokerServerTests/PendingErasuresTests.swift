import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel
import Testing

/// What a start finds to be done about erasures, wherever the stop before it came.
@Suite("Pending erasures")
struct PendingErasuresTests {
    private let texts = ([3, 5] as [UInt64]).map { seq in
        ErasedText(
            seq: seq, place: TextPlace(offset: 0, length: 17, digest: Digest(words: (1, 2, 3, 4))))
    }
    private var entry: ErasureList.Entry {
        ErasureList.Entry(
            call: CallID(high: 1, low: 1), serial: 1, actor: "two", requestedBy: "one",
            texts: texts)
    }
    private var fact: PersonalDataErased {
        PersonalDataErased(serial: 1, actor: 2, requestedBy: 1, texts: texts, reason: nil)
    }

    @Test("what is only in the list, or told by a fact before the snapshot, is overwritten")
    func listed() {
        var told = Record()
        _ = told.apply(.personalDataErased(fact))
        for (record, untold) in [(Record(), [entry]), (told, [])] {
            let pending = PendingErasures(list: [entry], replayed: [], record: record) { texts, _ in
                texts
            }
            #expect(pending.texts == texts && pending.calls == [entry.call])
            #expect(pending.untold == untold)
        }
    }

    @Test("what a fact tells is overwritten also where the list was lost")
    func replayed() {
        let pending = PendingErasures(list: [], replayed: [fact], record: Record()) { texts, _ in
            texts
        }
        #expect(pending.texts == texts && pending.untold.isEmpty && pending.calls.isEmpty)
    }

    @Test("what the journal holds no more is left alone, but its call stays known")
    func unknown() {
        let pending = PendingErasures(list: [entry], replayed: [], record: Record()) { _, _ in [] }
        #expect(pending.texts.isEmpty && pending.untold.isEmpty && pending.calls == [entry.call])
    }
}
