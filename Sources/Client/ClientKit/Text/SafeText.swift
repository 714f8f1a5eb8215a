extension String {
    /// The text with everything escaped that could steer a terminal or hide what is written.
    ///
    /// Texts come from the network: an escape sequence in a description must not move the cursor,
    /// a direction override must not turn a line around. Line feed, tab and carriage return are
    /// written `\n`, `\t`, `\r`, other such characters `\u{9B}`; so a text always fits one line.
    package var escapedForTerminal: String {
        guard unicodeScalars.contains(where: \.isUnsafe) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.isUnsafe:
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is a control character, a line separator or a direction control.
    package var isUnsafe: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069,
            0xFEFF:
            true
        default: false
        }
    }
}
