import GridModel

/// How results are written.
package enum OutputFormat: String, CaseIterable, Sendable {
    /// Aligned columns for people.
    case table
    /// Stable keys in camelCase for programs.
    case json
    /// RFC 4180, lists only.
    case csv
}

/// What output depends on beside the data.
package struct Presentation: Sendable {
    /// The street's zone.
    package var zone: LocalZone
    package var language: Language

    /// What output depends on beside the data.
    package init(zone: LocalZone, language: Language) {
        self.zone = zone
        self.language = language
    }

    /// A time of a message as RFC 3339 with the street's offset; `null` if there is none.
    package func json(_ milliseconds: Int64) -> JSONValue {
        Self.time(milliseconds).map { .text(RFC3339.text($0, in: zone)) } ?? .null
    }

    /// A time of a message for people; empty if there is none.
    package func text(_ milliseconds: Int64) -> String {
        Self.time(milliseconds).map { RFC3339.shortText($0, in: zone) } ?? ""
    }

    /// 0 means "not given", the far future "never", and what no calendar can show is neither.
    private static func time(_ milliseconds: Int64) -> Timestamp? {
        let endOfYear9999: Int64 = 253_402_300_800_000
        guard milliseconds != 0, milliseconds.clampedMagnitude < endOfYear9999 else {
            return nil
        }
        return Timestamp(milliseconds: milliseconds)
    }
}

extension Int64 {
    fileprivate var clampedMagnitude: Int64 { self == .min ? .max : abs(self) }
}

/// Words for people.
package enum Words {
    /// A duration in seconds with a unit that suits its size: `0.8 ms`, `12 s`, `3.5 h`.
    package static func duration(seconds: Double) -> String {
        guard seconds.isFinite else { return "∞" }
        return switch seconds {
        case ..<0.0000005: "0"
        case ..<0.001: "\(rounded(seconds * 1_000_000)) µs"
        case ..<1: "\(rounded(seconds * 1_000)) ms"
        case ..<120: "\(rounded(seconds)) s"
        case ..<7_200: "\(rounded(seconds / 60)) min"
        case ..<172_800: "\(rounded(seconds / 3_600)) h"
        default: "\(rounded(seconds / 86_400)) d"
        }
    }

    /// A number with one digit after the point, or none from 10 on.
    private static func rounded(_ value: Double) -> String {
        guard value < 9e15 else { return "∞" }
        let tenths = Int64((value * 10).rounded())
        guard tenths < 100, tenths % 10 != 0 else { return String((tenths + 5) / 10) }
        return "\(tenths / 10).\(tenths % 10)"
    }
}
