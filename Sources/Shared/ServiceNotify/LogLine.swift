package import Glibc

/// How a line of the log is put together.
package enum LogLine {
    /// The message and `key=value` for each entry, in the order of the keys.
    ///
    /// A value that holds a space, a quotation mark or an equals sign is quoted. Control characters
    /// are escaped: what came from the network must neither begin a line nor steer a terminal.
    package static func text(_ message: String, _ values: [String: String]) -> String {
        let entries = values.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted($0.value))" }
        return escaped(message, quotes: false) + entries.joined()
    }

    /// RFC 3339, UTC, with milliseconds.
    package static func time(_ time: timespec) -> String {
        var seconds = time.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1_900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let clock = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        return date.map(twoDigits).joined(separator: "-") + "T"
            + clock.map(twoDigits).joined(separator: ":") + "."
            + String(String(1_000 + time.tv_nsec / 1_000_000).dropFirst()) + "Z"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static func quoted(_ value: String) -> String {
        let text = escaped(value, quotes: true)
        guard value.isEmpty || value.contains(where: { " \"=".contains($0) }) else { return text }
        return "\"\(text)\""
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\"" where quotes, "\\" where quotes: result += "\\\(scalar)"
            case _ where isUnsafe(scalar.value):
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Control characters, line separators, controls of direction, and what else is not seen and
    /// changes what is.
    private static func isUnsafe(_ value: UInt32) -> Bool {
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
