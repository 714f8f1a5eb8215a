/// Writes lines to a terminal so that only what has changed is sent.
package struct ScreenPainter: Sendable {
    private let inColour: Bool
    /// What stands on the screen; `nil` if that is not known.
    private var shown: [StyledLine]?

    /// A painter that knows nothing of the screen yet.
    package init(inColour: Bool) { self.inColour = inColour }

    /// Forgets what stands on the screen, after a resize or when other programs wrote there.
    package mutating func invalidate() { shown = nil }

    /// What to send so that exactly `lines` stand on the screen; empty if they do already.
    package mutating func paint(_ lines: [StyledLine]) -> String {
        let before = shown ?? []
        var output = shown == nil ? "\u{1B}[0m\u{1B}[2J" : ""
        shown = lines
        for row in 0..<max(lines.count, before.count) {
            let line = row < lines.count ? lines[row] : StyledLine()
            let old = row < before.count ? before[row] : StyledLine()
            guard line != old else { continue }
            // Cleared first: after a character in the last column the cursor still stands on it.
            output += "\u{1B}[\(row + 1);1H\u{1B}[2K" + text(of: line)
        }
        return output
    }

    private func text(of line: StyledLine) -> String {
        line.spans.map { span in
            let parameters = span.style.parameters(inColour: inColour)
            return parameters.isEmpty
                ? span.text : "\u{1B}[\(parameters)m\(span.text)\u{1B}[0m"
        }.joined()
    }
}
