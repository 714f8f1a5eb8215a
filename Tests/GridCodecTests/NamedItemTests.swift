import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

/// The items of an encoded list.
private func items<Item: NamedItem>(
    _ list: some SwiftProtobuf.Message, as: Item.Type
) throws -> [Item] {
    let body: Data = try list.serializedBytes()
    let read: [Item] = try body.withUnsafeBytes { try TaggedItems(body: $0).items() }
    return read
}

@Suite("NamedItem")
struct NamedItemTests {
    private let id = CallID(high: 7, low: 9)
    private let claim = Claim(epoch: 3, assignment: AssignmentNumber(rawValue: 130), attempt: 2)

    @Test("a receipt's item has its id, and its answer when it is asked for")
    func filed() throws {
        var item = WireReceiptItem()
        item.id = id.data
        item.filed.caseNumber = "GL-2026-000123-7"
        item.filed.repeated = true
        let list = WireReceipt.with { $0.items = [item, item] }
        let read = try items(list, as: ReceiptItem.self)
        #expect(read.map(\.id) == [id, id])
        #expect(read.map(\.refusalCode) == [nil, nil])
        #expect(read.map(\.answer) == [item.answer, item.answer])
    }

    @Test("a refused call's item has its code, also one of a later version")
    func refused() throws {
        var item = WireReceiptItem()
        item.id = id.data
        item.refused = .with {
            $0.code = 70_000
            $0.reason = "why"
        }
        let read = try items(WireReceipt.with { $0.items = [item] }, as: ReceiptItem.self)
        #expect(read.map(\.refusalCode) == [70_000])
        #expect(read.first?.answer == item.answer)
        #expect(ReceiptItem(id, refused: item.refused).answer == item.answer)
    }

    @Test("an item without an id of 16 bytes is left out, the others are read")
    func nameless() throws {
        var item = WireReceiptItem()
        item.filed.caseNumber = "GL-2026-000123-7"
        let nameless = item
        item.id = Data([1, 2, 3])
        let short = item
        item.id = id.data
        let list = WireReceipt.with { $0.items = [nameless, short, item] }
        #expect(try items(list, as: ReceiptItem.self).map(\.id) == [id])
    }

    @Test("an assignment has its claim, and all that was said when it is asked for")
    func assignment() throws {
        var item = WireAssignItem()
        item.claim = WireClaim(claim)
        item.category = "litter"
        item.texts.description_p = "占道经营"
        let read = try items(WireAssign.with { $0.items = [item] }, as: AssignItem.self)
        #expect(read == [AssignItem(item)])
        #expect(read.first?.claim == claim)
        #expect(read.first?.message == item)
        #expect(try items(WireAssign.with { $0.items = [.init()] }, as: AssignItem.self).count == 1)
    }

    @Test("an assignment with a text that is not UTF-8 keeps its claim and has no message")
    func unreadable() throws {
        var item = WireAssignItem()
        item.claim = WireClaim(claim)
        item.category = "litter"
        var body: Data = try WireAssign.with { $0.items = [item] }.serializedBytes()
        body[body.count - 1] = 0xFF
        let read: [AssignItem] = try body.withUnsafeBytes { try TaggedItems(body: $0).items() }
        #expect(read.map(\.claim) == [claim])
        #expect(read.first?.message == nil)
    }

    @Test(
        "the answer to an outcome or a step is read whole",
        arguments: [WireProgressStep.unspecified, .giveBack, .UNRECOGNIZED(99)])
    func outcomeReceipt(step: WireProgressStep) throws {
        var item = WireOutcomeReceiptItem()
        item.claim = WireClaim(claim)
        item.step = step
        var refusedItem = item
        refusedItem.refused = WireRefusal(Refusal(.claimLost, field: "claim", reason: "lost"))
        let list = WireOutcomeReceipt.with { $0.items = [item, refusedItem] }
        let read = try items(list, as: OutcomeReceiptItem.self)
        #expect(read.map(\.claim) == [claim, claim])
        #expect(read.map(\.step) == [step, step])
        #expect(read.map(\.refused) == [nil, refusedItem.refused])
    }

    @Test("a list has its tag")
    func tag() throws {
        let tag = WireTag.with {
            $0.epoch = 2
            $0.seq = 300
            $0.mac = Data([1, 2])
        }
        let body: Data = try WireReceipt.with { $0.tag = tag }.serializedBytes()
        #expect(try body.withUnsafeBytes { try TaggedItems(body: $0).tag } == tag)
        #expect(try Data().withUnsafeBytes { try TaggedItems(body: $0).tag } == nil)
    }

    @Test("a list or an item that is cut short is refused as malformed")
    func malformed() throws {
        var item = WireReceiptItem()
        item.id = id.data
        let body: Data = try WireReceipt.with { $0.items = [item] }.serializedBytes()
        var refusal = #expect(throws: Refusal.self) {
            _ = try body.dropLast().withUnsafeBytes { try TaggedItems(body: $0) }
        }
        #expect(refusal?.code == .malformedFrame)
        // The item says that its id has 17 bytes.
        var broken = body
        broken[3] = 17
        refusal = #expect(throws: Refusal.self) {
            let _: [ReceiptItem] = try broken.withUnsafeBytes { try TaggedItems(body: $0).items() }
        }
        #expect(refusal?.code == .malformedFrame)
    }
}

@Suite("Items encoded by hand")
struct EncodedItemTests {
    @Test("a call's item is what the generated code writes", arguments: [false, true])
    func submit(isFull: Bool) throws {
        var item = WireSubmitItem()
        item.id = CallID(high: 1, low: 2).data
        item.category = "litter"
        if isFull {
            item.condition = "heap"
            item.grid = "320106001001"
            item.campaign = "winter"
            item.urgency = .emergency
            item.observedAt = -5
            item.recordedEarlier = true
            item.coordinates.latitude = 0
            item.coordinates.longitude = -118.25
            item.texts.description_p = String(repeating: "路边垃圾", count: 60)
            item.texts.address = "街 1"
            item.texts.reporter = "Li"
            item.texts.contact = "1234"
            item.sameAs = CallID(high: 3, low: 4).data
        }
        #expect(item.encoded() == (try item.serializedBytes() as [UInt8]))
        #expect(WireSubmitItem().encoded().isEmpty)
    }

    @Test("an outcome's item is what the generated code writes", arguments: [0, 1, 3])
    func outcome(measureCount: Int) throws {
        var item = WireOutcomeItem()
        item.claim = WireClaim(
            Claim(epoch: 1, assignment: AssignmentNumber(rawValue: 640), attempt: 1))
        item.result = .returned
        item.reason = measureCount == 0 ? "" : "not ours"
        item.measures = (0..<measureCount).map { number in
            .with {
                $0.name = "name \(number)"
                $0.value = number == 0 ? "" : "值"
            }
        }
        #expect(item.encoded() == (try item.serializedBytes() as [UInt8]))
        #expect(WireOutcomeItem().encoded().isEmpty)
    }
}
