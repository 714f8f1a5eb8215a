import Foundation
import GridCodec
import GridModel

/// What an import is made of: its files, and how they are read.
package struct ImportSpecification: Sendable {
    private let path: String
    private let mappingPath: String
    private let encoding: EncodingChoice

    /// The CSV file at `path`, read by the mapping at `mappingPath`.
    package init(path: String, mappingPath: String, encoding: EncodingChoice = .automatic) {
        self.path = path
        self.mappingPath = mappingPath
        self.encoding = encoding
    }

    /// The file's name without its directory.
    var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Opens the file with a mapping.
    func source(_ mapping: ImportMapping) throws(ClientFailure) -> ImportSource {
        try ImportSource(path: path, mapping: mapping, encoding: encoding)
    }

    /// Makes the file for the refused rows; `nil` without a `path`.
    func refusedRows(
        _ path: String?, header: [String], language: Language
    ) throws(ClientFailure) -> RefusedRows? {
        guard let path else { return nil }
        return try RefusedRows(
            path: path, header: header, importing: self.path, language: language)
    }

    /// Reads the mapping.
    func mapping() throws(ClientFailure) -> ImportMapping {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: mappingPath))
        } catch {
            throw .file(reason: Phrase(verbatim: "\(mappingPath): \(error.localizedDescription)"))
        }
        guard let yaml = String(data: data, encoding: .utf8) else {
            let reason = Phrase(chinese: "文件不是 UTF-8", english: "the file is not UTF-8")
            throw .configuration(lines: [Phrase(verbatim: "\(mappingPath):1: ") + reason])
        }
        do throws(ConfigurationMistakes) {
            return try ImportMapping(yaml: yaml)
        } catch {
            throw .configuration(
                lines: error.list.map {
                    Phrase(verbatim: "\(mappingPath):\($0.line): ") + $0.reason
                })
        }
    }
}

/// Files the rows of a CSV file as calls.
package struct ImportCommand: ClientCommand {
    private let specification: ImportSpecification
    private let pace: ImportPace
    private let window: Int
    private let refusedPath: String?

    /// An import; rows that are refused are written to `refusedPath`.
    package init(
        _ specification: ImportSpecification, pace: ImportPace = .unlimited,
        window: Int = Importer.defaultWindow, refusedPath: String? = nil
    ) {
        self.specification = specification
        self.pace = pace
        self.window = window
        self.refusedPath = refusedPath
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let feed = try ImportFeed(specification.source(specification.mapping()), pace: pace)
        let refused = try specification.refusedRows(
            refusedPath, header: feed.header, language: session.language)
        let kept = session.spool.map { KeptRows($0.spool, fileName: specification.fileName) }
        let importer = Importer(
            feed, over: session.link, endpoint: session.endpoint, console: session.console,
            language: session.language, window: window, kept: kept, refused: refused,
            welcome: session.client.currentWelcome)
        // Also of an import that was given up: what was filed until then stays filed.
        defer { session.console.write(importer.tally.summary(in: session.language)) }
        try importer.fileAll()
        return importer.tally.exitStatus
    }
}

/// Shows what an import would file, and files nothing.
package struct ImportPreviewCommand: OfflineCommand {
    /// How many rows are shown unless it is said otherwise.
    package static let defaultRows = 10

    private let specification: ImportSpecification
    private let rows: Int
    private let refusedPath: String?

    /// A look at the first `rows` rows, and a check of all of them.
    package init(
        _ specification: ImportSpecification, rows: Int = defaultRows, refusedPath: String? = nil
    ) {
        self.specification = specification
        self.rows = rows
        self.refusedPath = refusedPath
    }

    package func run(in session: OfflineSession) throws(ClientFailure) -> ExitStatus {
        let mapping = try specification.mapping()
        var source = try specification.source(mapping)
        let refused = try specification.refusedRows(
            refusedPath, header: source.header, language: session.language)
        var preview = ImportPreview(
            session.presentation(in: mapping.zone), encoding: source.encoding)
        while let entry = try source.next() {
            switch entry {
            case .item(let item): preview.add(item, isShown: preview.goodCount < rows)
            case .refused(let problems):
                preview.add(problems)
                try refused?.add(problems.cells, problems.list)
            }
        }
        session.console.write(preview.text)
        return preview.exitStatus
    }
}
