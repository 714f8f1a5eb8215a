import ClientKit
import GridModel
import Testing

/// What a reader makes of a text, fed in pieces of so many bytes.
private func records(
    _ bytes: [UInt8], pieceBytes: Int = 1 << 16, encoding: FileEncoding = .utf8
) -> [CSVRecord] {
    var reader = CSVReader(encoding: encoding)
    var records: [CSVRecord] = []
    for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
        reader.read(bytes[start..<min(bytes.count, start + pieceBytes)]) { records.append($0) }
    }
    reader.finish { records.append($0) }
    // The English of a reason stands for both languages.
    return records.map { record in
        guard case .problem(let found) = record else { return record }
        return problem(found.line, found.reason.english)
    }
}

private func row(_ line: Int, _ cells: String...) -> CSVRecord {
    .row(CSVRow(line: line, cells: cells))
}

private func problem(_ line: Int, _ reason: String) -> CSVRecord {
    .problem(CSVProblem(line: line, reason: Phrase(verbatim: reason)))
}

@Suite struct CSVReaderTests {
    static let wellFormed: [(text: String, records: [CSVRecord])] = [
        ("", []),
        ("a", [row(1, "a")]),
        ("a\n", [row(1, "a")]),
        ("a,b\nc,d\n", [row(1, "a", "b"), row(2, "c", "d")]),
        ("a,b\r\nc,d\r\n", [row(1, "a", "b"), row(2, "c", "d")]),
        (",\n", [row(1, "", "")]),
        ("a,", [row(1, "a", "")]),
        ("\"\"\n", [row(1, "")]),
        ("\"\"\r\n", [row(1, "")]),
        ("\"\"", [row(1, "")]),
        ("\n\r\na\n\n", [row(3, "a")]),
        ("\"a,b\",c\n", [row(1, "a,b", "c")]),
        ("\"say \"\"hi\"\"\"\n", [row(1, "say \"hi\"")]),
        ("\"two\nlines\",x\nnext\n", [row(1, "two\nlines", "x"), row(3, "next")]),
        ("\"two\r\nlines\"\r\nnext", [row(1, "two\r\nlines"), row(3, "next")]),
        ("\u{FEFF}a,b\n", [row(1, "a", "b")]),
        ("\u{FEFF}\"a\"\n", [row(1, "a")]),
        ("城管,市场\n", [row(1, "城管", "市场")]),
    ]

    @Test("a file that keeps the rules is read the same in any pieces", arguments: wellFormed)
    func reading(text: String, expected: [CSVRecord]) {
        for pieceBytes in [1, 2, 3, 7, 1_000] {
            #expect(records(Array(text.utf8), pieceBytes: pieceBytes) == expected)
        }
    }

    static let broken: [(text: String, records: [CSVRecord])] = [
        (
            "a\nb\"c\nd\n",
            [
                row(1, "a"), problem(2, "a quote inside a cell that does not begin with one"),
                row(3, "d"),
            ]
        ),
        (
            "\"a\"b,c\nd\n",
            [problem(1, "text after the closing quote of a cell"), row(2, "d")]
        ),
        (
            "a\rb\nc\n",
            [problem(1, "a carriage return without a line feed after it"), row(2, "c")]
        ),
        ("a\r", [problem(1, "a carriage return without a line feed after it")]),
        (
            "a\nb,\"c\nd\ne",
            [row(1, "a"), problem(2, "the quote that begins on this line is never closed")]
        ),
        (
            "\"a\nb\",\"c\nd",
            [problem(2, "the quote that begins on this line is never closed")]
        ),
    ]

    @Test("a bad row is reported with its line and the others are read", arguments: broken)
    func problems(text: String, expected: [CSVRecord]) {
        for pieceBytes in [1, 2, 1_000] {
            #expect(records(Array(text.utf8), pieceBytes: pieceBytes) == expected)
        }
    }

