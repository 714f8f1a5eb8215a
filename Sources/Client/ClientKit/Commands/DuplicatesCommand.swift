import GridCodec
import GridModel

/// Lists the duplicates that reporters suggested and nobody has merged.
package struct DuplicatesCommand: ClientCommand {
    private let limit: Int
    private let format: OutputFormat

    /// At most `limit` of them, the oldest first; 0 for the broker's own number.
    package init(limit: Int = 0, format: OutputFormat) {
        self.limit = limit
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var query = WireDuplicatesQuery()
        query.limit = UInt32(clamping: limit)
        guard case .list(let reply) = try session.client.query(.duplicates(query)) else {
            throw .unexpectedAnswer
        }
        let output = DuplicatesOutput(
            reply, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }
}
