import GridModel

/// What is told about import files and mappings.
enum ImportWords {
    static let openQuote = Phrase(
        chinese: "从这一行开始的引号没有闭合",
        english: "the quote that begins on this line is never closed")
    static let loneCarriageReturn = Phrase(
        chinese: "回车符后面没有换行符", english: "a carriage return without a line feed after it")
    static let quoteInCell = Phrase(
        chinese: "不以引号开头的单元格里有引号",
        english: "a quote inside a cell that does not begin with one")
    static let textAfterQuote = Phrase(
        chinese: "单元格的结束引号后面还有文字", english: "text after the closing quote of a cell")
    static let emptyFile = Phrase(chinese: "文件是空的", english: "the file is empty")
    static let utf16 = Phrase(
        chinese: "文件是 UTF-16 编码；请在电子表格中另存为 CSV（UTF-8）",
        english: "the file is UTF-16; save it as CSV (UTF-8) in the spreadsheet")

    static func rowTooLong(_ bytes: Int) -> Phrase {
        Phrase(
            chinese: "这一行超过 \(bytes) 字节", english: "the row is longer than \(bytes) bytes")
    }

    static func notInEncoding(_ cell: Int, _ encoding: String) -> Phrase {
        Phrase(
            chinese: "第 \(cell) 个单元格不是 \(encoding) 编码", english: "cell \(cell) is not \(encoding)")
    }

    static func missingColumn(_ name: String) -> Phrase {
        Phrase(chinese: "没有名为 \(name) 的列", english: "there is no column \(name)")
    }

    static func doubledColumn(_ name: String) -> Phrase {
        Phrase(chinese: "列 \(name) 出现两次", english: "the column \(name) stands twice")
    }

    static func wrongCellCount(_ count: Int, _ expected: Int) -> Phrase {
        Phrase(
            chinese: "有 \(count) 个单元格，而首行有 \(expected) 列",
            english: "has \(count) cells, the first row names \(expected) columns")
    }

    static func emptyCell(_ columns: String) -> Phrase {
        Phrase(chinese: "\(columns) 的单元格是空的", english: "the cell of \(columns) is empty")
    }

    static func notInTable(_ cell: String, _ columns: String) -> Phrase {
        Phrase(
            chinese: "\(columns) 的 \(cell) 不在映射的对照表中",
            english: "\(cell) in \(columns) is not in the mapping's table")
    }

    static func doesNotFit(_ cell: String, _ columns: String) -> Phrase {
        Phrase(
            chinese: "\(columns) 的 \(cell) 不符合日期格式",
            english: "\(cell) in \(columns) does not fit the format")
    }

    static func noNumber(_ cell: String) -> Phrase {
        Phrase(chinese: "\(cell) 不是数字", english: "\(cell) is no number")
    }

    static func noUrgency(_ text: String) -> Phrase {
        Phrase(
            chinese: "\(text) 不是紧急程度：应为 emergency、urgent、ordinary，或特急、紧急、一般",
            english: "\(text) is no urgency: emergency, urgent or ordinary, or 特急, 紧急, 一般")
    }

    static func notAnID(_ text: String, _ length: Int) -> Phrase {
        Phrase(
            chinese: "\(text) 不是标识：应为 1 至 \(length) 个字母 a-z、A-Z、数字或连字符",
            english: "\(text) is no id: 1 to \(length) of A-Z a-z 0-9 -")
    }
}

/// What is told about mistakes in a mapping file.
enum MappingWords {
    static let emptyFile = ImportWords.emptyFile
    static let notYAML = Phrase(chinese: "文件不是 YAML", english: "the file is not YAML")
    static let noDate = Phrase(
        chinese: "格式需要 yyyy、MM 和 dd", english: "the format needs yyyy, MM and dd")
    static let partTwice = Phrase(
        chinese: "格式里有一个部分出现两次", english: "the format names a part twice")
    static let halfDay = Phrase(
        chinese: "hh 与 a（AM、PM、上午、下午）须同时使用；HH 为 0 至 23",
        english: "hh and a (AM, PM) go together; HH is 0 to 23")
    static let bothHours = Phrase(
        chinese: "格式里同时有 HH 和 hh", english: "the format has both HH and hh")
    static let markNeedsSpread = Phrase(
        chinese: "spread_mark 需要 spread_if_midnight: true",
        english: "spread_mark needs spread_if_midnight: true")
    static let template = Phrase(
        chinese: "模板里每个 { 都需要列名和 }",
        english: "every { of a template needs a column name and a }")
    static let oneOfThree = Phrase(
        chinese: "column、template、constant 须有且只有一个",
        english: "one of column, template and constant is needed, and only one")

    static func keyTwice(_ keys: String) -> Phrase {
        Phrase(chinese: "键出现两次：\(keys)", english: "a key stands twice: \(keys)")
    }

    static func noZone(_ name: String) -> Phrase {
        Phrase(chinese: "没有时区 \(name)", english: "there is no time zone \(name)")
    }

    static func noKeys(_ name: Phrase) -> Phrase {
        name + Phrase(chinese: "须由键和值组成", english: " must have keys and values")
    }

    static func notAFlag(_ key: String) -> Phrase {
        Phrase(chinese: "\(key) 须为 true 或 false", english: "\(key) must be true or false")
    }

    static func notAText(_ key: String) -> Phrase {
        Phrase(chinese: "\(key) 须为文字", english: "\(key) must be a text")
    }

    static func missing(_ key: String, in name: Phrase) -> Phrase {
        name + Phrase(chinese: "缺少 \(key)", english: " needs \(key)")
    }

    static func unknown(_ key: String, in name: Phrase, known: String) -> Phrase {
        name
            + Phrase(
                chinese: "没有键 \(key)；可用的有 \(known)",
                english: " has no key \(key); it has \(known)")
    }
}
