extension String {
    /// The columns a terminal needs for this text.
    ///
    /// Chinese, Japanese and Korean characters and emoji take two, marks that join their base
    /// none (Unicode Standard Annex 11, classes W and F). Ambiguous ones take one, as in every
    /// terminal that is not set to an East Asian locale.
    package var displayWidth: Int {
        reduce(0) { $0 + $1.displayWidth }
    }

    /// The text with spaces before or after it, to fill `width` columns; never shortened.
    package func padded(toWidth width: Int, atStart: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - displayWidth))
        return atStart ? spaces + self : self + spaces
    }

    /// The text in at most `width` columns; an ellipsis stands for what was cut off.
    package func shortened(toWidth width: Int) -> String {
        guard displayWidth > width else { return self }
        var result = ""
        var used = 1
        for character in self {
            used += character.displayWidth
            if used > width { break }
            result.append(character)
        }
        return result + "…"
    }
}

extension Character {
    /// The columns a terminal needs for this character: that of its widest scalar.
    fileprivate var displayWidth: Int {
        var width = 0
        for scalar in unicodeScalars {
            // Variation selector 16 asks for the emoji form, which is wide.
            width = max(width, scalar == "\u{FE0F}" ? 2 : scalar.displayWidth)
        }
        return width
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let isWide = Self.wideBlocks.contains { $0.contains(value) }
        return isWide || properties.isEmojiPresentation ? 2 : 1
    }

    /// The blocks whose characters are wide or full-width, unassigned ones included
    /// (EastAsianWidth.txt of Unicode 15); emoji are known by their own property.
    private static let wideBlocks: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
        0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
        0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}
