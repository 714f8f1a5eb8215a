extension String {
    /// The text without spaces (no-break and ideographic ones too), tabs and line ends around it.
    package var trimmedOfSpaces: String {
        let isSpace: (Unicode.Scalar) -> Bool = {
            switch $0 {
            case " ", "\t", "\n", "\r", "\u{A0}", "\u{3000}": true
            default: false
            }
        }
        guard let first = unicodeScalars.firstIndex(where: { !isSpace($0) }),
            let last = unicodeScalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
