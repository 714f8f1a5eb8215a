import BrokerEngine
import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@testable import BrokerServer

@Suite("ContentDigest")
struct ContentDigestTests {
    private func item(_ change: (inout WireSubmitItem) -> Void = { _ in }) -> WireSubmitItem {
        var item = WireSubmitItem()
        item.category = "litter"
        item.grid = "g1"
        change(&item)
        return item
    }

    private func digest(
        _ item: WireSubmitItem, texts: String = "t", key: UInt8 = 1
    ) -> UniqueID {
        var digests = ContentDigest(key: [UInt8](repeating: key, count: 32))
        let bytes = (try? item.serializedData()) ?? Data()
        return bytes.withUnsafeBytes {
            digests.digest(of: SubmitItemView($0), texts: Array(texts.utf8))
        }
    }

    @Test("the same content gives the same digest")
    func same() { #expect(digest(item()) == digest(item())) }

    @Test("every field counts, and so does the key")
    func fields() {
        let changes: [(inout WireSubmitItem) -> Void] = [
            { $0.category = "noise" }, { $0.condition = "c" }, { $0.grid = "g2" },
            { $0.campaign = "k" }, { $0.urgency = .urgent }, { $0.observedAt = 1 },
            { $0.recordedEarlier = true }, { $0.coordinates.latitude = 1 },
            { $0.coordinates.longitude = 1 }, { $0.sameAs = UniqueID(high: 1, low: 2).data },
            { $0.sameAs = UniqueID(high: 1, low: 3).data },
        ]
        var seen: Set = [digest(item()), digest(item(), texts: "u"), digest(item(), key: 2)]
        for change in changes { seen.insert(digest(item(change))) }
        #expect(seen.count == changes.count + 3)
    }

    @Test("a letter does not wander from one field to the next")
    func boundaries() {
        let left = item { ($0.category, $0.condition) = ("ab", "c") }
        let right = item { ($0.category, $0.condition) = ("a", "bc") }
        #expect(digest(left) != digest(right))
    }

    @Test("an approval holds for these measures of this part, in whatever order they are named")
    func proposals() {
        let fine = measure("fine", "50000")
        let order = measure("order", "stop")
        let others = [
            proposal([fine]), proposal([measure("fine", "50001"), order]),
            proposal([measure("fin", "e50000"), order]),
            proposal([fine, measure("other", "stop")]),
            proposal([fine, order, order]), proposal([fine, order], of: 65),
        ]
        let approved = proposal([fine, order])
        #expect(Set(others + [approved]).count == others.count + 1)
        #expect(proposal([order, fine]) == approved)
    }

    private func measure(_ name: String, _ value: String) -> WireMeasure {
        var measure = WireMeasure()
        (measure.name, measure.value) = (name, value)
        return measure
    }

    private func proposal(_ measures: [WireMeasure], of part: UInt64 = 64) -> Digest {
        var digests = ContentDigest(key: [1])
        return digests.proposal(measures, of: AssignmentNumber(rawValue: part)).digest
    }

    @Test("the call's id does not count: it is what the digest is compared under")
    func id() {
        #expect(digest(item()) == digest(item { $0.id = UniqueID(high: 1, low: 2).data }))
    }
}
