import ClientKit

extension FuzzTarget {
    /// A file of rows: the first byte says how it is cut into pieces, the rest is the file.
    static let csv = FuzzTarget(
        "csv", maximumBytes: 1_024, dictionary: "csv",
        seeds: { FileSeeds.rows },
        check: { bytes in
            guard let first = bytes.first else { return }
            let file = [UInt8](bytes.dropFirst())
            for encoding in FileEncoding.allCases {
                let whole = CSVRules.records(of: [file], encoding)
                let pieces = CSVRules.pieces(of: file, length: Int(first) + 1)
                try require(
                    CSVRules.records(of: pieces, encoding) == whole,
                    "a file read by pieces has other rows")
                try CSVRules.check(whole, encoding, of: file)
            }
            try CSVRules.checkDetector(file, length: Int(first) + 1)
        })
}

/// What holds for the rows of every file.
enum CSVRules {
    static func pieces(of file: [UInt8], length: Int) -> [[UInt8]] {
        stride(from: 0, to: file.count, by: length).map {
            Array(file[$0..<min($0 + length, file.count)])
        }
    }

    static func records(of pieces: [[UInt8]], _ encoding: FileEncoding) -> [CSVRecord] {
        var reader = CSVReader(encoding: encoding)
        var records: [CSVRecord] = []
        for piece in pieces { reader.read(piece) { records.append($0) } }
        reader.finish { records.append($0) }
        return records
    }

    /// Lines go up and exist; what is written again is read again.
    static func check(
        _ records: [CSVRecord], _ encoding: FileEncoding, of file: [UInt8]
    ) throws {
        let lines = 1 + file.count { $0 == 10 }
        var last = 0
        for record in records {
            switch record {
            case .row(let row):
                try require(row.line > last && row.line <= lines, "a row on line \(row.line)")
                try require(!row.cells.isEmpty, "a row without cells")
                last = row.line
                try checkWriting(row.cells)
            case .problem(let problem):
                try require(
                    problem.line >= last && problem.line <= lines, "line \(problem.line)")
                try requireWords(problem.reason)
                last = problem.line
            }
        }
    }

    private static func checkWriting(_ cells: [String]) throws {
        let written = records(of: [Array(CSVWriter.row(cells).utf8)], .utf8)
        guard written.count == 1, case .row(let row) = written[0] else {
            throw Violation(description: "what is written is not one row: \(cells)")
        }
        let isSame =
            row.cells.count == cells.count
            && zip(row.cells, cells).allSatisfy { read, cell in
                // A formula is made harmless by an apostrophe.
                read.utf8.elementsEqual(cell.utf8) || read.utf8.elementsEqual(("'" + cell).utf8)
            }
        try require(isSame, "\(cells) is read again as \(row.cells)")
    }

    /// The encoding is the same however the file is cut.
    static func checkDetector(_ file: [UInt8], length: Int) throws {
        var (whole, byPieces) = (EncodingDetector(), EncodingDetector())
        whole.read(file)
        for piece in pieces(of: file, length: length) where byPieces.isUndecided {
            byPieces.read(piece)
        }
        try require(whole.encoding == byPieces.encoding, "another encoding by pieces")
        if whole.encoding == .utf8 {
            try require(
                String(validating: file, as: UTF8.self) != nil
                    || file.starts(with: FileEncoding.utf8.mark), "taken for UTF-8")
        }
    }
}
