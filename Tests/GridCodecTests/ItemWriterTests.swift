import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@Suite("ItemWriter")
struct ItemWriterTests {
    private let id = UniqueID(high: 0x0102_0304_0506_0708, low: 0xF0E0_D0C0_B0A0_9080)

    @Test(
        "a claim is what the generated code writes",
        arguments: [
            Claim(epoch: 1, assignment: AssignmentNumber(rawValue: 64), attempt: 1),
            Claim(epoch: .max, assignment: AssignmentNumber(rawValue: .max), attempt: .max),
            Claim(epoch: 0, assignment: AssignmentNumber(rawValue: 0), attempt: 0),
        ])
    func claims(claim: Claim) throws {
        var writer = ItemWriter()
        writer.field(1, claim)
        var item = WireWithdrawItem()
        item.claim = WireClaim(claim)
        #expect(writer.bytes == (try item.serializedBytes() as [UInt8]))
    }

    @Test("an assignment's item is read back field by field")
    func assignItem() throws {
        var texts = WireCallTexts()
        texts.description_p = "占道经营"
        var writer = ItemWriter()
        writer.field(1, Claim(epoch: 1, assignment: AssignmentNumber(rawValue: 130), attempt: 3))
        writer.field(2, id)
        writer.field(3, "GL-2026-000123-7")
        writer.field(10, varint: 2)
        writer.field(11, Timestamp(milliseconds: 1_700_000_000_000))
        writer.field(13, due: .distantFuture)
        writer.field(14, due: Timestamp(milliseconds: 5))
        writer.field(15, Coordinates(latitude: 31.5, longitude: -118.25))
        writer.field(16, try texts.serializedBytes() as [UInt8])
        let item = try WireAssignItem(serializedBytes: writer.bytes)
        #expect(item.claim.assignment == 130)
        #expect(item.claim.attempt == 3)
        #expect(Array(item.call) == id.bytes)
        #expect(item.caseNumber == "GL-2026-000123-7")
        #expect(item.urgency == .urgent)
        #expect(item.filedAt == 1_700_000_000_000)
        #expect(item.acceptDue == 0)
        #expect(item.resolveDue == 5)
        #expect(item.coordinates.latitude == 31.5)
        #expect(item.coordinates.longitude == -118.25)
        #expect(item.texts == texts)
        let again: [UInt8] = try item.serializedBytes()
        #expect(again == writer.bytes)
    }

    @Test("a refusal is what the generated code writes")
    func refusal() throws {
        let refusal = Refusal(.unknownGrid, field: "grid", reason: "无此网格")
        var writer = ItemWriter()
        writer.field(4, refusal)
        var item = WireOutcomeReceiptItem()
        item.refused = WireRefusal(refusal)
        #expect(writer.bytes == (try item.serializedBytes() as [UInt8]))
    }
}

@Suite("TaggedList")
struct TaggedListTests {
    private func item(_ number: UInt64) -> [UInt8] {
        var writer = ItemWriter()
        writer.field(1, UniqueID(high: 1, low: number))
        return writer.bytes
    }

    private func frames(_ list: inout TaggedList) throws -> [WireReceipt] {
        let tag = TaggedList.encode(epoch: 2, seq: 77, mac: [1, 2, 3])
        var frames: [[UInt8]] = []
        list.take(tag: tag) { frames.append($0) }
        return try frames.map { frame in
            let message = try frame.withUnsafeBytes { try Frame.decode($0) }
            guard case .receipt(let receipt) = message else {
                throw Refusal(.unexpectedKind, reason: "not a receipt")
            }
            return receipt
        }
    }

    @Test("items and the tag are read back, and the list is empty afterwards")
    func roundTrip() throws {
        var list = TaggedList(.receipt, limits: ProtocolLimits())
        for number in 1...3 { list.append(item(UInt64(number))) }
        let receipt = try #require(try frames(&list).first)
        #expect(receipt.items.map { Array($0.id)[15] } == [1, 2, 3])
        #expect(receipt.tag.epoch == 2)
        #expect(receipt.tag.seq == 77)
        #expect(Array(receipt.tag.mac) == [1, 2, 3])
        #expect(list.isEmpty)
        #expect(try frames(&list).isEmpty)
    }

    @Test(
        "an item is read back, however many bytes its length takes",
        arguments: [127, 128, 129, 16_383, 16_384, 16_385])
    func lengths(bytes: Int) throws {
        var writer = ItemWriter()
        let idBytes = bytes - (bytes < 130 ? 2 : 3)
        writer.field(1, [UInt8](repeating: 7, count: idBytes))
        try #require(writer.bytes.count == bytes)
        var list = TaggedList(.receipt, limits: ProtocolLimits())
        list.append(writer.bytes)
        list.append(item(1))
        let receipt = try #require(try frames(&list).first)
        #expect(receipt.items.map(\.id.count) == [idBytes, 16])
    }

    @Test("a list goes on in another frame at the limit of items", arguments: [-1, 0, 1])
    func itemLimit(offset: Int) throws {
        var limits = ProtocolLimits()
        limits.listItems = 10
        var list = TaggedList(.receipt, limits: limits)
        for number in 0..<(10 + offset) { list.append(item(UInt64(number + 1))) }
        let counts = try frames(&list).map(\.items.count)
        #expect(counts == (offset > 0 ? [10, 1] : [10 + offset]))
    }

    @Test("no frame is longer than its limit, and no item is lost")
    func byteLimit() throws {
        var limits = ProtocolLimits()
        limits.frameBytes = 256
        var list = TaggedList(.receipt, limits: limits)
        for number in 0..<100 { list.append(item(UInt64(number + 1))) }
        var sizes: [Int] = []
        var copy = list
        copy.take(
            tag: TaggedList.encode(epoch: 1, seq: .max, mac: [UInt8](repeating: 1, count: 16))
        ) {
            sizes.append($0.count)
        }
        #expect(sizes.allSatisfy { $0 <= 256 })
        #expect(try frames(&list).reduce(0) { $0 + $1.items.count } == 100)
    }
}
