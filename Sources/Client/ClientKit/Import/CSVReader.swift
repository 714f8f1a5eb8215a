/// Reads CSV as RFC 4180 has it, piece by piece, in one pass over the bytes.
///
/// Cells are separated by commas and may be quoted; a quoted cell may hold commas, line ends and
/// doubled quotes. Lines end with LF or CRLF. A byte order mark at the beginning and empty lines
/// are skipped. A row that breaks the rules is reported and the reader goes on with the next
/// line. Memory is bounded by the longest row, and that by `maximumRowBytes`.
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

    /// A reader at the beginning of a file.
    package init() {}

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
        if isAtFileStart { bytes.append(contentsOf: Self.mark[..<markBytesSeen]) }
        switch state {
        case .quoted:
            let reason = "the quote that begins on this line is never closed"
            try emit(.problem(CSVProblem(line: quoteLine, reason: reason)))
        case .carriageReturn:
            try refuse(Self.loneCarriageReturn, emit: emit)
        case .cellStart, .unquoted, .quoteInQuoted:
            try endRow(emit: emit)
        case .skipping:
            break
        }
        self = CSVReader()
    }

    private static let loneCarriageReturn = "a carriage return without a line feed after it"

    /// Swallows the UTF-8 byte order mark EF BB BF; bytes that only look like it are an error of
    /// the first row, since they are no UTF-8.
    private mutating func skipsMark(_ byte: UInt8) -> Bool {
        if byte == Self.mark[markBytesSeen] {
            markBytesSeen += 1
            if markBytesSeen == Self.mark.count { isAtFileStart = false }
            return true
        }
        bytes.append(contentsOf: Self.mark[..<markBytesSeen])
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
                try refuse(Self.loneCarriageReturn, emit: emit)
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
            try refuse("a quote inside a cell that does not begin with one", emit: emit)
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
        default: try refuse("text after the closing quote of a cell", emit: emit)
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
            let reason = "the row is longer than \(Self.maximumRowBytes) bytes"
            return .problem(CSVProblem(line: rowLine, reason: reason))
        }
        var cells: [String] = []
        cells.reserveCapacity(cellEnds.count)
        var start = 0
        for end in cellEnds {
            guard let cell = String(validating: bytes[start..<end], as: UTF8.self) else {
                let reason = "cell \(cells.count + 1) is not UTF-8"
                return .problem(CSVProblem(line: rowLine, reason: reason))
            }
            cells.append(cell)
            start = end
        }
        return .row(CSVRow(line: rowLine, cells: cells))
    }

    private mutating func refuse(
        _ reason: String, emit: (CSVRecord) throws -> Void
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

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
