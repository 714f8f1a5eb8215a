/// Found of a target as a bar with its numbers: `█████░░░ 62/100`.
///
/// Unlike `top`'s bar it stands alone at the end of a line, where wide block characters push
/// nothing apart.
struct ShareBar {
    /// Columns of the bar itself.
    static let width = 8

    let target: UInt64
    let found: UInt64

    /// The bar and `found/target`; without a target only what was found.
    var text: String {
        guard target > 0 else { return String(found) }
        // Rounded down, so that a full bar means that the target is reached; but never nothing at
        // all for something.
        let share = min(1, Double(found) / Double(target)) * Double(Self.width)
        let full = found == 0 ? 0 : max(1, Int(share))
        return String(repeating: "█", count: full)
            + String(repeating: "░", count: Self.width - full) + " \(found)/\(target)"
    }
}
