/// Writes CSV as RFC 4180 has it, with LF line ends, so that `CSVReader` reads the same rows.
package enum CSVWriter {
    /// One row with its line end.
    ///
    /// A lone empty cell is quoted, since an empty line would be no row.
    package static func row(_ cells: [String]) -> String {
        if cells == [""] { return "\"\"\n" }
        return cells.map(cell).joined(separator: ",") + "\n"
    }

    private static func cell(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"")
                || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        }
        // A byte order mark at the beginning of a file would be swallowed by a reader.
        guard needsQuotes || text.unicodeScalars.first == "\u{FEFF}" else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append("\"") }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.unicodeScalars.append("\"")
        return quoted
    }
}
