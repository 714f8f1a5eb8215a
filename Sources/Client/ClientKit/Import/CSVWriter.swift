/// Writes CSV as RFC 4180 has it, with LF line ends, so that `CSVReader` reads the same rows.
///
/// A cell that a spreadsheet would run as a formula gets an apostrophe before it, by which
/// spreadsheets know a text ("CSV Injection" of OWASP; ASVS 5, 1.2.10). A cell that already looks
/// so gets one more, so that taking one away from each gives the cells back. JSON needs no such
/// care: what must come back as it was is written as JSON.
package enum CSVWriter {
    /// One row with its line end.
    ///
    /// A lone empty cell is quoted, since an empty line would be no row.
    package static func row(_ cells: [String]) -> String {
        if cells == [""] { return "\"\"\n" }
        return cells.map { quoted(harmless($0)) }.joined(separator: ",") + "\n"
    }

    /// The text that `row` wrote as this cell.
    static func original(_ cell: String) -> String {
        guard cell.hasPrefix("'") else { return cell }
        let rest = String(cell.dropFirst())
        return harmless(rest) == cell ? rest : cell
    }

    /// The text with an apostrophe before it if it begins, behind any apostrophes, as a formula
    /// does. The wide forms count too: spreadsheets set to Chinese or Japanese take them.
    private static func harmless(_ text: String) -> String {
        let first = text.unicodeScalars.first { $0 != "'" }
        switch first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠": return "'" + text
        default: return text
        }
    }

    /// In quotation marks if it holds what ends a cell, in a spreadsheet of any country.
    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\""),
                UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                true
            default: false
            }
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
