package import GridModel

/// The words of the library that parses command lines (swift-argument-parser 1.8), in Chinese.
///
/// It has no translations of its own. What is not in the table stays as it is; a test holds the
/// table to the library's words.
package enum ParserWords {
    /// Help or an error of the parser in `language`.
    package static func text(_ text: String, in language: Language) -> String {
        // What is for programs, completions and the dump of the help, stays as it is.
        let isForPeople = ["OVERVIEW: ", "USAGE: ", "Error: ", "Usage: "].contains {
            text.hasPrefix($0)
        }
        guard language == .chinese, isForPeople else { return text }
        return withRemarks(text).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line(String($0)) }.joined(separator: "\n")
    }

    private static let pieces: [(String, String)] = [
        ("OVERVIEW: ", "简介："), ("USAGE: ", "用法："), ("ARGUMENTS:", "参数："), ("OPTIONS:", "选项："),
        ("SUBCOMMANDS:", "子命令："), ("Error: ", "错误："), ("Usage: ", "用法："), ("Help:  ", "说明："),
        ("Show help information.", "显示帮助"), ("Show the version.", "显示版本"),
        ("Missing expected argument ", "缺少参数 "), ("Missing value for ", "缺少值 "),
        ("Missing one of: ", "缺少其中之一："), ("Unknown option ", "没有选项 "),
        (". Did you mean ", "，是否指 "), ("Unexpected argument ", "多余的参数 "),
        (" unexpected arguments: ", " 个多余的参数："), ("The value ", "值 "),
        (" is invalid for ", " 不适用于 "), (". Please provide one of ", "，可选："),
        (" for more information.", " 获取更多信息"), (" for detailed help.", " 获取详细帮助"),
        ("the following:", ""), ("[<options>]", "[<选项>]"), (" <options>", " <选项>"),
        ("<subcommand>", "<子命令>"),
    ]

    /// Translates `(values: a, b; default: c)`, which may go over several lines.
    private static func withRemarks(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: #/ ?\((values|default as flag|default):\s+/#),
            let close = rest[open.upperBound...].firstIndex(of: ")")
        {
            // The blank before it goes with the half-width bracket, but not as part of an indent.
            let isIndented = rest[..<open.lowerBound].last?.isWhitespace ?? false
            let inside = rest[open.upperBound..<close]
                .replacing(/;\s+default:\s+/, with: "；默认：").replacing(/,\s+/, with: "、")
            result += rest[..<open.lowerBound] + (isIndented ? " " : "")
            result += remark(rest[open]) + inside + "）"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func remark(_ english: Substring) -> String {
        if english.contains("flag") { return "（不给值时：" }
        return english.contains("default") ? "（默认：" : "（可选："
    }

    private static func line(_ line: String) -> String {
        var line = line
        for (english, chinese) in pieces where line.contains(english) {
            line = line.replacing(english, with: chinese, maxReplacements: 1)
        }
        for word in ["  See '", "See '"] where line.hasPrefix(word) {
            line = line.replacing("See '", with: "见 '", maxReplacements: 1)
        }
        return line
    }
}
