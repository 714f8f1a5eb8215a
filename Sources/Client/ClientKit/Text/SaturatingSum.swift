extension UInt64 {
    /// The sum, or the largest number there is: counts come from outside, and their sum must not
    /// stop whoever shows them.
    package func saturatingAdd(_ other: UInt64) -> UInt64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
