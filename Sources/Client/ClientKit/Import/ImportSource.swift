import Foundation
import GridModel

/// What an import file yields, row by row.
package enum ImportEntry: Sendable {
    /// A row that became a call.
    case item(ImportItem)
    /// A row that is refused before it is sent.
    case refused(RowProblems)
}

/// Why an import file cannot be used at all.
package enum ImportFileError: Error, Sendable {
    /// It cannot be opened or read.
    case unreadable(reason: String)
    /// It has no first row with the columns of the mapping.
    case unusable(RowProblem)
}

/// Reads a CSV file in pieces and maps its rows, so that a file of any size needs little memory.
package struct ImportSource {
    private static let pieceBytes = 1 << 16

    private let file: FileHandle
    private let mapping: ImportMapping
    private var reader = CSVReader()
    private var mapper: RowMapper?
    private var waiting: ArraySlice<ImportEntry> = []
    private var isAtEnd = false

    /// Opens a file and reads its header, so that a wrong file is told before anything is sent.
    /// Errors: `ImportFileError`.
    package init(path: String, mapping: ImportMapping) throws(ImportFileError) {
        do {
            file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw .unreadable(reason: "\(path): \(error.localizedDescription)")
        }
        self.mapping = mapping
        while mapper == nil, !isAtEnd { try readPiece() }
    }

    /// The next row, `nil` after the last. Errors: `ImportFileError`.
    package mutating func next() throws(ImportFileError) -> ImportEntry? {
        while waiting.isEmpty, !isAtEnd { try readPiece() }
        return waiting.popFirst()
    }

    private mutating func readPiece() throws(ImportFileError) {
        var records: [CSVRecord] = []
        do {
            if let piece = try file.read(upToCount: Self.pieceBytes), !piece.isEmpty {
                reader.read(Array(piece)) { records.append($0) }
            } else {
                reader.finish { records.append($0) }
                isAtEnd = true
            }
        } catch {
            throw .unreadable(reason: error.localizedDescription)
        }
        var entries: [ImportEntry] = []
        for record in records { try add(record, to: &entries) }
        waiting = entries[...]
        if isAtEnd, mapper == nil {
            throw .unusable(RowProblem(line: 1, reason: "the file is empty"))
        }
    }

    private mutating func add(
        _ record: CSVRecord, to entries: inout [ImportEntry]
    ) throws(ImportFileError) {
        switch record {
        case .problem(let problem):
            let row = RowProblem(line: problem.line, reason: problem.reason)
            guard mapper != nil else { throw .unusable(row) }
            entries.append(.refused(RowProblems(list: [row])))
        case .row(let row):
            guard let mapper else {
                do {
                    mapper = try RowMapper(mapping, header: row)
                } catch {
                    throw .unusable(error)
                }
                return
            }
            switch mapper.map(row) {
            case .success(let item): entries.append(.item(item))
            case .failure(let problems): entries.append(.refused(problems))
            }
        }
    }
}
