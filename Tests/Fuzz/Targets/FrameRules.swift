import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

/// What holds for the bytes of every frame.
enum FrameRules {
    /// What is decoded encodes to bytes that mean the same; what is refused is told why.
    ///
    /// Returns whether somebody looks at it further: the hot kinds are read item by item.
    @discardableResult
    static func check(_ bytes: UnsafeRawBufferPointer) throws -> Bool {
        let message: WireMessage
        do throws(Refusal) {
            message = try Frame.decode(bytes)
        } catch {
            try require(!error.reason.isEmpty, "a refusal without a reason: \(error)")
            try checkHotItems(bytes)
            return isList(bytes)
        }
        let encoded = Frame.encode(message)
        let again = try encoded.withUnsafeBytes { try Frame.decode($0) }
        try require(Frame.encode(again) == encoded, "a frame changes when it is encoded again")
        try require(Frame.claimedKind(of: bytes) == encoded[3], "a frame changes its kind")
        try checkHotItems(bytes, message)
        return true
    }

    private static func isList(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let (kind, body) = try? Frame.open(bytes) else { return false }
        return switch kind {
        case .submit, .outcome: (try? ItemList(body: body)) != nil
        case .receipt, .assign, .outcomeReceipt: (try? TaggedItems(body: body)) != nil
        default: false
        }
    }

    /// The readers of the hot kinds take what the generated code takes, and read the same.
    private static func checkHotItems(
        _ bytes: UnsafeRawBufferPointer, _ message: WireMessage? = nil
    ) throws {
        guard let (kind, body) = try? Frame.open(bytes) else { return }
        switch kind {
        case .submit: try list(body) { try checkSubmit($0) }
        case .outcome: try list(body) { try checkOutcome($0) }
        case .receipt: try checkReceipts(body, message)
        case .assign: try checkAssigns(body, message)
        case .outcomeReceipt: try checkOutcomeReceipts(body, message)
        default: break
        }
    }

    private static func list(
        _ body: UnsafeRawBufferPointer, _ check: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let list = try? ItemList(body: body) else { return }
        var (count, failure) = (0, nil as (any Error)?)
        list.forEach { item in
            count += 1
            do { try check(item) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        try require(count == list.count, "a list gives \(count) items, not \(list.count)")
    }

    private static func checkSubmit(_ bytes: UnsafeRawBufferPointer) throws {
        let view = SubmitItemView(bytes)
        guard view.isWhole, let item = try? WireSubmitItem(serializedBytes: Data(bytes)) else {
            return
        }
        let texts = [
            (view.category, item.category), (view.condition, item.condition),
            (view.grid, item.grid), (view.campaign, item.campaign),
            (view.description, item.texts.description_p), (view.address, item.texts.address),
            (view.reporter, item.texts.reporter), (view.contact, item.texts.contact),
        ]
        let isSame =
            texts.allSatisfy { $0.elementsEqual($1.utf8) } && view.id.elementsEqual(item.id)
            && view.sameAs.elementsEqual(item.sameAs)
            && UInt32(truncatingIfNeeded: view.urgency)
                == UInt32(truncatingIfNeeded: item.urgency.rawValue)
            && view.observedAt == item.observedAt
            && view.isRecordedEarlier == item.recordedEarlier
            && view.coordinates?.latitude.bitPattern
                == (item.hasCoordinates ? item.coordinates.latitude.bitPattern : nil)
            && view.coordinates?.longitude.bitPattern
                == (item.hasCoordinates ? item.coordinates.longitude.bitPattern : nil)
        try require(isSame, "the view of a submitted call differs from \(item)")
        try checkEncoder(item.encoded(), item)
    }

    private static func checkOutcome(_ bytes: UnsafeRawBufferPointer) throws {
        let view = OutcomeItemView(bytes)
        guard view.isWhole, let item = OutcomeItemView.message(bytes) else { return }
        let isSame =
            view.claim == item.claim.model
            && UInt32(truncatingIfNeeded: view.result)
                == UInt32(truncatingIfNeeded: item.result.rawValue)
        try require(isSame, "the view of an outcome differs from \(item)")
        try require(
            view.hasTexts || (item.reason.isEmpty && item.measures.isEmpty),
            "the view of an outcome misses its texts: \(item)")
        try checkEncoder(item.encoded(), item)
    }

    /// A hand-written encoder writes what the generated one does, unknown fields aside.
    private static func checkEncoder(
        _ bytes: [UInt8], _ item: some SwiftProtobuf.Message
    ) throws {
        let known = try type(of: item).init(serializedBytes: bytes)
        let generated: [UInt8] = try known.serializedBytes()
        try require(generated == bytes, "an encoder differs from the generated code: \(item)")
        try require(
            known.textWithoutUnknownFields == item.textWithoutUnknownFields,
            "an encoder loses something of \(item)")
    }

    private static func checkReceipts(
        _ body: UnsafeRawBufferPointer, _ message: WireMessage?
    ) throws {
        guard let list = try? TaggedItems(body: body), let items: [ReceiptItem] = try? list.items()
        else { return }
        guard case .receipt(let receipt) = message else { return }
        try require(list.tag == (receipt.hasTag ? receipt.tag : nil), "another tag")
        let named = receipt.items.filter { CallID(data: $0.id) != nil }
        try require(named.count == items.count, "\(items.count) receipts, not \(named.count)")
        for (item, wire) in zip(items, named) {
            try require(item.id.data == wire.id, "a receipt of another call")
            try require(item.answer == wire.answer, "a receipt with another answer")
            let code: UInt32? =
                if case .refused(let refusal) = wire.answer { refusal.code } else { nil }
            try require(item.refusalCode == code, "a receipt with another code than \(wire)")
        }
    }

    private static func checkAssigns(
        _ body: UnsafeRawBufferPointer, _ message: WireMessage?
    ) throws {
        guard let list = try? TaggedItems(body: body), let items: [AssignItem] = try? list.items()
        else { return }
        guard case .assign(let assign) = message else { return }
        try require(items.count == assign.items.count, "another number of assignments")
        for (item, wire) in zip(items, assign.items) {
            try require(item.claim == wire.claim.model, "an assignment under another claim")
            try require(item.category == wire.category, "an assignment of another category")
            // Not by `==`: a coordinate may be no number, which equals nothing.
            let bytes: [UInt8]? = try item.message?.serializedBytes()
            try require(try bytes == wire.serializedBytes(), "another assignment")
        }
    }

    private static func checkOutcomeReceipts(
        _ body: UnsafeRawBufferPointer, _ message: WireMessage?
    ) throws {
        guard let list = try? TaggedItems(body: body),
            let items: [OutcomeReceiptItem] = try? list.items()
        else { return }
        guard case .outcomeReceipt(let receipt) = message else { return }
        try require(items.count == receipt.items.count, "another number of outcome receipts")
        for (item, wire) in zip(items, receipt.items) {
            try require(
                item.claim == wire.claim.model && item.step == wire.step
                    && item.refused == (wire.hasRefused ? wire.refused : nil),
                "an outcome receipt differs from \(wire)")
        }
    }
}

extension SwiftProtobuf.Message {
    /// The fields as text: JSON knows no unknown ones.
    fileprivate var textWithoutUnknownFields: String {
        (try? jsonString()) ?? "not expressible"
    }
}
