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
        guard let id = UniqueID(data: bytes) else {
            throw Refusal(.malformedID, field: field, reason: "an id is 16 bytes, not all zero")
        }
        return id
    }

    /// Throws unless the call's fields are of the right form.
    func check(_ item: WireSubmitItem) throws(Refusal) {
        try required(item.category, "category")
        try required(item.grid, "grid")
        try text(item.category, "category", limits.textBytes)
        try text(item.grid, "grid", limits.textBytes)
        try text(item.condition, "condition", limits.textBytes)
        try text(item.campaign, "campaign", limits.textBytes)
        if item.hasTexts {
            try text(item.texts.description_p, "texts.description", limits.descriptionBytes)
            try text(item.texts.address, "texts.address", limits.textBytes)
            try text(item.texts.reporter, "texts.reporter", limits.textBytes)
            try text(item.texts.contact, "texts.contact", limits.textBytes)
        }
        if case .UNRECOGNIZED = item.urgency {
            throw Refusal(.valueOutOfRange, field: "urgency", reason: "urgency is 0 to 3")
        }
        if item.observedAt < 0 || item.observedAt > Self.latestTime {
            throw Refusal(
                .valueOutOfRange, field: "observed_at",
                reason: "a time is milliseconds since 1970, before the year 10000")
        }
        if item.hasCoordinates { try check(item.coordinates) }
    }

    /// Throws unless the text is short enough and free of control characters.
    func text(_ value: String, _ field: String, _ limit: Int) throws(Refusal) {
        guard value.utf8.count <= limit else {
            throw Refusal(
                .textTooLong, field: field,
                reason: "at most \(limit) bytes of UTF-8, not \(value.utf8.count)")
        }
        guard !Self.hasControls(value) else {
            throw Refusal(
                .malformedText, field: field,
                reason: "control characters other than tab and line ends are not allowed")
        }
    }

    /// The reason a person or worker gives; `nil` if there is none.
    func reason(_ value: String) throws(Refusal) -> String? {
        try text(value, "reason", limits.textBytes)
        return value.allSatisfy(\.isWhitespace) ? nil : value
    }

    private static let latestTime: Int64 = 253_402_300_799_999

    private func required(_ value: String, _ field: String) throws(Refusal) {
        if value.isEmpty {
            throw Refusal(.missingField, field: field, reason: "a \(field) is needed")
        }
    }

    private func check(_ place: WireCoordinates) throws(Refusal) {
        guard (-90...90).contains(place.latitude), (-180...180).contains(place.longitude) else {
            throw Refusal(
                .valueOutOfRange, field: "coordinates",
                reason: "WGS 84 degrees: latitude −90 to 90, longitude −180 to 180")
        }
    }

    private static func hasControls(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            for byte in bytes where byte < 0x20 {
                if byte != 0x09 && byte != 0x0A && byte != 0x0D { return true }
            }
            return false
        }
    }
}

extension Urgency {
    /// The urgency of a message; `nil` for "the category's".
    init?(_ wire: WireCallUrgency) {
        switch wire {
        case .emergency: self = .emergency
        case .urgent: self = .urgent
        case .ordinary: self = .ordinary
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}
