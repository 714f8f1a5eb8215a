import BrokerEngine
import GridCodec
import GridModel

import struct Foundation.Data

/// Checks what one item of a message says before the engine sees it.
///
/// Form only: whether ids are known and steps allowed is the engine's to say.
struct ItemValidation {
    let limits: ProtocolLimits

    /// The id of a call, command or session.
    func id(_ bytes: Data, field: String = "id") throws(Refusal) -> UniqueID {
        guard let id = UniqueID(data: bytes) else { throw Self.malformedID(field) }
        return id
    }

    /// Throws unless the call's fields are of the right form; returns its id.
    func check(_ item: SubmitItemView) throws(Refusal) -> CallID {
        guard let id = UniqueID(raw: item.id) else { throw Self.malformedID("id") }
        guard item.isWhole else {
            throw Refusal(.malformedFrame, field: "items", reason: "the item is not its Protobuf")
        }
        try required(item.category, "category")
        try required(item.grid, "grid")
        try text(item.category, "category", limits.textBytes)
        try text(item.grid, "grid", limits.textBytes)
        try text(item.condition, "condition", limits.textBytes)
        try text(item.campaign, "campaign", limits.textBytes)
        try text(item.description, "texts.description", limits.descriptionBytes)
        try text(item.address, "texts.address", limits.textBytes)
        try text(item.reporter, "texts.reporter", limits.textBytes)
        try text(item.contact, "texts.contact", limits.textBytes)
        if !item.sameAs.isEmpty, UniqueID(raw: item.sameAs) == nil {
            throw Self.malformedID("same_as")
        }
        if item.urgency > Self.highestUrgency {
            throw Refusal(.valueOutOfRange, field: "urgency", reason: "urgency is 0 to 3")
        }
        if item.observedAt < 0 || item.observedAt > Self.latestTime {
            throw Refusal(
                .valueOutOfRange, field: "observed_at",
                reason: "a time is milliseconds since 1970, before the year 10000")
        }
        if let place = item.coordinates { try check(place) }
        return id
    }

    /// Throws unless the text is short enough, UTF-8, and free of control characters.
    func text(
        _ bytes: UnsafeRawBufferPointer, _ field: String, _ limit: Int
    ) throws(Refusal) {
        guard !bytes.isEmpty else { return }
        guard bytes.count <= limit else {
            throw Refusal(
                .textTooLong, field: field,
                reason: "at most \(limit) bytes of UTF-8, not \(bytes.count)")
        }
        // One pass without branches, which the compiler turns into vector instructions.
        var (controls, high): (UInt8, UInt8) = (0, 0)
        for byte in bytes {
            let isControl = byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
            controls |= isControl ? 1 : 0
            high |= byte
        }
        guard high < 0x80 || Self.isUTF8(bytes) else {
            throw Refusal(.malformedText, field: field, reason: "the text is not UTF-8")
        }
        guard controls == 0 else {
            throw Refusal(
                .malformedText, field: field,
                reason: "control characters other than tab and line ends are not allowed")
        }
    }

    /// Throws unless the text is short enough and free of control characters.
    func text(_ value: String, _ field: String, _ limit: Int) throws(Refusal) {
        var value = value
        var refusal: Refusal?
        value.withUTF8 { utf8 in
            do throws(Refusal) {
                try text(UnsafeRawBufferPointer(utf8), field, limit)
            } catch { refusal = error }
        }
        if let refusal { throw refusal }
    }

    private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.withMemoryRebound(to: UInt8.self) { (try? UTF8Span(validating: $0.span)) != nil }
    }

    /// The reason a person or worker gives; `nil` if there is none.
    func reason(_ value: String) throws(Refusal) -> String? {
        try text(value, "reason", limits.textBytes)
        return value.allSatisfy(\.isWhitespace) ? nil : value
    }

    static let latestTime: Int64 = 253_402_300_799_999

    private static let highestUrgency: UInt64 = 3

    private static func malformedID(_ field: String) -> Refusal {
        Refusal(.malformedID, field: field, reason: "an id is 16 bytes, not all zero")
    }

    private func required(
        _ value: UnsafeRawBufferPointer, _ field: String
    ) throws(Refusal) {
        if value.isEmpty {
            throw Refusal(.missingField, field: field, reason: "a \(field) is needed")
        }
    }

    func check(_ place: Coordinates) throws(Refusal) {
        guard (-90...90).contains(place.latitude), (-180...180).contains(place.longitude) else {
            throw Refusal(
                .valueOutOfRange, field: "coordinates",
                reason: "WGS 84 degrees: latitude −90 to 90, longitude −180 to 180")
        }
    }
}