    @Test("broken UTF-8 is an error of its row alone")
    func brokenUTF8() {
        let bytes = Array("a,b\nc,".utf8) + [0xC3, 0x28] + Array("\ne,f\n".utf8)
        #expect(
            records(bytes) == [
                row(1, "a", "b"), problem(2, "cell 2 is not UTF-8"), row(3, "e", "f"),
            ])
    }

    @Test("half a byte order mark is no UTF-8", arguments: [1, 2])
    func halfAMark(count: Int) {
        let half = Array([0xEF, 0xBB, 0xBF].prefix(count)) as [UInt8]
        #expect(records(half) == [problem(1, "cell 1 is not UTF-8")])
        #expect(
            records(half + Array("a\nb".utf8)) == [
                problem(1, "cell 1 is not UTF-8"), row(2, "b"),
            ])
    }

    @Test("GB 18030 is read the same in any pieces, its byte order mark skipped")
    func gb18030() {
        // "城,管\n" with a four-byte character behind, and a broken one in a row of its own.
        let bytes: [UInt8] =
            [0x84, 0x31, 0x95, 0x33, 0xB3, 0xC7, 0x2C, 0xB9, 0xDC, 0x0D, 0x0A]
            + [0x95, 0x32, 0x82, 0x36, 0x2C, 0x22, 0xB3, 0xC7, 0x0A, 0xA3, 0xB1, 0x22, 0x0A]
            + [0xB3, 0x2C, 0x61, 0x0A, 0x62]
        for pieceBytes in 1...7 {
            #expect(
                records(bytes, pieceBytes: pieceBytes, encoding: .gb18030) == [
                    row(1, "城", "管"), row(2, "\u{20000}", "城\n１"),
                    problem(4, "cell 1 is not GB18030"), row(5, "b"),
                ])
        }
    }

    @Test("a row of exactly the limit is read, one byte more is a problem of that row")
    func longRow() {
        let limit = CSVReader.maximumRowBytes
        let longest = [UInt8](repeating: 0x61, count: limit)
        #expect(
            records(longest + [0x0A, 0x62]) == [
                row(1, String(repeating: "a", count: limit)), row(2, "b"),
            ])
        #expect(
            records(longest + [0x61, 0x0A, 0x62]) == [
                problem(1, "the row is longer than \(limit) bytes"), row(2, "b"),
            ])
    }

    @Test("what the writer wrote the reader reads", arguments: 0..<200)
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = [
            "a", "\"", ",", "\n", "\r", "\r\n", " ", "城", "\u{FEFF}", "é", "\t", "'", "=", ";",
        ]
        let rows = (0..<Int.random(in: 1...20, using: &random)).map { _ in
            (0..<Int.random(in: 1...6, using: &random)).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? ""
                }.joined()
            }
        }
        let text = rows.map(CSVWriter.row).joined()
        let read = records(Array(text.utf8), pieceBytes: Int.random(in: 1...64, using: &random))
        #expect(read.map { $0.cells.map(withoutGuard) } == rows)
    }

    @Test(
        "what a spreadsheet would run as a formula gets an apostrophe",
        arguments: [
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@sum(a)", "'@sum(a)"),
            ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""),
            ("\0=1", "'\0=1"), ("＝1", "'＝1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠a", "'＠a"),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""), ("'=1", "''=1"), ("''-1", "'''-1"),
            ("=\u{301}1", "'=\u{301}1"),
        ])
    func formulas(text: String, cell: String) {
        #expect(CSVWriter.row([text, "x"]) == cell + ",x\n")
    }

    @Test(
        "what is no formula stays as it is",
        arguments: ["1", "a=b", " =1", "'", "'a", "''", "路边=垃圾", "2026-01-05", ""])
    func noFormulas(text: String) {
        #expect(CSVWriter.row([text, "x"]) == text + ",x\n")
    }

    @Test("no cell can become two, whatever a spreadsheet takes for the end of one")
    func separators() {
        #expect(CSVWriter.row(["a;=1", "b\t=1"]) == "\"a;=1\",\"b\t=1\"\n")
    }

    /// The text without the apostrophe that marks it as no formula.
    private func withoutGuard(_ cell: String) -> String {
        let rest = cell.unicodeScalars.drop { $0 == "'" }
        let starts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "\0"]
        guard cell.unicodeScalars.first == "'", let first = rest.first, starts.contains(first)
        else { return cell }
        return String(cell.unicodeScalars.dropFirst())
    }
}

extension CSVRecord {
    /// The cells, of a problem none.
    fileprivate var cells: [String] { if case .row(let row) = self { row.cells } else { [] } }
}

@Suite struct EncodingDetectorTests {
    /// What is found in bytes that come in pieces of so many.
    private func encoding(_ bytes: [UInt8], pieceBytes: Int) -> FileEncoding {
        var detector = EncodingDetector()
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            guard detector.isUndecided else { break }
            detector.read(Array(bytes[start..<min(bytes.count, start + pieceBytes)]))
        }
        return detector.encoding
    }

    private static let half: [UInt8] = [0xE5, 0x9F]
    private static let letters = [UInt8](repeating: 0x61, count: 100)
    private static let city: [UInt8] = [0xB3, 0xC7]
    static let files: [[UInt8]: FileEncoding] = [
        Array("a,b".utf8): .utf8,
        []: .utf8,
        Array("城管,𠀀".utf8): .utf8,
        [0xEF, 0xBB, 0xBF, 0x61, 0xB3, 0xC7]: .utf8,
        [0x84, 0x31, 0x95, 0x33, 0x61]: .gb18030,
        city: .gb18030,
        Array("城管".utf8) + half: .gb18030,
        letters + city: .gb18030,
        letters + city + letters: .gb18030,
    ]

    @Test("a mark decides, else UTF-8 if all of it is that", arguments: Array(files))
    func finding(_ file: Dictionary<[UInt8], FileEncoding>.Element) {
        for pieceBytes in [1, 2, 3, 5, 64, 1_000] {
            #expect(encoding(file.key, pieceBytes: pieceBytes) == file.value)
        }
    }

    @Test("what begins like UTF-16 is told")
    func utf16() {
        var detector = EncodingDetector()
        detector.read([0xFF, 0xFE, 0x61, 0x00])
        #expect(detector.isUTF16)
    }
}
