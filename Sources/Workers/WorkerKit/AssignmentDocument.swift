package import Foundation
package import GridCodec
import GridModel

/// An assignment as a handler reads it: one JSON object on standard input, then end of file.
///
/// The keys are stable; later versions may add some. A key whose value is not given is left out.
///
///     {"attempt":1,"call":"0199e0a4-…","campaign":"winter","caseNumber":"GL-2026-000123-7",
///      "category":"blocked-exit","condition":"occupied","coordinates":{"latitude":32.06,
///      "longitude":118.77},"department":"safety","dueAt":"2026-01-05T09:00:00.000Z",
///      "filedAt":"2026-01-05T08:00:00.000Z","grid":"320106001001","observedAt":"…",
///      "role":"lead","texts":{"address":"…","contact":"…","description":"…","reporter":"…"},
///      "urgency":"urgent"}
///
/// `urgency` is emergency, urgent or ordinary; `role` is lead or assist; times are RFC 3339 in
/// UTC; `attempt` counts the times the assignment was handed out, from 1.
package struct AssignmentDocument: Encodable, Sendable {
    private struct Place: Encodable {
        var latitude: Double
        var longitude: Double
    }

    private struct Texts: Encodable {
        var description: String?
        var address: String?
        var reporter: String?
        var contact: String?
    }

    private var call: String?
    private var caseNumber: String
    private var department: String
    private var role: String?
    private var category: String
    private var condition: String?
    private var grid: String?
    private var campaign: String?
    private var urgency: String?
    private var filedAt: String?
    private var observedAt: String?
    private var dueAt: String?
    private var attempt: Int
    private var coordinates: Place?
    private var texts: Texts

    /// The document of an assignment as it came.
    package init(_ item: WireAssignItem) {
        call = UniqueID(bytes: item.call)?.description
        caseNumber = item.caseNumber
        department = item.department
        role = Self.word(item.role)
        category = item.category
        condition = Self.given(item.condition)
        grid = Self.given(item.grid)
        campaign = Self.given(item.campaign)
        urgency = Self.word(item.urgency)
        filedAt = Self.time(item.filedAt)
        observedAt = Self.time(item.observedAt)
        dueAt = Self.time(item.resolveDue)
        attempt = Int(item.claim.attempt)
        let place = item.coordinates
        if item.hasCoordinates, place.latitude.isFinite, place.longitude.isFinite {
            coordinates = Place(latitude: place.latitude, longitude: place.longitude)
        }
        texts = Texts(
            description: Self.given(item.texts.description_p),
            address: Self.given(item.texts.address),
            reporter: Self.given(item.texts.reporter),
            contact: Self.given(item.texts.contact))
    }

    /// The document as one line of JSON with sorted keys.
    ///
    /// Errors: none that an assignment from a broker can cause.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    private static func given(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func word(_ role: WirePartRole) -> String? {
        switch role {
        case .lead: "lead"
        case .assist: "assist"
        case .unspecified, .UNRECOGNIZED: nil
        }
    }

    private static func word(_ urgency: WireCallUrgency) -> String? {
        switch urgency {
        case .emergency: "emergency"
        case .urgent: "urgent"
        case .ordinary: "ordinary"
        case .unspecified, .UNRECOGNIZED: nil
        }
    }

    /// RFC 3339 knows years 0 to 9999; a time outside, like "never due", is not given.
    private static func time(_ milliseconds: Int64) -> String? {
        guard (1..<253_402_300_800_000).contains(milliseconds) else { return nil }
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
