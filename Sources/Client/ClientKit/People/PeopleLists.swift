import GridCodec

/// Lists the proposals that wait for legal review, the nearest deadline first.
package struct ReviewListCommand: ClientCommand {
    private let department: String
    private let limit: Int
    private let format: OutputFormat

    /// At most `limit` calls with proposals of `department`, by id or name; empty: of all that the
    /// key may see.
    package init(
        department: String, limit: Int = ListCommand.defaultLimit, format: OutputFormat
    ) {
        self.department = department
        self.limit = limit
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var query = WireReviewsQuery()
        query.department = try session.id(.department, named: department)
        query.limit = UInt32(clamping: limit)
        guard case .list(let reply) = try session.client.query(.reviews(query)) else {
            throw .unexpectedAnswer
        }
        let output = ReviewListOutput(
            reply, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }
}

/// Lists who works for a department, or for any.
package struct WorkerListCommand: ClientCommand {
    private let department: String
    private let format: OutputFormat

    /// The workers of `department`, by id or name; empty: of all that the key may see.
    package init(department: String, format: OutputFormat) {
        self.department = department
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var query = WireWorkersQuery()
        query.department = try session.id(.department, named: department)
        guard case .workers(let reply) = try session.client.query(.workers(query)) else {
            throw .unexpectedAnswer
        }
        let output = WorkersOutput(
            reply.workers, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }
}
