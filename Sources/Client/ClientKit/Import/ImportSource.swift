import Foundation
import GridModel

/// What an import file yields, row by row.
package enum ImportEntry: Sendable {
    /// A row that became a call.
    case item(ImportItem)
    /// A row that is refused before it is sent.
    case refused(RowProblems)
}

/// Reads a CSV file in pieces and maps its rows, so that a file of any size needs little memory.
package struct ImportSource {
    private static let pieceBytes = 1 << 16

    /// How the file writes its characters.
    package let encoding: FileEncoding
    /// The names of its columns.
    package private(set) var header: [String] = []
    private let file: FileHandle
    private let mapping: ImportMapping
    /// Bytes of the file; `nil` if it is no regular one.
    private let length: UInt64?
    /// What was read of a pipe to find the encoding.
    private var firstPiece: [UInt8]?
    private var reader: CSVReader
    private var mapper: RowMapper?
    private var waiting: ArraySlice<ImportEntry> = []
    private var bytesRead: UInt64 = 0
    private var entriesTaken = 0
    private var isAtEnd = false

    /// Opens a file and reads its header, so that a wrong file is told before anything is sent.
    /// Errors: it cannot be read, or has no first row with the columns of the mapping.
    package init(
        path: String, mapping: ImportMapping, encoding choice: EncodingChoice = .automatic
    ) throws(ClientFailure) {
        do {
            file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            length = try Self.length(of: path)
            (encoding, firstPiece) = try Self.encoding(of: file, choice, canSeek: length != nil)
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .file(reason: Phrase(verbatim: "\(path): \(error.localizedDescription)"))
        }
        self.mapping = mapping
        reader = CSVReader(encoding: encoding)
        while mapper == nil, !isAtEnd { try readPiece() }
    }

    /// The next row, `nil` after the last. Errors: the file cannot be read on, or has no usable
    /// first row.
    package mutating func next() throws(ClientFailure) -> ImportEntry? {
        while waiting.isEmpty, !isAtEnd { try readPiece() }
        entriesTaken += 1
        return waiting.popFirst()
    }

    /// About how much of the file was taken, 0 to 1; `nil` if its length is not known.
    package var fractionTaken: Double? {
        guard let length, length > 0 else { return nil }
        let ofRead = Double(entriesTaken) / Double(max(1, entriesTaken + waiting.count))
        return min(1, Double(bytesRead) / Double(length) * ofRead)
    }

    private static func length(of path: String) throws -> UInt64? {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
        guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
        return (attributes[.size] as? NSNumber)?.uint64Value
    }

    /// Looks through a regular file as far as needed; of a pipe only at the first piece.
    private static func encoding(
        of file: FileHandle, _ choice: EncodingChoice, canSeek: Bool
    ) throws -> (FileEncoding, firstPiece: [UInt8]?) {
        var detector = EncodingDetector()
        var first: [UInt8]?
        while detector.isUndecided, canSeek || first == nil {
            guard let piece = try file.read(upToCount: pieceBytes), !piece.isEmpty else { break }
            detector.read(Array(piece))
            first = first ?? Array(piece)
            // A named encoding needs no search, only the look for one that would be no CSV.
            if case .fixed = choice { break }
        }
        if detector.isUTF16 {
            throw ClientFailure(RowProblem(line: 1, reason: ImportWords.utf16))
        }
        if canSeek {
            try file.seek(toOffset: 0)
            first = nil
        }
        if case .fixed(let encoding) = choice { return (encoding, first) }
        return (detector.encoding, first)
    }

    private mutating func readPiece() throws(ClientFailure) {
        var records: [CSVRecord] = []
        do {
            if let piece = try nextPiece(), !piece.isEmpty {
                bytesRead += UInt64(piece.count)
                reader.read(piece) { records.append($0) }
            } else {
                reader.finish { records.append($0) }
                isAtEnd = true
            }
        } catch {
            throw .file(reason: Phrase(verbatim: error.localizedDescription))
        }
        var entries: [ImportEntry] = []
        entries.reserveCapacity(records.count)
        for record in records { try add(record, to: &entries) }
        waiting = entries[...]
        if isAtEnd, mapper == nil {
            throw ClientFailure(RowProblem(line: 1, reason: ImportWords.emptyFile))
        }
    }

    private mutating func nextPiece() throws -> [UInt8]? {
        if let piece = firstPiece {
            firstPiece = nil
            return piece
        }
        return try file.read(upToCount: Self.pieceBytes).map(Array.init)
    }

    private mutating func add(
        _ record: CSVRecord, to entries: inout [ImportEntry]
    ) throws(ClientFailure) {
        switch record {
        case .problem(let problem):
            let row = RowProblem(line: problem.line, reason: problem.reason)
            guard mapper != nil else { throw ClientFailure(row) }
            entries.append(.refused(RowProblems(list: [row])))
        case .row(var row):
            guard let mapper else { return try readHeader(row) }
            row.cells = RefusedRows.original(row.cells, header: header)
            switch mapper.map(row) {
            case .success(let item): entries.append(.item(item))
            case .failure(let problems): entries.append(.refused(problems))
            }
        }
    }

    private mutating func readHeader(_ row: CSVRow) throws(ClientFailure) {
        var row = row
        row.cells = RefusedRows.original(row.cells, header: row.cells)
        header = row.cells
        do {
            mapper = try RowMapper(mapping, header: row)
        } catch {
            throw ClientFailure(error)
        }
    }
}

extension ClientFailure {
    /// The failure that a file means which has no usable first row.
    fileprivate init(_ problem: RowProblem) {
        self = .badData(
            reason: Phrase(chinese: "第 \(problem.line) 行：", english: "line \(problem.line): ")
                + problem.reason)
    }
}
