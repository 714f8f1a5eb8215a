import Foundation
package import GridCodec

/// Files the rows of a CSV file as calls.
package struct ImportCommand: ClientCommand {
    private let path: String
    private let mappingPath: String
    private let speed: Double?
    private let window: Int

    package var role: WirePeerRole { .terminal }

    /// An import; with `speed` the rows are replayed so many times faster than they happened.
    package init(
        path: String, mappingPath: String, speed: Double? = nil,
        window: Int = Importer.defaultWindow
    ) {
        self.path = path
        self.mappingPath = mappingPath
        self.speed = speed
        self.window = window
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let importer = Importer(
            try feed(), over: session.link, endpoint: session.endpoint, console: session.console,
            window: window)
        do throws(ClientFailure) {
            try importer.fileAll()
        } catch {
            session.console.write(importer.tally.summary)
            throw error
        }
        session.console.write(importer.tally.summary)
        return importer.tally.exitStatus
    }

    private func feed() throws(ClientFailure) -> ImportFeed {
        let mapping = try mapping()
        do throws(ImportFileError) {
            return try ImportFeed(ImportSource(path: path, mapping: mapping), speed: speed)
        } catch {
            throw ClientFailure(error)
        }
    }

    private func mapping() throws(ClientFailure) -> ImportMapping {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: mappingPath))
        } catch {
            throw .file(
                reason: Phrase(verbatim: "\(mappingPath): \(error.localizedDescription)"))
        }
        guard let yaml = String(data: data, encoding: .utf8) else {
            throw .configuration(lines: [
                Phrase(
                    chinese: "\(mappingPath):1: 文件不是 UTF-8 编码",
                    english: "\(mappingPath):1: the file is not UTF-8")
            ])
        }
        do throws(ConfigurationMistakes) {
            return try ImportMapping(yaml: yaml)
        } catch {
            throw .configuration(
                lines: error.list.map {
                    Phrase(verbatim: "\(mappingPath):\($0.line): \($0.reason)")
                })
        }
    }
}
