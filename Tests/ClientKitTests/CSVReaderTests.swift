import ClientKit
import Testing

/// What a reader makes of a text, fed in pieces of so many bytes.
private func records(_ bytes: [UInt8], pieceBytes: Int = 1 << 16) -> [CSVRecord] {
    var reader = CSVReader()
    var records: [CSVRecord] = []
    for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
        reader.read(bytes[start..<min(bytes.count, start + pieceBytes)]) { records.append($0) }
    }
    reader.finish { records.append($0) }
    return records
}

private func row(_ line: Int, _ cells: String...) -> CSVRecord {
    .row(CSVRow(line: line, cells: cells))
}

private func problem(_ line: Int, _ reason: String) -> CSVRecord {
    .problem(CSVProblem(line: line, reason: reason))
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
