/// Durations as people write them on a command line.
package enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("min", 60_000),
    ]
    /// A day: nobody waits longer for a simulation.
    private static let maximumMilliseconds: Int64 = 86_400_000

    /// The milliseconds of `300ms`, `2s` or `5min`; a bare `0` needs no unit. `nil` for anything
    /// else, and for more than a day.
    package static func milliseconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        for (suffix, unit) in units where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
                let amount = Int64(digits)
            else { continue }
            let (product, overflow) = amount.multipliedReportingOverflow(by: unit)
            return overflow || product > maximumMilliseconds ? nil : product
        }
        return nil
    }
}
