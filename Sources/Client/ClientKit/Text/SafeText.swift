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
    /// Whether the scalar is a control character, a line separator, a control of direction, or
    /// something else that is not seen and changes what is.
    package var isUnsafe: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        // Arabic letter mark, zero-width space, marks of direction, line and paragraph separator,
        // embeddings and overrides; invisible operators, isolates, deprecated controls; byte order
        // mark, annotations, tags. The joiners 200C and 200D are parts of words and emoji.
        case 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}
