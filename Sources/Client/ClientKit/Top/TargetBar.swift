/// How far a campaign is, as a bar: `[##==....]`.
///
/// The whole width is the target; `#` stands for calls closed, `=` for calls found and still
/// open, `.` for what is missing. ASCII, since block characters are wide in some East Asian
/// settings and would push the columns apart.
package struct TargetBar: Hashable, Sendable {
    static let minimumWidth = 12

    private let target: UInt64
    private let found: UInt64
    private let closed: UInt64

    /// A bar; without a target (0) there is nothing to measure against and it is empty.
    package init(target: UInt64, found: UInt64, closed: UInt64) {
        self.target = target
        self.found = found
        self.closed = min(closed, found)
    }

    /// Found of the target in whole percent, rounded down; `nil` without a target.
    package var percent: Int? {
        target == 0 ? nil : Int(min(999, Double(found) / Double(target) * 100))
    }

    /// The bar in exactly `width` columns, at least 3; empty without a target.
    package func text(width: Int) -> String {
        guard target > 0, width >= 3 else { return "" }
        let inner = width - 2
        let foundWidth = Self.share(found, of: target, in: inner)
        let closedWidth = min(foundWidth, Self.share(closed, of: target, in: inner))
        return "[" + String(repeating: "#", count: closedWidth)
            + String(repeating: "=", count: foundWidth - closedWidth)
            + String(repeating: ".", count: inner - foundWidth) + "]"
    }

    /// Rounded down, so that a full bar means that the target is reached; but never nothing at all
    /// for something.
    private static func share(_ count: UInt64, of target: UInt64, in width: Int) -> Int {
        guard count > 0 else { return 0 }
        return max(1, Int(min(1, Double(count) / Double(target)) * Double(width)))
    }
}
