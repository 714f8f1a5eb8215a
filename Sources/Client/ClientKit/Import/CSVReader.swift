import GridModel

/// Reads CSV as RFC 4180 has it, piece by piece, in one pass over the bytes.
///
/// Cells are separated by commas and may be quoted; a quoted cell may hold commas, line ends and
/// doubled quotes. Lines end with LF or CRLF. A byte order mark at the beginning and empty lines
/// are skipped. Cells are decoded one by one, see `FileEncoding`. A row that breaks the rules is
/// reported and the reader goes on with the next line. Memory is bounded by the longest row, and
/// that by `maximumRowBytes`.
package struct CSVReader: Sendable {
    /// The bytes of cells a row may hold; a longer one is a problem. It stops a quote that is
    /// never closed from collecting the rest of the file.
    package static let maximumRowBytes = 1 << 20

    private enum State {
        case cellStart
        case unquoted
        case quoted
        case quoteInQuoted
        /// After a carriage return outside quotes: a line feed must follow.
        case carriageReturn
        /// The row is bad: skips to the end of the line.
        case skipping
    }

    private var state = State.cellStart
    private var bytes: [UInt8] = []
    private var cellEnds: [Int] = []
    private var line = 1
    private var rowLine = 1
    private var quoteLine = 1
    private var rowHasQuotes = false
    private var rowIsTooLong = false
    private var markBytesSeen = 0
    private var isAtFileStart = true
    private let encoding: FileEncoding
    private let mark: [UInt8]

    /// A reader at the beginning of a file.
    package init(encoding: FileEncoding = .utf8) {
        self.encoding = encoding
        mark = encoding.mark
    }

    /// Reads the next piece of the file and hands every row that ends in it to `emit`.
    package mutating func read(
        _ piece: some Sequence<UInt8>, emit: (CSVRecord) throws -> Void
    ) rethrows {
        for byte in piece {
            if isAtFileStart, skipsMark(byte) { continue }
            try step(byte, emit: emit)
        }
    }

    /// Ends the file: hands over a last row without a line end, or the quote left open.
    package mutating func finish(emit: (CSVRecord) throws -> Void) rethrows {
        if isAtFileStart { bytes.append(contentsOf: mark[..<markBytesSeen]) }
        switch state {
        case .quoted:
            try emit(.problem(CSVProblem(line: quoteLine, reason: ImportWords.openQuote)))
        case .carriageReturn:
            try refuse(ImportWords.loneCarriageReturn, emit: emit)
        case .cellStart, .unquoted, .quoteInQuoted:
            try endRow(emit: emit)
        case .skipping:
            break
        }
        self = CSVReader(encoding: encoding)
    }

    /// Swallows the byte order mark; bytes that only look like it belong to the first cell.
    private mutating func skipsMark(_ byte: UInt8) -> Bool {
        if byte == mark[markBytesSeen] {
            markBytesSeen += 1
            if markBytesSeen == mark.count { isAtFileStart = false }
            return true
        }
        bytes.append(contentsOf: mark[..<markBytesSeen])
        if markBytesSeen > 0 { state = .unquoted }
        isAtFileStart = false
        return false
    }

    private mutating func step(
        _ byte: UInt8, emit: (CSVRecord) throws -> Void
    ) rethrows {
        switch state {
        case .cellStart: try stepOutsideQuotes(byte, mayOpenQuote: true, emit: emit)
        case .unquoted: try stepOutsideQuotes(byte, mayOpenQuote: false, emit: emit)
        case .quoted: stepInsideQuotes(byte)
        case .quoteInQuoted: try stepAfterQuote(byte, emit: emit)
        case .carriageReturn:
            if byte == Self.lineFeed {
                try endLine(emit: emit)
            } else {
                try refuse(ImportWords.loneCarriageReturn, emit: emit)
            }
        case .skipping:
            if byte == Self.lineFeed { startNextLine() }
        }
    }

    private mutating func stepOutsideQuotes(
        _ byte: UInt8, mayOpenQuote: Bool, emit: (CSVRecord) throws -> Void
    ) rethrows {
        switch byte {
        case Self.quote where mayOpenQuote:
            state = .quoted
            rowHasQuotes = true
            quoteLine = line
        case Self.quote:
            try refuse(ImportWords.quoteInCell, emit: emit)
        case Self.comma: endCell()
        case Self.lineFeed: try endLine(emit: emit)
        case Self.carriageReturn: state = .carriageReturn
        default:
            state = .unquoted
            append(byte)
        }
    }

    private mutating func stepInsideQuotes(_ byte: UInt8) {
        if byte == Self.quote {
            state = .quoteInQuoted
            return
        }
        if byte == Self.lineFeed { line += 1 }
        append(byte)
    }

    private mutating func stepAfterQuote(
        _ byte: UInt8, emit: (CSVRecord) throws -> Void
    ) rethrows {
        switch byte {
        case Self.quote:
            append(byte)
            state = .quoted
        case Self.comma: endCell()
        case Self.lineFeed: try endLine(emit: emit)
        case Self.carriageReturn: state = .carriageReturn
        default: try refuse(ImportWords.textAfterQuote, emit: emit)
        }
    }

    private mutating func append(_ byte: UInt8) {
        if bytes.count < Self.maximumRowBytes {
            bytes.append(byte)
        } else {
            rowIsTooLong = true
        }
    }

    private mutating func endCell() {
        // Ends cost memory as well: a row of nothing but commas must not grow without bound.
        if cellEnds.count < Self.maximumRowBytes {
            cellEnds.append(bytes.count)
        } else {
            rowIsTooLong = true
        }
        state = .cellStart
    }

    private mutating func endLine(emit: (CSVRecord) throws -> Void) rethrows {
        try endRow(emit: emit)
        startNextLine()
    }

    private mutating func endRow(emit: (CSVRecord) throws -> Void) rethrows {
        // An empty line is no row; a quoted empty cell alone on its line is one.
        if cellEnds.isEmpty, bytes.isEmpty, !rowHasQuotes { return }
        cellEnds.append(bytes.count)
        try emit(record())
    }

    private func record() -> CSVRecord {
        if rowIsTooLong {
            let reason = ImportWords.rowTooLong(Self.maximumRowBytes)
            return .problem(CSVProblem(line: rowLine, reason: reason))
        }
        var cells: [String] = []
        cells.reserveCapacity(cellEnds.count)
        var start = 0
        for end in cellEnds {
            guard let cell = encoding.text(bytes[start..<end]) else {
                let reason = ImportWords.notInEncoding(cells.count + 1, encoding.name)
                return .problem(CSVProblem(line: rowLine, reason: reason))
            }
            cells.append(cell)
            start = end
        }
        return .row(CSVRow(line: rowLine, cells: cells))
    }

    private mutating func refuse(
        _ reason: Phrase, emit: (CSVRecord) throws -> Void
    ) rethrows {
        try emit(.problem(CSVProblem(line: rowLine, reason: reason)))
        state = .skipping
    }

    private mutating func startNextLine() {
        line += 1
        rowLine = line
        bytes.removeAll(keepingCapacity: true)
        cellEnds.removeAll(keepingCapacity: true)
        rowHasQuotes = false
        rowIsTooLong = false
        state = .cellStart
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
