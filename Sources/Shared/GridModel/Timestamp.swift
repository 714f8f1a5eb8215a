/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// One integer everywhere (facts, wire, engine), so that no conversion can lose a millisecond.
/// Arithmetic saturates: a limit of any size leads to `distantFuture`, never to a trap.
package struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since the Unix epoch, UTC.
    package var milliseconds: Int64

    /// A point in time from its milliseconds since the Unix epoch.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads the bare number; the unit is the type's.
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the bare number; the unit is the type's.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// The Unix epoch; as a field of a message it means "not given".
    package static let zero = Timestamp(milliseconds: 0)
    /// Later than any time that can occur; the due time of a clock that never runs out.
    package static let distantFuture = Timestamp(milliseconds: .max)

    /// The time `milliseconds` later, or earlier if negative; saturates.
    package func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        guard overflow else { return Timestamp(milliseconds: sum) }
        return Timestamp(milliseconds: milliseconds > 0 ? .max : .min)
    }

    /// Milliseconds from `earlier` to this time; saturates.
    package func milliseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) =
            milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        guard overflow else { return difference }
        return milliseconds > earlier.milliseconds ? .max : .min
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
