import Foundation
package import GridModel

/// The rows of an import that were refused, as a CSV file: the original columns and three more that
/// say why. It can be corrected and imported in place of the original.
package final class RefusedRows {
    /// The columns that are added; a file that has them already is a corrected one, and they are
    /// replaced.
    package static let addedColumns = ["gridcall:line", "gridcall:field", "gridcall:reason"]

    /// The cells of a row as they were in the file that was imported first, if it is such a file by
    /// its `header`: without the apostrophes that keep spreadsheets from running them.
    static func original(_ cells: [String], header: [String]) -> [String] {
        let names = header.map(\.trimmedOfSpaces)
        guard addedColumns.allSatisfy(names.contains) else { return cells }
        return cells.map(CSVWriter.original)
    }

    private let path: String
    private let file: FileHandle
    private let language: Language
    private let columnCount: Int
    /// The places of the original columns.
    private let places: [Int]

    /// Makes the file, or empties it. `header` names the columns of the imported file, which must
    /// be another one.
    package init(
        path: String, header: [String], importing original: String, language: Language
    ) throws(ClientFailure) {
        self.path = path
        self.language = language
        columnCount = header.count
        places = header.indices.filter { !Self.addedColumns.contains(header[$0].trimmedOfSpaces) }
        guard Self.resolved(path) != Self.resolved(original) else {
            throw .badInput(reason: RefusedWords.sameFile(path.escapedForTerminal))
        }
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: path)
        else { throw .file(reason: RefusedWords.cannotWrite(path.escapedForTerminal)) }
        self.file = file
        // Spreadsheets take a file without the mark for one in the machine's old encoding.
        try write("\u{FEFF}" + CSVWriter.row(places.map { header[$0] } + Self.addedColumns))
    }

    /// Adds a row; one that could not be read has no cells.
    package func add(_ cells: [String], _ problems: [RowProblem]) throws(ClientFailure) {
        var reasons = problems.map { language($0.reason) }
        if cells.count > columnCount {
            let rest = CSVWriter.row(Array(cells[columnCount...])).dropLast()
            reasons.append(language(RefusedWords.moreCells(String(rest))))
        }
        let kept = places.map { $0 < cells.count ? cells[$0] : "" }
        let fields = problems.map(\.field).filter { !$0.isEmpty }
        try write(
            CSVWriter.row(
                kept + [
                    String(problems.first?.line ?? 0), fields.joined(separator: "; "),
                    reasons.joined(separator: "; "),
                ]))
    }

    private func write(_ text: String) throws(ClientFailure) {
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            throw .file(reason: RefusedWords.cannotWrite(path.escapedForTerminal))
        }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
}

/// What is told about the file of refused rows.
private enum RefusedWords {
    static func sameFile(_ path: String) -> Phrase {
        Phrase(
            chinese: "\(path) 正在被导入，不能用来写被拒绝的行；请另给一个文件名",
            english: "\(path) is being imported: name another file for the refused rows")
    }

    static func cannotWrite(_ path: String) -> Phrase {
        Phrase(
            chinese: "无法写入 \(path)：\(String(cString: strerror(errno)))",
            english: "cannot write \(path): \(String(cString: strerror(errno)))")
    }

    static func moreCells(_ cells: String) -> Phrase {
        Phrase(chinese: "多出的单元格：\(cells)", english: "the cells beyond: \(cells)")
    }
}
