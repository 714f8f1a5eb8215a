import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

/// What `SubmitItemView` read, copied out of the frame so that it can be compared.
private struct SubmitCopy: Equatable {
    var texts: [Data]
    var sameAs: Data
    var urgency: UInt64
    var observedAt: Int64
    var isRecordedEarlier: Bool
    /// Latitude and longitude as bits: damage makes numbers that do not equal themselves.
    var coordinates: [UInt64]?
    var isWhole: Bool

    init(_ bytes: Data) {
        self = bytes.withUnsafeBytes { SubmitCopy(SubmitItemView($0)) }
    }

    init(_ view: SubmitItemView) {
        texts = [
            view.id, view.category, view.condition, view.grid, view.campaign, view.description,
            view.address, view.reporter, view.contact,
        ].map { Data($0) }
        sameAs = Data(view.sameAs)
        urgency = view.urgency
        observedAt = view.observedAt
        isRecordedEarlier = view.isRecordedEarlier
        coordinates = view.coordinates.map(Self.bits)
        isWhole = view.isWhole
    }

    init(_ item: WireSubmitItem) {
        texts =
            [item.id]
            + [
                item.category, item.condition, item.grid, item.campaign, item.texts.description_p,
                item.texts.address, item.texts.reporter, item.texts.contact,
            ].map { Data($0.utf8) }
        sameAs = item.sameAs
        urgency = UInt64(UInt32(truncatingIfNeeded: item.urgency.rawValue))
        observedAt = item.observedAt
        isRecordedEarlier = item.recordedEarlier
        coordinates =
            item.hasCoordinates
            ? Self.bits(
                Coordinates(
                    latitude: item.coordinates.latitude, longitude: item.coordinates.longitude))
            : nil
        isWhole = true
    }

    private static func bits(_ place: Coordinates) -> [UInt64] {
        [place.latitude.bitPattern, place.longitude.bitPattern]
    }
}

private func randomItem(_ random: inout SystemRandomNumberGenerator) -> WireSubmitItem {
    func text() -> String {
        String((0..<Int.random(in: 0...40, using: &random)).map { _ in "aé字🙂 ".randomElement()! })
    }
    var item = WireSubmitItem()
    let idBytes = Int.random(in: 0...17, using: &random)
    item.id = Data((0..<idBytes).map { _ in UInt8.random(in: 0...255) })
    if Bool.random() { item.sameAs = Data((0..<idBytes).map { _ in UInt8.random(in: 0...255) }) }
    if Bool.random() { item.category = text() }
    if Bool.random() { item.condition = text() }
    if Bool.random() { item.grid = text() }
    if Bool.random() { item.campaign = text() }
    if Bool.random() { item.urgency = .init(rawValue: Int.random(in: -2...9)) ?? .urgent }
    if Bool.random() { item.observedAt = .random(in: .min ... .max) }
    item.recordedEarlier = .random()
    if Bool.random() {
        item.coordinates.latitude = .random(in: -99...99)
        if Bool.random() { item.coordinates.longitude = .random(in: -99...99) }
    }
    if Bool.random() {
        item.texts = .with {
            $0.description_p = text()
            $0.address = text()
            $0.reporter = text()
            $0.contact = text()
        }
    }
    return item
}

@Suite("SubmitItemView")
struct SubmitItemViewTests {
    @Test("reads what the generated code reads")
    func same() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let item = randomItem(&random)
            #expect(SubmitCopy(try item.serializedData()) == SubmitCopy(item))
        }
    }

    @Test("agrees with the generated code about damaged bytes, but for UTF-8, which others check")
    func damaged() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            var bytes = try randomItem(&random).serializedData()
            guard let place = bytes.indices.randomElement() else { continue }
            if Bool.random() {
                bytes[place] = .random(in: 0...255)
            } else {
                bytes = Data(bytes[..<place])
            }
            let view = SubmitCopy(bytes)
            if let item = try? WireSubmitItem(serializedBytes: bytes) {
                #expect(view == SubmitCopy(item), "\([UInt8](bytes))")
            } else if view.isWhole {
                let isUTF8 = view.texts.dropFirst().allSatisfy {
                    String(bytes: $0, encoding: .utf8) != nil
                }
                let isGroup = [UInt8](bytes).contains { $0 & 7 == 3 || $0 & 7 == 4 }
                #expect(!isUTF8 || isGroup, "\([UInt8](bytes))")
            }
        }
    }
}

@Suite("OutcomeItemView")
struct OutcomeItemViewTests {
    @Test("reads what the generated code reads")
    func same() throws {
        for _ in 0..<2_000 {
            var item = WireOutcomeItem()
            item.claim.epoch = .random(in: 0...3)
            item.claim.assignment = .random(in: .min ... .max)
            item.claim.attempt = .random(in: 0...300)
            item.result = .init(rawValue: .random(in: 0...5)) ?? .failed
            if Bool.random() { item.reason = "不归我们" }
            if Bool.random() { item.measures = [.with { $0.name = "fine" }] }
            try item.serializedData().withUnsafeBytes { bytes in
                let view = OutcomeItemView(bytes)
                #expect(view.claim == item.claim.model && view.isWhole)
                #expect(view.result == UInt64(item.result.rawValue))
                #expect(view.hasTexts == !(item.reason.isEmpty && item.measures.isEmpty))
                #expect(OutcomeItemView.message(bytes) == item)
            }
        }
    }

    @Test("a broken item is no whole one")
    func broken() {
        #expect([UInt8]([0xFF]).withUnsafeBytes { !OutcomeItemView($0).isWhole })
        #expect([UInt8]([0x0A, 5, 1]).withUnsafeBytes { !OutcomeItemView($0).isWhole })
    }
}

@Suite("ItemList")
struct ItemListTests {
    @Test("gives each item's bytes in order, the broken ones too")
    func items() throws {
        var submit = WireSubmit()
        submit.items = (1...3).map { number in
            .with { $0.id = UniqueID(high: 1, low: UInt64(number)).data }
        }
        var body = [UInt8](try submit.serializedData())
        body += [0x0A, 1, 0xFF]
        var items: [Data] = []
        let count = try body.withUnsafeBytes { bytes in
            let list = try ItemList(body: bytes)
            list.forEach { items.append(Data($0)) }
            return list.count
        }
        #expect(count == 4 && items.count == 4)
        #expect(items[2] == (try submit.items[2].serializedData()))
        #expect(items[3] == Data([0xFF]))
    }

    @Test("what is no list of messages is refused", arguments: [[0xFF], [0x0A, 9], [0x0B], [0]])
    func refused(bytes: [UInt8]) {
        #expect(throws: Refusal.self) { try bytes.withUnsafeBytes { _ = try ItemList(body: $0) } }
    }
}
