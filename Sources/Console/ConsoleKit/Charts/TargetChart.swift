import ClientKit

/// A bar of what was found against its target, with what is done of it in a stronger colour.
package struct TargetGeometry: Hashable, Sendable {
    /// The width of the drawing.
    package static let width = 200.0

    /// Widths of what was found and of what is closed of it.
    package let found: Double
    package let closed: Double
    /// Where the target's mark stands; `nil` without a target.
    package let mark: Double?

    /// The bar of a campaign or of a share of it. The longer of target and found fills it.
    package init(target: UInt64, found: UInt64, closed: UInt64) {
        let longest = Double(max(target, found, 1))
        func width(_ value: UInt64) -> Double {
            // Something is never shown as nothing.
            value == 0 ? 0 : max(2, Double(value) / longest * Self.width)
        }
        self.found = width(found)
        self.closed = width(min(closed, found))
        mark = target == 0 ? nil : Double(target) / longest * Self.width
    }
}

/// Draws such a bar.
struct TargetChart {
    let target: UInt64
    let found: UInt64
    let closed: UInt64
    /// What it shows, in words.
    let label: String

    var markup: Markup {
        let geometry = TargetGeometry(target: target, found: found, closed: closed)
        let mark: Markup =
            geometry.mark.map { place in
                let x = LineGeometry.rounded(min(place, TargetGeometry.width - 1))
                return "<rect class=\"mark\" x=\"\(x)\" y=\"0\" width=\"1.5\" height=\"12\"/>"
            } ?? .none
        return """
            <svg class="bar" viewBox="0 0 200 12" preserveAspectRatio="none" role="img" \
            aria-label="\(label)"><rect class="track" y="2" width="200" height="8" rx="2"/>\
            <rect class="found" y="2"\
             width="\(LineGeometry.rounded(geometry.found))" height="8" rx="2"/>\
            <rect class="closed" y="2"\
             width="\(LineGeometry.rounded(geometry.closed))" height="8" rx="2"/>\
            \(mark)</svg>
            """
    }
}
